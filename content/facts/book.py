"""The facts of a day: what the files say, what the office corrected, and what follows from both."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from content.facts.fact import CONFIDENCES, Fact
from content.facts.formulas import FORMULAS


class FactBook:
    """Looks facts up by name and day; it never changes, a correction makes another book."""

    def __init__(self, files: Mapping[str, tuple[Fact, ...]], corrections: Iterable[Fact] = ()) -> None:
        self._files = files
        self._corrections: dict[str, list[Fact]] = {}
        for correction in corrections:
            self._corrections.setdefault(correction.name, []).append(correction)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __contains__(self, name: object) -> bool:
        return name in self._files

    def corrected(self, corrections: Iterable[Fact]) -> "FactBook":
        """The same files with other corrections; of one fact, the later correction counts before the earlier."""
        return FactBook(self._files, corrections)

    def periods(self, name: str) -> tuple[Fact, ...]:
        """What the files say about a fact at one time or another; raises ``KeyError`` when they know no such name."""
        return self._files[name]

    def on(self, name: str, day: date) -> Fact | None:
        """The fact as it holds on that day, with its value reckoned; None when none does.

        Raises ``KeyError`` when there is no such name.
        """
        periods = self._files[name]
        for correction in reversed(self._corrections.get(name, ())):
            if correction.holds_on(day):
                return correction
        for fact in periods:
            if fact.holds_on(day):
                return self._reckoned(fact, day) if fact.formula else fact
        return None

    def _reckoned(self, fact: Fact, day: date) -> Fact:
        assert fact.formula is not None, "only what has a formula is reckoned"
        parts = [self.on(name, day) for name in fact.formula.names]
        numbers = [part.value for part in parts if part is not None and isinstance(part.value, Decimal)]
        known = [part for part in parts if part is not None]
        if len(numbers) < len(parts):
            return replace(fact, value=None)
        weakest = max([fact, *known], key=lambda part: CONFIDENCES.index(part.confidence))
        oldest = min(part.checked for part in [fact, *known])
        return replace(
            fact,
            value=FORMULAS[fact.formula.kind].reckon(numbers),
            confidence=weakest.confidence,
            checked=oldest,
            corrected=any(part.corrected for part in known),
        )

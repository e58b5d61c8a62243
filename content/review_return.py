"""Judging what a reader sends back: corrections and approvals are taken, what could do harm is refused."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter

from content.review_file import Returned
from content.review_units import Unit

LONGEST_NAME = 80
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_KHMER = re.compile("[\u1780-\u17ff]")
_EMPTY_LINE = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Taken:
    """What is done to one text: its words from now on, and who approved them, if anybody did."""

    unit: Unit
    words: str
    reader: str

    @property
    def changed(self) -> bool:
        """Whether the words are others than before."""
        return self.words != self.unit.km


@dataclass
class Outcome:
    """What came of a file; ``refused`` says for each row why."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What readers remarked, for whoever keeps the texts."""
    unchanged: int = 0


def judge(rows: Iterable[Returned], texts: Mapping[str, Unit]) -> Outcome:
    """Decide about every row. An empty cell changes nothing, neither a text nor an approval."""
    outcome, seen = Outcome(), set[str]()
    for row in rows:
        if row.key in seen:
            outcome.refused.append(f"row {row.row}, {row.key}: stands in the file twice")
            continue
        seen.add(row.key)
        if row.note:
            outcome.notes.append(f"{row.key}: {row.note}")
        unit = texts.get(row.key)
        reader = "" if unit is not None and row.reader == unit.reviewed else row.reader
        if not row.correction and not reader:
            outcome.unchanged += 1
        elif unit is None:
            outcome.refused.append(f"row {row.row}, {row.key}: there is no such text any more")
        elif fault := _fault(row, unit):
            outcome.refused.append(f"row {row.row}, {row.key}: {fault}")
        else:
            outcome.taken.append(Taken(unit, _edged(row.correction, unit.km) if row.correction else unit.km, reader))
    return outcome


def _edged(words: str, before: str) -> str:
    """The words with the spaces that stood around the text before: they part it from what it is put beside."""
    return before[: len(before) - len(before.lstrip())] + words + before[len(before.rstrip()) :]


def _fault(row: Returned, unit: Unit) -> str | None:
    if row.mark != unit.mark:
        return "the Vietnamese or the Khmer has changed since the file went out; send this text again"
    if len(row.reader) > LONGEST_NAME or "\n" in row.reader:
        return "the reader's name is too long"
    return _fault_of_words(row.correction, unit) if row.correction else None


def _fault_of_words(words: str, unit: Unit) -> str | None:
    try:
        names = placeholders(words)
    except ValueError:
        return "a brace is open or stands alone"
    if names != placeholders(unit.vi):
        return "the words in braces must stay as they are: " + " ".join(f"{{{name}}}" for name in placeholders(unit.vi))
    if not _KHMER.search(words) and _KHMER.search(unit.km):
        return "there is no Khmer in it"
    if _INVISIBLE.search(words):
        return "it holds an invisible sign"
    if _EMPTY_LINE.search(words) and not _EMPTY_LINE.search(unit.km):
        return "it holds an empty line, which would make two messages of it"
    return "it is too long" if len(words) > max(unit.longest, len(unit.km)) else None


def placeholders(words: str) -> list[str]:
    """The placeholders of a text, facts with what they tell of them. Raises ``ValueError`` for a lone brace."""
    parts = Formatter().parse(words)
    return sorted(f"{name}:{spec}" if spec else name for _, name, spec, _ in parts if name is not None)

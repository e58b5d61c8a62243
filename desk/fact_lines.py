"""A fact as the desk shows it: what it tells today, how old that is, and the lines in which workers read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain

from content.catalogue import HERE, LANGUAGES, messages
from content.facts.book import FactBook
from content.facts.fact import Fact
from content.facts.filling import FACT, fill, names_in
from content.facts.live import Live, live
from content.facts.units import written

OLD_AFTER = 180
"""Days after which a fact should be checked again."""
MOST_LINES = 4


@dataclass(frozen=True)
class FactLine:
    """One row of the list; ``fact`` is None when none is in force, ``first`` is what the files say at first."""

    name: str
    first: Fact
    fact: Fact | None
    today: date

    @property
    def value(self) -> str:
        """What workers are told; empty where they are told whom to ask."""
        return written(self.fact, LANGUAGES[0]) if self.fact is not None and self.fact.confirmed else ""

    @property
    def checked(self) -> date:
        """When it was last checked."""
        return (self.fact or self.first).checked

    @property
    def age(self) -> int:
        """Days since then."""
        return max((self.today - self.checked).days, 0)

    @property
    def state(self) -> str:
        """Whether it is told, asked for, or old."""
        if not self.value:
            return "unknown"
        return "old" if self.age > OLD_AFTER else "told"

    @property
    def line(self) -> str:
        """The first line in which it is told, with an ellipsis in place of each fact."""
        return FACT.sub("…", next(iter(_lines()[LANGUAGES[0]].get(self.name, ())), ""))


def listed(book: FactBook, today: date) -> list[FactLine]:
    """Every fact: those nobody has confirmed first, then the oldest."""
    lines = [FactLine(name, book.periods(name)[0], book.on(name, today), today) for name in book]
    return sorted(lines, key=lambda line: (bool(line.value), line.checked, line.name))


def as_told(name: str, book: FactBook, lang: str, today: date) -> list[str]:
    """Some of the lines that tell a fact, as they read with this book."""
    facts = Live(book, lambda: today, live.phone)
    return [fill(lang, line, {}, facts) for line in _lines()[lang].get(name, ())[:MOST_LINES]]


def lacking(name: str, book: FactBook, today: date) -> list[str]:
    """Facts that stand in one line with it and are not known, so that the line tells none of them."""
    beside = {one for line in _lines()[LANGUAGES[0]].get(name, ())[:MOST_LINES] for one in names_in(line)}
    told = {one for one in beside if (fact := book.on(one, today)) is not None and fact.confirmed}
    return sorted(beside - told - {name})


@cache
def _lines() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {lang: {} for lang in LANGUAGES}
    for lang in LANGUAGES:
        for name, line in _pairs(lang):
            found[lang].setdefault(name, []).append(line)
    return found


def _pairs(lang: str) -> Iterator[tuple[str, str]]:
    articles = (file.read_text(encoding="utf-8") for file in sorted((HERE / lang / "articles").glob("*.md")))
    for words in chain(messages(lang).values(), articles):
        for line in words.split("\n"):
            yield from ((name, line) for name in sorted(names_in(line)))

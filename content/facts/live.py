"""The facts that this process tells now; corrections of the office replace them while it runs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from content.facts.book import FactBook
from content.facts.fact import Fact
from content.facts.files import facts_of_files

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def _today() -> date:
    return datetime.now(_ZONE).date()


@dataclass
class Live:
    """One a process. ``phone`` is the office's number, by which people ask what no fact tells."""

    book: FactBook = field(default_factory=lambda: FactBook(facts_of_files()))
    today: Callable[[], date] = _today
    phone: str | None = None

    def correct(self, corrections: Iterable[Fact]) -> None:
        """Tell these from now on in place of what the files say."""
        self.book = self.book.corrected(corrections)

    def fact(self, name: str) -> Fact | None:
        """The fact as it holds today; None when none does now. Raises ``KeyError`` when there is no such name."""
        return self.book.on(name, self.today())


live = Live()


def fact(name: str) -> Fact | None:
    """The fact as it holds today; None when none does now. Raises ``KeyError`` when there is no such name."""
    return live.fact(name)

"""What the list of registrations is asked for: read from the address, checked, and written back into one."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from content.fold import fold, latin_digits
from content.reading.phones import read_phone
from db.desk_queries import Cursor, Term, Wanted
from db.registrations import KINDS, STATUSES
from desk.access import Viewer
from desk.placebook import PlaceBook

OVERDUE = "overdue"
"""Stands among the statuses: new, and the promised day has passed."""
_LONGEST = 100
_MOST_WORDS = 6
_DIGITS = re.compile(r"[\d\s.,()+/-]+")
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_NUMBER_DIGITS = 7
"""Shorter digits that don't begin with 0 are the number of a registration, not of a phone."""


@dataclass(frozen=True)
class Listing:
    """The choices made; None and "" are no choice."""

    q: str = ""
    place: int | None = None
    kind: str | None = None
    status: str | None = None
    month: str | None = None

    @classmethod
    def read(cls, given: QueryParams) -> Self:
        """Take what makes sense and leave the rest."""
        kind, status, month, place = (given.get(name, "") for name in ("kind", "status", "month", "place"))
        return cls(
            q=given.get("q", "").strip()[:_LONGEST],
            place=int(place) if place.isascii() and place.isdigit() and len(place) < 10 else None,
            kind=kind if kind in KINDS else None,
            status=status if status in (*STATUSES, OVERDUE) else None,
            month=month if _MONTH.fullmatch(month) else None,
        )

    def wanted(self, viewer: Viewer, book: PlaceBook, now: datetime, zone: ZoneInfo) -> Wanted:
        """As a query within what the viewer may see."""
        bounds = book.within(self.place, viewer.bounds) if self.place is not None else viewer.bounds
        since, until = _month(self.month, zone) if self.month else (None, None)
        overdue = self.status == OVERDUE
        return Wanted(
            places=bounds.places,
            hamlets=bounds.hamlets,
            kind=self.kind,
            status=None if overdue else self.status,
            overdue_at=now if overdue else None,
            since=since,
            until=until,
            term=_term(viewer, self.q) if self.q else None,
        )

    def query(self, **changes: Any) -> str:
        """The address part that leads here, with changes."""
        values = {name: getattr(self, name) for name in ("q", "place", "kind", "status", "month")} | changes
        return urlencode({name: value for name, value in values.items() if value not in (None, "")})


NOTHING = Term(number=0)
"""What finds nothing, for a search of signs only."""


def read_term(q: str) -> Term:
    """Read what was typed: a registration's number, a phone in any spacing, or words without accents."""
    typed = latin_digits(q)
    if typed.startswith("#") and typed[1:].isascii() and typed[1:].isdigit():
        return Term(number=_number(typed[1:]))
    if _DIGITS.fullmatch(typed):
        return _digits(typed)
    words = tuple(dict.fromkeys(fold(typed).split()))[:_MOST_WORDS]
    if not words:
        return NOTHING
    return Term(words=words) if all(word.isascii() and word.isalnum() for word in words) else Term(parts=words)


def _term(viewer: Viewer, q: str) -> Term:
    term = read_term(q)
    return term if term.number is not None or viewer.may_search(q) else NOTHING


def _digits(typed: str) -> Term:
    digits = re.sub(r"\D", "", typed)
    if (phone := read_phone(typed)) is not None:
        return Term(phone=phone)
    if not digits:
        return NOTHING
    if len(digits) < _NUMBER_DIGITS and not digits.startswith("0"):
        return Term(number=_number(digits))
    return Term(parts=(f"84{digits[1:]}" if digits.startswith("0") else digits,))


def _number(digits: str) -> int:
    return min(int(digits[:19] or "0"), 2**63 - 1)


def _month(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    year, number = map(int, month.split("-"))
    first = datetime(year, number, 1, tzinfo=zone)
    return first, datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)


def months(today: datetime, count: int = 25) -> list[str]:
    """This month and those before it, newest first."""
    at = today.year * 12 + today.month - 1
    return [f"{back // 12}-{back % 12 + 1:02}" for back in range(at, at - count, -1)]


def write_cursor(made: datetime, id: int) -> str:
    """A place in the list as text for an address."""
    return f"{int(made.timestamp() * 1_000_000)}-{id}"


def read_cursor(given: QueryParams) -> Cursor | None:
    """The place that the address asks to go on from; None for the first page and for nonsense."""
    for name, newer in (("older", False), ("newer", True)):
        if found := re.fullmatch(r"(\d{1,17})-(\d{1,18})", given.get(name, "")):
            moment = int(found[1])
            made = datetime.fromtimestamp(moment // 1_000_000, UTC).replace(microsecond=moment % 1_000_000)
            return Cursor(made, int(found[2]), newer)
    return None

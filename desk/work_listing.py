"""What the list of open cases is asked for: read from the address, checked, and written back into one."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from db.registrations import KINDS
from db.work_queries import WAITS, Work, WorkCursor
from desk.access import Viewer
from desk.page import number_of
from desk.placebook import PlaceBook

TABS = ("mine", "nobodys", "overdue", "open")
DAYS = (0, 1, 3, 7, 14, 30, 90)
"""For how many days somebody has waited at least: counted back from now, so that a kept filter stays true."""
USUAL = {"unanswered": 0, "unheard": 3, "uncalled": 0, "silent": 14}
OF_MANY = ("overdue", "open")
_CURSOR = re.compile(r"([0-3])-(\d{1,17})-(\d{1,18})")


@dataclass(frozen=True)
class WorkListing:
    """The choices made; None and "" are no choice."""

    tab: str = "mine"
    place: int | None = None
    kind: str | None = None
    owner: int | None = None
    """Whose cases, on the tabs that show several people's."""
    waits: str | None = None
    """Who waits for whom, one of ``WAITS``, and for at least how many days."""
    days: int = 0

    @classmethod
    def read(cls, given: QueryParams) -> Self:
        """Take what makes sense and leave the rest."""
        tab, kind, waits = given.get("tab", ""), given.get("kind", ""), given.get("waits", "")
        days = number_of(given.get("days", ""))
        return cls(
            tab=tab if tab in TABS else TABS[0],
            place=number_of(given.get("place", "")),
            kind=kind if kind in KINDS else None,
            owner=number_of(given.get("owner", "")) if tab in OF_MANY else None,
            waits=waits if waits in WAITS else None,
            days=(days if days in DAYS else USUAL[waits]) if waits in WAITS else 0,
        )

    def work(self, viewer: Viewer, book: PlaceBook, now: datetime) -> Work:
        """As a query within what the viewer may see; only those who may know the grounds get the plan's order."""
        bounds = book.within(self.place, viewer.bounds) if self.place is not None else viewer.bounds
        return Work(
            bounds,
            owner_id=viewer.id if self.tab == "mine" else self.owner,
            nobodys=self.tab == "nobodys",
            due_before=now if self.tab == "overdue" else None,
            kind=self.kind,
            waits=self.waits,
            waits_before=now - timedelta(days=self.days) if self.waits and self.days else None,
            ranked=viewer.sees_private,
        )

    def waiting(self, waits: str) -> Self:
        """The same of those who wait so, for the usual number of days."""
        return replace(self, waits=waits, days=self.days if waits == self.waits else USUAL[waits])

    def query(self, **changes: Any) -> str:
        """The address part that leads here, with changes."""
        values = {"tab": self.tab, "place": self.place, "kind": self.kind, "owner": self.owner, "waits": self.waits}
        values |= changes
        if waits := values["waits"]:
            values.setdefault("days", self.days if waits == self.waits else USUAL[str(waits)])
        return urlencode({name: value for name, value in values.items() if value not in (None, "")})


def write_cursor(row: Any) -> str:
    """A place in the list as text for an address."""
    return f"{row.priority}-{_microseconds(row.moment)}-{row.id}"


def _microseconds(moment: datetime) -> int:
    """Exactly: a float would lose some, and with them a row between two pages."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def read_cursor(given: QueryParams) -> WorkCursor | None:
    """The place that the address asks to go on from; None for the first page and for nonsense."""
    found = _CURSOR.fullmatch(given.get("after", ""))
    if not found:
        return None
    moment = int(found[2])
    due = datetime.fromtimestamp(moment // 1_000_000, UTC).replace(microsecond=moment % 1_000_000)
    return WorkCursor(int(found[1]), due, int(found[3]))

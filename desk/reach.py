"""Who can be reached, hamlet by hamlet: free, for money, only by a template, not at all."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.fold import fold
from db.reach import WAYS, Count, reach_by_hamlet
from desk.access import Viewer
from desk.desk import Desk
from desk.page import Page, number_of, viewer_at
from desk.placebook import PlaceBook
from desk.record import note
from desk.zalo_costs import since

GOOD_FOR = timedelta(minutes=5)
"""For how long a count is shown again."""


class ReachPage(Page):
    """One commune at a time: people are counted, nobody is named."""

    path = "/reach"
    menu = "menu.reach"
    seldom = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._counted: dict[int, tuple[datetime, Sequence[Count]]] = {}
        """Counts of a commune, which reads all of its people, and when that was."""

    @route("", name="reach")
    async def index(self, request: Request) -> Response:
        """Show the counts of one of the viewer's communes."""
        viewer, now = viewer_at(request), self.desk.clock()
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            communes = book.choices("2020", viewer.places)
            place = _chosen(request, viewer, book, communes)
            rows: Sequence[Count] = ()
            if place is not None:
                rows = await self._count(session, place, now)
                note(session, viewer, now, "list", "reach", place, count=sum(row.people for row in rows))
        table = {"hamlets": _hamlets(rows), "channels": _channels(rows), "ways": WAYS, "total": _total(rows)}
        return self.render(request, "reach.html", communes=communes, place=place, name=book.name(place), **table)

    async def _count(self, session: AsyncSession, place: int, now: datetime) -> Sequence[Count]:
        found = self._counted.get(place)
        if found is None or not timedelta(0) <= now - found[0] < GOOD_FOR:
            found = now, await reach_by_hamlet(await session.connection(), [place], since(now))
            self._counted[place] = found
        return found[1]


def _chosen(request: Request, viewer: Viewer, book: PlaceBook, communes: Sequence[tuple[int, str]]) -> int | None:
    """The commune that was asked for, or the only one; 404 for one that is not theirs to see."""
    asked = request.query_params.get("place", "")
    if not asked:
        return communes[0][0] if len(communes) == 1 else None
    place = number_of(asked)
    if place not in book.units or not (viewer.places is None or place in viewer.places):
        raise HTTPException(404)
    return place


def _hamlets(rows: Sequence[Count]) -> list[tuple[str, dict[str, int]]]:
    """Counts by way for each hamlet, by name."""
    by_hamlet: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        by_hamlet[row.hamlet][row.way] += row.people
    return [(name, dict(by_hamlet[name])) for name in sorted(by_hamlet, key=fold)]


def _channels(rows: Sequence[Count]) -> list[tuple[str, int]]:
    """How many people's best way is on each channel."""
    found: Counter[str] = Counter()
    for row in rows:
        if row.channel is not None and row.way != "blocked":
            found[row.channel] += row.people
    return found.most_common()


def _total(rows: Sequence[Count]) -> dict[str, Any]:
    total: Counter[str] = Counter()
    for row in rows:
        total[row.way] += row.people
    return dict(total)

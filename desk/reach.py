"""Who can be reached, hamlet by hamlet: free, for money, only by a template, not at all."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.fold import fold
from db.reach import WAYS, Count, reach_by_hamlet
from desk.access import Viewer
from desk.desk import Desk
from desk.download import download
from desk.export import Sheet
from desk.page import Page, demand, form_text, number_of, viewer_at
from desk.placebook import PlaceBook
from desk.record import note
from desk.words import word
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

    @route("/take", methods=["POST"], name="reach-take")
    async def take(self, request: Request) -> Response:
        """Give the counts of one of the viewer's communes as a file."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.may_export)
        (asked,) = await form_text(request, "place")
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            place = _theirs(asked, viewer, book)
            rows = await self._count(session, place, now)
            note(session, viewer, now, "export", "reach", place, count=sum(row.people for row in rows))
        moment = f"{self.desk.local(now):%H:%M %d/%m/%Y}"
        heading = word("reach.heading", place=book.name(place), who=viewer.name, moment=moment)

        async def write(file: Path) -> None:
            await run_sync(_write, file, heading, rows)

        return await download(f"lien-lac-{book.code_of(place)}.xlsx", write)

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
    return _theirs(asked, viewer, book)


def _theirs(asked: str, viewer: Viewer, book: PlaceBook) -> int:
    place = number_of(asked)
    if place is None or place not in book.units or not (viewer.places is None or place in viewer.places):
        raise HTTPException(404)
    return place


def _write(file: Path, heading: str, rows: Sequence[Count]) -> None:
    titles = [(word("column.hamlet"), 24), *((word(f"reach.{way}"), 22) for way in WAYS)]
    lines = [(name or word("reach.no_hamlet"), counts) for name, counts in _hamlets(rows)]
    with Sheet(file, titles, heading) as sheet:
        for name, counts in [*lines, (word("reach.total"), _total(rows))]:
            sheet.write([[name, *(counts.get(way, 0) for way in WAYS)]])


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

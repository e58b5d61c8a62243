"""Reports: the plan's targets and how far they are, follow-up, the first call, how it went on, and the forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.report_queries import Period, Reached, goals, happened, questions, rated, reached, sendings, waits
from db.targets import MEASURES
from desk.access import Viewer
from desk.bars import draw
from desk.download import download
from desk.monthly_words import thousands
from desk.page import Page, demand, number_of, viewer_at
from desk.placebook import PlaceBook
from desk.record import note
from desk.report_blocks import (
    Block,
    by_dimension,
    by_month,
    by_place,
    first_call,
    follow_up,
    form_funnel,
    notices,
    outcomes,
    percent,
    ratings,
)
from desk.report_sheet import Target, write_report
from desk.words import word
from desk.workload_lines import read_lines

FIRST_YEAR = 2020


@dataclass(frozen=True)
class Asked:
    """Which year, which month of it (None: all), and which commune (None: all that are the viewer's)."""

    year: int
    month: int | None
    place: int | None

    @classmethod
    def read(cls, given: QueryParams, today: date) -> "Asked":
        """Take what makes sense and leave the rest."""
        year, month, place = (number_of(given.get(name, "")) for name in ("year", "month", "place"))
        known = year if year is not None and FIRST_YEAR <= year <= today.year else today.year
        return cls(known, month if month in range(1, 13) else None, place)

    def period(self, viewer: Viewer, book: PlaceBook) -> Period:
        """The months and places, within what the viewer may see."""
        places = viewer.places if self.place is None else book.within(self.place, viewer.bounds).places
        if self.month is None:
            return Period(date(self.year, 1, 1), date(self.year + 1, 1, 1), places)
        after = (self.year, self.month + 1) if self.month < 12 else (self.year + 1, 1)
        return Period(date(self.year, self.month, 1), date(*after, 1), places)

    @property
    def when(self) -> str:
        """11/2026, or the year."""
        return f"{self.month}/{self.year}" if self.month else str(self.year)

    def words(self, book: PlaceBook) -> str:
        """The choice in one line."""
        return ", ".join(part for part in (self.when, book.name(self.place)) if part)


class ReportsPage(Page):
    """One page of charts with tables beside them, and the same as a workbook."""

    path = "/reports"
    menu = "menu.reports"

    def is_accessible(self, request: Request) -> bool:
        """Who sees no commune whole has no report: the counts know communes, not hamlets."""
        return viewer_at(request).places != frozenset()

    @route("", name="reports")
    async def index(self, request: Request) -> Response:
        """Show the year, or a month of it."""
        viewer, today = viewer_at(request), self.desk.today().date()
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            asked = Asked.read(request.query_params, today)
            targets, blocks = await read_report(session, viewer, asked, book)
        return self.render(
            request,
            "reports.html",
            asked=asked,
            chosen=asked.words(book),
            years=range(today.year, FIRST_YEAR - 1, -1),
            places=[(version, book.choices(version, viewer.places)) for version in ("2020", "2025")],
            targets=targets,
            blocks=[(block, draw(block.bars)) for block in blocks],
            thousands=thousands,
        )

    @route("/take", methods=["POST"], name="reports-take")
    async def take(self, request: Request) -> Response:
        """Give the same as a workbook with charts of its own."""
        viewer, today = viewer_at(request), self.desk.today().date()
        demand(viewer.may_export)
        form = await request.form()
        given = QueryParams({name: value for name, value in form.items() if isinstance(value, str)})
        asked = Asked.read(given, today)

        async def write(file: Path) -> None:
            async with self.desk.session() as session:
                book = await self.desk.book(session)
                targets, blocks = await read_report(session, viewer, asked, book)
                moment = f"{self.desk.local(self.desk.clock()):%H:%M %d/%m/%Y}"
                heading = word("reports.heading", chosen=asked.words(book), who=viewer.name, moment=moment)
                lines = await read_lines(session, viewer, asked.period(viewer, book), book, self.desk.clock())
                await run_sync(write_report, file, heading, targets, blocks, lines)
                chosen: dict[str, Any] = {"year": asked.year, "month": asked.month, "place": asked.place}
                note(session, viewer, self.desk.clock(), "export", "report", count=len(blocks), **chosen)

        return await download(f"bao-cao-{asked.year}.xlsx", write)


async def read_report(
    session: AsyncSession, viewer: Viewer, asked: Asked, book: PlaceBook
) -> tuple[Sequence[Target], Sequence[Block]]:
    """The targets with how far they are, and every block that has something to show."""
    period = asked.period(viewer, book)
    found = await reached(session, period)
    events = await happened(session, period)
    blocks = [
        *([by_month(found, asked.year)] if asked.month is None else []),
        *([by_place(found, book, period.places)] if asked.place is None else []),
        *(by_dimension(found, name) for name in ("kind", "sex", "age", "priority")),
        follow_up(events),
        first_call(await waits(session, period)),
        *(outcomes(events, measure) for measure in MEASURES),
        *ratings(await rated(session, period), asked.year if asked.month is None else None),
        *(await _conversation(session, viewer, period)),
    ]
    return await _targets(session, asked, period, found, book), [block for block in blocks if not block.is_empty]


async def _conversation(session: AsyncSession, viewer: Viewer, period: Period) -> list[Block]:
    """Broadcasts and forms are the district's: who answers a form has not told a place yet."""
    if viewer.places is not None:
        return []
    found = await questions(session, period)
    forms = [form_funnel(kind, _order(counts), counts) for kind, counts in sorted(found.items())]
    return [notices(await sendings(session, period)), *forms]


def _order(counts: dict[str, dict[str, int]]) -> list[str]:
    """The questions as they come: fewer and fewer reach them."""
    return sorted(counts.keys() - {"review"}, key=lambda key: -counts[key].get("reached", 0))


async def _targets(
    session: AsyncSession, asked: Asked, period: Period, found: Reached, book: PlaceBook
) -> list[Target]:
    """The district's targets for who sees it whole, and those of the communes in sight."""
    shown = []
    for goal in await goals(session, asked.year):
        whole = goal.place_id is None
        seen = (period.places is None) if whole else (period.places is None or goal.place_id in period.places)
        if not seen:
            continue
        sums = found.total if whole else found.by["place_id"].get(goal.place_id, {})
        done = sums.get(goal.measure, 0)
        shown.append(
            Target(
                word(f"reports.measure.{goal.measure}"),
                book.name(goal.place_id),
                goal.number,
                done,
                percent(done, goal.number),
                goal.source if goal.year == asked.year else word("reports.of_year", year=goal.year, source=goal.source),
            )
        )
    return shown

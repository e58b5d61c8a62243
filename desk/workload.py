"""How much everybody has to do, so that it can be shared out: open cases, first calls, replies, and what came of it."""

from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.ratings import SCORES
from db.work_queries import COUNT_CAP, Work, work_count
from desk.download import download
from desk.monthly_words import thousands
from desk.page import Page, demand, viewer_at
from desk.record import note
from desk.reports import FIRST_YEAR, Asked
from desk.words import word
from desk.workload_lines import Line, capped, read_lines
from desk.workload_sheet import write_workload


class WorkloadPage(Page):
    """A line a member of staff, by place and name; from it one goes to somebody's cases and gives them away."""

    path = "/workload"
    menu = "menu.workload"
    seldom = True

    def is_accessible(self, request: Request) -> bool:
        """Whose work is counted sees at least their own."""
        return viewer_at(request).may_change

    @route("", name="workload")
    async def index(self, request: Request) -> Response:
        """Show a year, or a month of it."""
        viewer, now, today = viewer_at(request), self.desk.clock(), self.desk.today().date()
        demand(viewer.may_change)
        asked = Asked.read(request.query_params, today)
        async with self.desk.session() as session:
            lines = await self._lines(session, request, asked)
            free = await work_count(session, Work(viewer.bounds, nobodys=True))
            note(session, viewer, now, "list", "workload", count=len(lines))
        return self.render(
            request,
            "workload.html",
            asked=asked,
            years=range(today.year, FIRST_YEAR - 1, -1),
            lines=lines,
            capped=capped,
            thousands=thousands,
            scores=SCORES,
            free=capped(free, COUNT_CAP),
        )

    @route("/take", methods=["POST"], name="workload-take")
    async def take(self, request: Request) -> Response:
        """Give the same as a workbook."""
        viewer, today = viewer_at(request), self.desk.today().date()
        demand(viewer.may_change and viewer.may_export)
        form = await request.form()
        given = QueryParams({name: value for name, value in form.items() if isinstance(value, str)})
        asked = Asked.read(given, today)

        async def write(file: Path) -> None:
            async with self.desk.session() as session:
                lines = await self._lines(session, request, asked)
                moment = f"{self.desk.local(self.desk.clock()):%H:%M %d/%m/%Y}"
                heading = word("workload.heading", chosen=asked.when, who=viewer.name, moment=moment)
                await run_sync(write_workload, file, heading, lines)
                chosen: dict[str, Any] = {"year": asked.year, "month": asked.month}
                note(session, viewer, self.desk.clock(), "export", "workload", count=len(lines), **chosen)

        return await download(f"khoi-luong-viec-{asked.year}.xlsx", write)

    async def _lines(self, session: AsyncSession, request: Request, asked: Asked) -> list[Line]:
        viewer, book = viewer_at(request), await self.desk.book(session)
        return list(await read_lines(session, viewer, asked.period(viewer, book), book, self.desk.clock()))

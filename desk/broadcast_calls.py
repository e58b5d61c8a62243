"""Whom a broadcast did not reach: lists by hamlet to print or take away, so that somebody calls them."""

from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.broadcasts import Broadcast
from db.funnel import call_list, hamlets_to_call
from db.notice_queries import read_notice
from desk.access import Viewer
from desk.answers import choice, phone_for
from desk.broadcast import OPEN
from desk.download import download
from desk.export import Sheet
from desk.page import Page, demand, form_text, number_at, number_of, viewer_at
from desk.record import note
from desk.words import language, word

MOST = 1000
"""As many as a page shows; the file holds all."""
WIDTHS = {
    "name": 28,
    "birth_year": 10,
    "phone": 16,
    "phone_owner": 18,
    "place": 22,
    "hamlet": 18,
    "why": 34,
    "result": 30,
}
"""The columns of the list; the last one is left empty for the pen."""


class BroadcastCallsPage(Page):
    """The hamlets with their numbers, and the people of one of them."""

    path = "/broadcast/{id}/calls"

    @route("", name="broadcast-calls")
    async def index(self, request: Request) -> Response:
        """Show them."""
        viewer, number = viewer_at(request), number_at(request, "id")
        only = _only(request.query_params.get("place", ""), request.query_params.get("hamlet"))
        async with self.desk.session() as session:
            title = await _title(session, number)
            connection = await session.connection()
            bounds = viewer.places, viewer.hamlets
            hamlets = await hamlets_to_call(connection, number, *bounds)
            rows = await call_list(connection, number, *bounds, only=only, limit=MOST) if only else ()
            if rows:
                note(session, viewer, self.desk.clock(), "list", "broadcast", number, count=len(rows))
        return self.render(
            request, "broadcast_calls.html", number=number, title=title, hamlets=hamlets, rows=rows, only=only,
            columns=WIDTHS, cells=lambda row: cells(viewer, row), people=sum(one.people for one in hamlets),
        )  # fmt: skip

    @route("/take", methods=["POST"], name="broadcast-calls-take")
    async def take(self, request: Request) -> Response:
        """Give the list, of one hamlet or of all that are the viewer's, as a file."""
        viewer, number = viewer_at(request), number_at(request, "id")
        demand(viewer.may_export)
        place, hamlet, one = await form_text(request, "place", "hamlet", "one")
        only = _only(place, hamlet) if one else None
        async with self.desk.session() as session:
            title = await _title(session, number)
            book = await self.desk.book(session)
        chosen_words = ", ".join(part for part in (book.name(only[0]), only[1]) if part) if only else word("export.all")
        moment = f"{self.desk.local(self.desk.clock()):%H:%M %d/%m/%Y}"
        heading = word("calls.heading", title=title, who=viewer.name, moment=moment, chosen=chosen_words)

        async def write(file: Path) -> None:
            count = await self._write(viewer, number, only, heading, file)
            async with self.desk.session() as session:
                chosen = {"place": only[0], "hamlet": only[1]} if only else {}
                note(session, viewer, self.desk.clock(), "export", "broadcast", number, count=count, **chosen)

        return await download(f"can-goi-{number}.xlsx", write)

    async def _write(self, viewer: Viewer, number: int, only: tuple[int, str] | None, heading: str, file: Path) -> int:
        titles = [(word(f"calls.column.{key}"), width) for key, width in WIDTHS.items()]
        sheet = await run_sync(Sheet, file, titles, heading)
        after: tuple[int, str, int] | None = None
        try:
            async with self.desk.engine.connect() as connection:
                bounds = viewer.places, viewer.hamlets
                while rows := await call_list(connection, number, *bounds, only=only, after=after, limit=MOST):
                    await run_sync(sheet.write, [cells(viewer, row) for row in rows])
                    last = rows[-1]
                    after = (last.place_id or 0, last.hamlet or "", last.worker_id)
        finally:
            await run_sync(sheet.__exit__, None, None, None)
        return sheet.rows


def cells(viewer: Viewer, row: Any) -> list[str]:
    """One person's line."""
    place = f"{row.place_kind} {row.place}" if row.place else ""
    owner = choice("phone_owner", row.phone_owner) if row.phone_owner else ""
    why = word(f"delivery.reason.{row.reason}") if row.reason else word(f"delivery.state.{row.state}")
    return [row.name or word("list.no_name"), str(row.birth_year or ""), phone_for(viewer, row.phone), owner, place,
            row.hamlet or "", why, ""]  # fmt: skip


def _only(place: str, hamlet: str | None) -> tuple[int, str] | None:
    return None if hamlet is None else (number_of(place) or 0, hamlet[:200])


async def _title(session: AsyncSession, number: int) -> str:
    broadcast = await session.get(Broadcast, number)
    if broadcast is None or broadcast.state in OPEN:
        raise HTTPException(404)
    notice = await read_notice(session, broadcast.notice_id)
    assert notice is not None, "a broadcast goes with its notice"
    return notice.texts[language()].title

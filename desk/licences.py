"""The list of licensed firms: uploaded, looked at with what it changes, then accepted; with its history."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from anyio.to_thread import run_sync
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.licence_sheet import Fault, Sheet, Unreadable, read_sheet
from db.licences import (
    Licence,
    LicenceList,
    accept,
    accepted_lists,
    current_list,
    discard,
    drafts,
    firms_of,
    keep_list,
)
from desk.licence_changes import compare
from desk.page import Page, demand, go, number_at, say, viewer_at
from desk.record import note

SHOWN = 200
"""Faults, and changed firms of one kind, that one page shows."""


class LicencesPage(Page):
    """The lists, the form for a new one, and the preview before it counts."""

    path = "/licences"
    menu = "menu.licences"
    seldom = True

    @route("", name="licences")
    async def index(self, request: Request) -> Response:
        """Show the accepted lists, newest first, and those that wait."""
        return await self._index(request)

    @route("/upload", methods=["POST"], name="licences-upload")
    async def upload(self, request: Request) -> Response:
        """Read a spreadsheet; one with faults is refused whole, with every fault and its row."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.may_load_lists)
        async with request.form(max_files=1, max_fields=10) as form:
            upload, day = form.get("file"), _day(form.get("day"))
            content = await upload.read() if isinstance(upload, UploadFile) else b""
            name = (upload.filename or "")[:120] if isinstance(upload, UploadFile) else ""
        if day is None or day > self.desk.today().date():
            return await self._index(request, wrong="licences.day_wrong")
        try:
            sheet = await run_sync(read_sheet, content, day)
        except Unreadable as error:
            return await self._index(request, wrong=f"licences.file.{error.key}")
        if sheet.faults:
            return await self._index(request, wrong="licences.faulty", faults=sheet.faults)
        async with self.desk.session() as session:
            kept = await self._keep(session, sheet, day, name, viewer.name)
            note(session, viewer, now, "licences_upload", "licence_list", kept.id, count=len(sheet.firms))
        return go(request, f"/licences/{kept.id}")

    @route("/{id}", name="licences-list")
    async def one(self, request: Request) -> Response:
        """One list: what it would change if it waits, otherwise its firms."""
        async with self.desk.session() as session:
            kept = await _list(session, request)
            before = await current_list(session)
            firms = await firms_of(session, kept.id)
            old: Sequence[Licence] = await firms_of(session, before.id) if before and kept.accepted_at is None else ()
        context = {"kept": kept, "before": before, "firms": firms, "changes": compare(old, firms), "shown": SHOWN}
        return self.render(request, "licence_list.html", **context)

    @route("/{id}/accept", methods=["POST"], name="licences-accept")
    async def accept(self, request: Request) -> Response:
        """Let a waiting list count."""
        return await self._decide(request, "accept")

    @route("/{id}/discard", methods=["POST"], name="licences-discard")
    async def discard(self, request: Request) -> Response:
        """Throw a waiting list away."""
        return await self._decide(request, "discard")

    async def _decide(self, request: Request, what: str) -> Response:
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.may_load_lists)
        async with self.desk.session() as session:
            kept = await _list(session, request)
            if kept.accepted_at is not None:
                say(request, "licences.decided", "error")
                return go(request, f"/licences/{kept.id}")
            note(session, viewer, now, f"licences_{what}", "licence_list", kept.id)
            if what == "accept":
                await accept(session, kept, now)
            else:
                await discard(session, kept)
        say(
            request, "licences.accepted" if what == "accept" else "licences.discarded", day=f"{kept.listed_on:%d/%m/%Y}"
        )
        return go(request, "/licences")

    async def _keep(self, session: AsyncSession, sheet: Sheet, day: date, name: str, by: str) -> LicenceList:
        rows = map(asdict, sheet.firms)
        return await keep_list(session, rows, listed_on=day, source=name, loaded_by=by, now=self.desk.clock())

    async def _index(self, request: Request, wrong: str | None = None, faults: Sequence[Fault] = ()) -> Response:
        async with self.desk.session() as session:
            lists, waiting = await accepted_lists(session), await drafts(session)
        context = {"lists": lists, "waiting": waiting, "wrong": wrong, "faults": faults[:SHOWN], "count": len(faults)}
        response = self.render(request, "licences.html", **context)
        response.status_code = 422 if wrong else 200
        return response


async def _list(session: AsyncSession, request: Request) -> LicenceList:
    found = await session.get(LicenceList, number_at(request, "id"), with_for_update=request.method == "POST")
    if found is None:
        raise HTTPException(404)
    return found


def _day(words: object) -> date | None:
    try:
        return date.fromisoformat(words) if isinstance(words, str) else None
    except ValueError:
        return None

"""The list of hamlets and difficult communes: a spreadsheet is looked at first, then loaded as of a day."""

import base64
import binascii
from datetime import date
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.fold import fold
from content.hamlet_sheet import HamletList, NoSheet, read_hamlets, template
from db.hamlet_list import Hamlet, Loaded, load_hamlets
from db.places import HAMLETS, Place, PlaceFlag
from desk.access import EVERYWHERE
from desk.page import Page, form_text, go, say, viewer_at
from desk.placebook import PlaceBook
from desk.record import note
from desk.uploads import HAMLET_LIST_BYTES

VERSIONS = ("2025", "2020")
SHOWN = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class HamletsPage(Page):
    """The hamlets as they are, and a form for a new list."""

    path = "/hamlets"
    menu = "menu.hamlets"
    seldom = True

    def is_accessible(self, request: Request) -> bool:
        """The district's staff."""
        return viewer_at(request).role in EVERYWHERE

    @route("", name="hamlets")
    async def index(self, request: Request) -> Response:
        """Show them by commune."""
        return await self._show(request)

    @route("/template", name="hamlets-template")
    async def template(self, request: Request) -> Response:
        """An empty spreadsheet to fill in."""
        headers = {"content-disposition": 'attachment; filename="danh-sach-ap.xlsx"'}
        return Response(template(), media_type=_XLSX, headers=headers)

    @route("/look", methods=["POST"], name="hamlets-look")
    async def look(self, request: Request) -> Response:
        """Read a spreadsheet and show what it holds and which rows can't be used; nothing changes yet."""
        async with request.form(max_files=1, max_fields=10) as form:
            upload = form.get("file")
            content = await upload.read() if isinstance(upload, UploadFile) else b""
            given = {name: str(form.get(name) or "")[:120] for name in ("version", "since", "source")}
        read, since, wrong = await run_sync(self._read, content, given)
        if wrong or read is None or since is None:
            return await self._show(request, wrong=wrong, given=given)
        sheet = base64.b64encode(content).decode()
        return await self._show(request, read=read, since=since, sheet=sheet, given=given)

    @route("/load", methods=["POST"], name="hamlets-load")
    async def load(self, request: Request) -> Response:
        """Load the list that was looked at; rows with faults are left out."""
        viewer, now = viewer_at(request), self.desk.clock()
        version, day, source = await form_text(request, "version", "since", "source")
        (sheet,) = await form_text(request, "sheet", longest=2 * HAMLET_LIST_BYTES)
        try:
            content = base64.b64decode(sheet, validate=True)
        except binascii.Error as error:
            raise HTTPException(400) from error
        given = {"version": version, "since": day, "source": source}
        read, since, wrong = await run_sync(self._read, content, given)
        if wrong or read is None or since is None:
            return await self._show(request, wrong=wrong, given=given)
        async with self.desk.session() as session:
            loaded = await load(session, await self.desk.book(session), read, since, source)
            what = {"count": loaded.hamlets, "ended": loaded.ended, "people": loaded.people, "source": source}
            note(session, viewer, now, "hamlets", "place", None, **what)
        self.desk.forget_book()
        say(request, "hamlets.loaded", count=loaded.hamlets, people=loaded.people, cases=loaded.cases)
        return go(request, "/hamlets")

    def _read(self, content: bytes, given: dict[str, str]) -> tuple[HamletList | None, date | None, str | None]:
        """The list and its day, or the word for what is wrong."""
        try:
            since = date.fromisoformat(given["since"])
        except ValueError:
            return None, None, "hamlets.day_wrong"
        if since > self.desk.today().date():
            return None, None, "hamlets.day_wrong"
        if given["version"] not in VERSIONS or not content or len(content) > HAMLET_LIST_BYTES:
            return None, None, "hamlets.file_wrong"
        try:
            read = read_hamlets(content, given["version"])
        except NoSheet:
            return None, None, "hamlets.file_wrong"
        return read, since, None if read.rows else "hamlets.no_rows"

    async def _show(self, request: Request, wrong: str | None = None, **more: Any) -> Response:
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            count = select(func.count()).where(Place.version == HAMLETS, Place.valid_to.is_(None))
            difficult = select(PlaceFlag).where(PlaceFlag.flag == "difficult", PlaceFlag.valid_to.is_(None))
            context: dict[str, Any] = {
                "count": await session.scalar(count),
                "flags": (await session.scalars(difficult.order_by(PlaceFlag.place_id))).all(),
                "hamlets": book.hamlets(viewer_at(request).bounds),
                "book": book,
                "versions": VERSIONS,
                "shown": SHOWN,
                "wrong": wrong,
                "read": None,
                "given": {},
            }
        response = self.render(request, "hamlets.html", **context | more)
        response.status_code = 422 if wrong else 200
        return response


async def load(session: AsyncSession, book: PlaceBook, read: HamletList, since: date, source: str) -> Loaded:
    """Load what was read; hamlets are known again by their commune's key and their folded name."""
    number = {code: book.id_of(code, read.version) for code in read.communes}
    known = {code: place for code, place in number.items() if place is not None}
    hamlets = [
        Hamlet(known[row.commune], _key(read.version, row.commune, row.name), row.kind, row.name) for row in read.rows
    ]
    difficult = [known[code] for code in read.difficult] if read.difficult is not None else None
    return await load_hamlets(session, hamlets, difficult, list(known.values()), since, source)


def _key(version: str, commune: str, name: str) -> str:
    return f"{version}-{commune}-{fold(name).replace(' ', '-')}"

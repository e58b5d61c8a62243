"""People from a spreadsheet: looked at first, then taken in; what was taken in once is not added again."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.consent_text import TEXT_VERSION
from content.people_sheet import HEADINGS, NoPeople, PersonRow, RowFault, read_people, template
from db.hamlets import hamlet_named
from db.imports import ImportedRow
from db.people import Consent
from db.register import keep_registration
from db.seal import SealBroken
from desk.access import Viewer
from desk.download import MEDIA
from desk.page import Page, form_text, go, say, viewer_at
from desk.placebook import PlaceBook
from desk.record import note
from desk.uploads import PEOPLE_BYTES

BATCH = 200
"""Rows in one transaction: when it is cut off, those that were done stay, and the same file goes on after them."""
MARKS = 5_000
"""So many marks are looked for at once."""
SHOWN = 500
SOURCE = "import"


@dataclass(frozen=True)
class Read:
    """A spreadsheet that was read: rows to take in, how many are in already, and what is wrong."""

    rows: Sequence[PersonRow]
    known: int
    faults: Sequence[RowFault]


class ImportPage(Page):
    """The template, a look at a file, and taking it in."""

    path = "/import"
    menu = "menu.import"
    seldom = True

    def is_accessible(self, request: Request) -> bool:
        """Those who register people with all that a form asks."""
        viewer = viewer_at(request)
        return viewer.sees_private and viewer.may_change

    @route("", name="import")
    async def index(self, request: Request) -> Response:
        """Show how it goes."""
        return self._show(request)

    @route("/template", name="import-template")
    async def template(self, request: Request) -> Response:
        """An empty spreadsheet to fill in."""
        headers = {"content-disposition": 'attachment; filename="dang-ky-giay.xlsx"'}
        return Response(await run_sync(template), media_type=MEDIA["xlsx"], headers=headers)

    @route("/look", methods=["POST"], name="import-look")
    async def look(self, request: Request) -> Response:
        """Read a file and say what would come of it; nothing is kept but the file, sealed, for a day."""
        viewer = viewer_at(request)
        async with request.form(max_files=1, max_fields=5) as form:
            upload = form.get("file")
            content = await upload.read(PEOPLE_BYTES + 1) if isinstance(upload, UploadFile) else b""
        read = await self._read(viewer, content)
        if read is None:
            return self._show(request, wrong="import.file_wrong")
        name = await run_sync(self.desk.files.keep, content)
        token = self.desk.seal.close_word(f"{viewer.id} {name}")
        async with self.desk.session() as session:
            note(session, viewer, self.desk.clock(), "import_look", "registration", count=len(read.rows))
        return self._show(request, read=read, token=token)

    @route("/load", methods=["POST"], name="import-load")
    async def load(self, request: Request) -> Response:
        """Take in the rows of the file that was looked at; those with faults are left out."""
        viewer = viewer_at(request)
        (token,) = await form_text(request, "token", longest=1000)
        name = self._file_of(viewer, token)
        read = await self._read(viewer, await self._kept(name))
        if read is None:
            raise HTTPException(400)
        added = 0
        for rows in _parts(read.rows, BATCH):
            async with self.desk.session() as session:
                done = sum([await self._take(session, viewer, row) for row in rows])
                note(session, viewer, self.desk.clock(), "import", "registration", count=done)
            added += done
        await run_sync(self.desk.files.drop, name)
        say(request, "import.loaded", count=added, faults=len(read.faults))
        return go(request, "/import")

    def _file_of(self, viewer: Viewer, token: str) -> str:
        """The name of the file that this viewer looked at; 404 for another's."""
        try:
            owner, _, name = self.desk.seal.open_word(token).partition(" ")
        except SealBroken as error:
            raise HTTPException(404) from error
        if owner != str(viewer.id):
            raise HTTPException(404)
        return name

    async def _kept(self, name: str) -> bytes:
        try:
            return await run_sync(self.desk.files.open, name)
        except FileNotFoundError as error:
            raise HTTPException(404) from error

    async def _read(self, viewer: Viewer, content: bytes) -> Read | None:
        """Read a file within the viewer's places; None when it is no list of people."""
        if not 0 < len(content) <= PEOPLE_BYTES:
            return None
        try:
            rows, faults = await run_sync(read_people, content, self.desk.today().date())
        except NoPeople:
            return None
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            mine = [row for row in rows if await _is_seen(session, viewer, book, row)]
            known = await self._known(session, mine)
        seen = {row.number for row in mine}
        foreign = [RowFault(row.number, "commune", "import.not_yours", "") for row in rows if row.number not in seen]
        new = [row for row in mine if self._mark(row) not in known]
        return Read(new, len(mine) - len(new), sorted([*faults, *foreign], key=lambda fault: fault.row))

    async def _known(self, session: AsyncSession, rows: Sequence[PersonRow]) -> set[str]:
        found: set[str] = set()
        for some in _parts(rows, MARKS):
            marks = [self._mark(row) for row in some]
            found |= set(await session.scalars(select(ImportedRow.mark).where(ImportedRow.mark.in_(marks))))
        return found

    def _mark(self, row: PersonRow) -> str:
        key = self.desk.seal.key_for("imported rows")
        return hmac.new(key, row.key.encode(), hashlib.sha256).hexdigest()

    async def _take(self, session: AsyncSession, viewer: Viewer, row: PersonRow) -> bool:
        """Keep one row with its agreement; False when somebody took it in meanwhile."""
        now, mark = self.desk.clock(), self._mark(row)
        first = (
            insert(ImportedRow).values(mark=mark, imported_at=now).on_conflict_do_nothing().returning(ImportedRow.mark)
        )
        if await session.scalar(first) is None:
            return False
        kept = await keep_registration(
            session, self.desk.seal, identity_id=None, kind=row.kind, person=dict(row.person), answers=dict(row.need),
            commune=row.commune, source=SOURCE, promised_at=self.desk.called_by(now), for_other=True, now=now,
            helper=viewer,
        )  # fmt: skip
        (await session.get_one(ImportedRow, mark)).registration_id = kept.registration.id
        agreed = {"text_version": TEXT_VERSION, "lang": row.lang, "channel": "paper", "given_at": now}
        session.add(Consent(worker_id=kept.registration.worker_id, helper_id=viewer.id, taken=row.consent, **agreed))
        return True

    def _show(self, request: Request, wrong: str | None = None, **more: Any) -> Response:
        context: dict[str, Any] = {"wrong": wrong, "read": None, "shown": SHOWN, "headings": HEADINGS} | more
        response = self.render(request, "import.html", **context)
        response.status_code = 422 if wrong else 200
        return response


def _parts(rows: Sequence[PersonRow], size: int) -> Iterator[Sequence[PersonRow]]:
    return (rows[at : at + size] for at in range(0, len(rows), size))


async def _is_seen(session: AsyncSession, viewer: Viewer, book: PlaceBook, row: PersonRow) -> bool:
    """Whether the person lives in the viewer's places."""
    place_id, bounds = book.id_of(row.commune), viewer.bounds
    if bounds.covers(place_id) or not bounds.hamlets:
        return bounds.covers(place_id)
    return bounds.covers(place_id, await hamlet_named(session, place_id, row.person.get("hamlet")))

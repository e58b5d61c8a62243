"""Pictures, recordings and files of a notice: attached, opened, taken off."""

from io import BytesIO

from anyio.to_thread import run_sync
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.catalogue import LANGUAGES
from content.file_kinds import kind_of
from db.notices import Notice, NoticeFile
from desk.attachments import opened
from desk.page import Page, demand, form_text, go, number_at, say, viewer_at
from desk.record import note
from desk.uploads import NOTICE_FILE_BYTES

KINDS = {
    "image/jpeg": "picture",
    "image/png": "picture",
    "audio/ogg": "voice",
    "audio/mpeg": "voice",
    "audio/mp4": "voice",
    "application/pdf": "file",
}
"""What may be attached, and how a phone shows it."""
MOST = 6


class NoticeFilesPage(Page):
    """The files of one notice."""

    path = "/notice/{id}/file"

    @route("/add", methods=["POST"], name="notice-file-add")
    async def add(self, request: Request) -> Response:
        """Attach one file, for one language or for both."""
        async with request.form(max_files=1, max_fields=10) as form:
            upload, lang = form.get("file"), form.get("lang")
            wrong = await self._add(request, upload, lang if lang in LANGUAGES else None)
        say(request, wrong or "notice.file_added", "error" if wrong else "success")
        return go(request, f"/notice/{number_at(request, 'id')}")

    async def _add(self, request: Request, upload: object, lang: str | None) -> str | None:
        """Keep the file, or give the word for what is wrong with it."""
        viewer, now = viewer_at(request), self.desk.clock()
        async with self.desk.session() as session:
            notice = await self._notice(session, request)
            wrong = await _fault(session, notice.id, upload)
            if wrong is not None or not isinstance(upload, UploadFile):
                return wrong
            content = await upload.read()
            mime = await run_sync(_mime, content)
            if mime is None:
                return "notice.file_kind"
            file = NoticeFile(notice_id=notice.id, lang=lang, kind=KINDS[mime], mime=mime, created_at=now)
            file.name, file.size = (upload.filename or "")[:120], len(content)
            file.path = await run_sync(self.desk.files.keep, content)
            session.add(file)
            await session.flush()
            note(session, viewer, now, "notice_file_add", "notice", notice.id, file=file.id)
        return None

    @route("/drop", methods=["POST"], name="notice-file-drop")
    async def drop(self, request: Request) -> Response:
        """Take a file off; its bytes go with the night's clean-up."""
        viewer, now = viewer_at(request), self.desk.clock()
        (number,) = await form_text(request, "file")
        async with self.desk.session() as session:
            notice = await self._notice(session, request)
            file = await session.get(NoticeFile, int(number) if number.isdecimal() and len(number) < 19 else 0)
            if file is None or file.notice_id != notice.id:
                raise HTTPException(404)
            await session.delete(file)
            note(session, viewer, now, "notice_file_drop", "notice", notice.id, file=file.id)
        say(request, "notice.file_dropped")
        return go(request, f"/notice/{notice.id}")

    @route("/{file}", name="notice-file")
    async def open(self, request: Request) -> Response:
        """One file; a notice's files are no secret, its drafts are."""
        viewer = viewer_at(request)
        async with self.desk.session() as session:
            file = await session.get(NoticeFile, number_at(request, "file"))
            notice = await session.get(Notice, number_at(request, "id"))
            if file is None or notice is None or file.notice_id != notice.id:
                raise HTTPException(404)
            demand(notice.state != "draft" or notice.kind in viewer.publishes)
        return await opened(self.desk.files, file)

    async def _notice(self, session: AsyncSession, request: Request) -> Notice:
        notice = await session.get(Notice, number_at(request, "id"), with_for_update=True)
        if notice is None:
            raise HTTPException(404)
        demand(notice.kind in viewer_at(request).publishes)
        return notice


def _mime(content: bytes) -> str | None:
    """The kind by the bytes, where it may be attached; a picture must be one as far as its parts hold together."""
    mime = kind_of(content)
    if mime is None or mime not in KINDS:
        return None
    try:
        if KINDS[mime] == "picture":
            with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
                picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return mime


async def _fault(session: AsyncSession, notice_id: int, upload: object) -> str | None:
    """The word for what is wrong with an upload, or None."""
    if not isinstance(upload, UploadFile) or not upload.size:
        return "notice.file_none"
    if upload.size > NOTICE_FILE_BYTES:
        return "notice.file_large"
    count = await session.scalar(select(func.count()).where(NoticeFile.notice_id == notice_id))
    return "notice.file_many" if (count or 0) >= MOST else None

"""People from a spreadsheet: sent up, looked at, taken in by the clock; the page tells how far it is."""

from typing import Any

import orjson
from anyio.to_thread import run_sync
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.people_sheet import HEADINGS, template
from db.imports import ImportJob, job_of
from desk.download import MEDIA
from desk.page import Page, form_text, go, say, viewer_at
from desk.uploads import PEOPLE_BYTES

SHOWN = 500
GOING_ON = ("reading", "loading")


class ImportPage(Page):
    """The template, one's file, what is wrong with it, and how far it is."""

    path = "/import"
    menu = "menu.import"
    seldom = True

    def is_accessible(self, request: Request) -> bool:
        """Those who register people with all that a form asks."""
        viewer = viewer_at(request)
        return viewer.sees_private and viewer.may_change

    @route("", name="import")
    async def index(self, request: Request) -> Response:
        """Show how it goes, and how one's file stands."""
        async with self.desk.session() as session:
            job = await job_of(session, viewer_at(request).id)
        return self._show(request, job)

    @route("/template", name="import-template")
    async def template(self, request: Request) -> Response:
        """An empty spreadsheet to fill in."""
        headers = {"content-disposition": 'attachment; filename="dang-ky-giay.xlsx"'}
        return Response(await run_sync(template), media_type=MEDIA["xlsx"], headers=headers)

    @route("/look", methods=["POST"], name="import-look")
    async def look(self, request: Request) -> Response:
        """Keep a file, sealed, for the clock to read; it takes the place of one that was only looked at."""
        viewer = viewer_at(request)
        async with request.form(max_files=1, max_fields=5) as form:
            upload = form.get("file")
            content = await upload.read(PEOPLE_BYTES + 1) if isinstance(upload, UploadFile) else b""
        if content and not content.startswith(b"PK"):
            return self._show(request, None, wrong="import.old_format")
        if not content or len(content) > PEOPLE_BYTES:
            return self._show(request, None, wrong="import.file_wrong")
        name = await run_sync(self.desk.files.keep, content)
        async with self.desk.session() as session:
            before = await job_of(session, viewer.id, locked=True)
            if before is not None and before.state == "loading":
                say(request, "import.wait", "warning")
                return go(request, "/import")
            if before is not None:
                await session.delete(before)
                await session.flush()
            session.add(ImportJob(staff_id=viewer.id, path=name, state="reading", made_at=self.desk.clock()))
        if before is not None:
            await run_sync(self.desk.files.drop, before.path)
        return go(request, "/import")

    @route("/load", methods=["POST"], name="import-load")
    async def load(self, request: Request) -> Response:
        """Have the rows of the file that was looked at taken in; those with faults are left out."""
        async with self.desk.session() as session:
            job = await self._looked(session, request)
            job.state = "loading"
        return go(request, "/import")

    @route("/leave", methods=["POST"], name="import-leave")
    async def leave(self, request: Request) -> Response:
        """Let the file go."""
        async with self.desk.session() as session:
            job = await self._looked(session, request)
            await session.delete(job)
        await run_sync(self.desk.files.drop, job.path)
        return go(request, "/import")

    async def _looked(self, session: Any, request: Request) -> ImportJob:
        """One's own file that was looked at, by the number that the page named; 404 for every other."""
        job = await job_of(session, viewer_at(request).id, locked=True)
        (number,) = await form_text(request, "job")
        if job is None or str(job.id) != number or job.state != "looked":
            raise HTTPException(404)
        return job

    def _show(self, request: Request, job: ImportJob | None, wrong: str | None = None) -> Response:
        faults = orjson.loads(self.desk.seal.open(job.report)) if job is not None and job.report is not None else []
        context: dict[str, Any] = {"wrong": wrong, "job": job, "faults": faults, "shown": SHOWN, "headings": HEADINGS}
        response = self.render(request, "import.html", going_on=job is not None and job.state in GOING_ON, **context)
        response.status_code = 422 if wrong else 200
        return response

"""One's files: those that the clock makes, how far they are, and those that are ready to take."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.made_files import HOLDS, MOST_WAITING, MadeFile, file_of, files_of, waiting_of
from desk.access import Viewer
from desk.desk import Desk
from desk.download import MEDIA
from desk.monthly_words import thousands
from desk.page import Page, demand, form_text, go, number_at, number_of, say, viewer_at
from desk.record import note
from desk.words import language

GOING_ON = ("waiting", "making")


class FilesPage(Page):
    """The list of them; the page comes anew by itself while something is being made."""

    path = "/files"
    menu = "menu.files"
    seldom = True

    def is_accessible(self, request: Request) -> bool:
        """Who may take lists away."""
        return viewer_at(request).may_export

    @route("", name="files")
    async def index(self, request: Request) -> Response:
        """Show them."""
        viewer, now = viewer_at(request), self.desk.clock()
        async with self.desk.session() as session:
            files = await files_of(session, viewer.id, now)
        going_on = any(one.state in GOING_ON for one in files)
        hours = HOLDS // timedelta(hours=1)
        return self.render(
            request, "files.html", files=files, going_on=going_on, theirs=lambda one: one.sight == sight_of(viewer),
            hours=hours, thousands=thousands, until=lambda one: one.asked_at + HOLDS,
        )  # fmt: skip

    @route("/{id}/take", methods=["POST"], name="files-take")
    async def take(self, request: Request) -> Response:
        """Give one that is ready to its owner, who must still be allowed to see all that is in it."""
        viewer, now, number = viewer_at(request), self.desk.clock(), number_at(request, "id")
        demand(viewer.may_export)
        async with self.desk.session() as session:
            found = await file_of(session, viewer.id, number, now)
            if found is None or found.state != "ready" or found.path is None or found.sight != sight_of(viewer):
                raise HTTPException(404)
            note(session, viewer, now, "file_take", found.kind, count=found.rows, file=number)
        content = await run_sync(self.desk.files.open, found.path)
        headers = {"content-disposition": f'attachment; filename="{found.name}"', "cache-control": "no-store"}
        return Response(content, media_type=MEDIA[found.name.rpartition(".")[2]], headers=headers)

    @route("/drop", methods=["POST"], name="files-drop")
    async def drop(self, request: Request) -> Response:
        """Let one of one's own go before its time; one that is being made stops where it is noticed."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.may_export)
        number = number_of((await form_text(request, "id"))[0])
        async with self.desk.session() as session:
            found = await file_of(session, viewer.id, number, now) if number is not None else None
            if found is None:
                raise HTTPException(404)
            await session.delete(found)
        if found.path is not None:
            await run_sync(self.desk.files.drop, found.path)
        say(request, "files.dropped")
        return go(request, "/files")


def sight_of(viewer: Viewer) -> dict[str, Any]:
    """What somebody may see, to compare."""
    places = sorted(viewer.places) if viewer.places is not None else None
    return {"role": viewer.role, "places": places, "hamlets": sorted(viewer.hamlets)}


async def ask_for(request: Request, desk: Desk, viewer: Viewer, kind: str, name: str, asked: Mapping[str, Any]) -> None:
    """Have a file made by the clock, unless enough are under way; tells the person."""
    async with desk.session() as session:
        if await waiting_of(session, viewer.id) >= MOST_WAITING:
            say(request, "files.too_many", "warning", count=MOST_WAITING)
            return
        sealed = desk.seal.close(orjson.dumps(asked))
        session.add(
            MadeFile(
                staff_id=viewer.id,
                kind=kind,
                name=name,
                asked=sealed,
                sight=sight_of(viewer),
                lang=language(),
                state="waiting",
                asked_at=desk.clock(),
            )
        )
    say(request, "files.asked")

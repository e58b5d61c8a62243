"""People who asked for somebody to talk to: who, about what, promised by when; done when they were called."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.people import Identity, Worker, WorkerIdentity
from db.registrations import Attachment, HelpRequest
from desk.access import Viewer
from desk.answers import phone_for
from desk.attachments import SHOWN, opened
from desk.page import Page, demand, form_text, go, number_at, number_of, say, viewer_at
from desk.record import note

MOST = 200
_MOST_FILES = 500


class HelpPage(Page):
    """Open requests first by what was promised; the last closed ones below."""

    path = "/help"
    menu = "menu.help"

    @route("", name="help")
    async def index(self, request: Request) -> Response:
        """Show the requests."""
        viewer, now = viewer_at(request), self.desk.clock()
        open_first = HelpRequest.promised_at.asc().nulls_last()
        async with self.desk.session() as session:
            waiting = (
                await session.execute(_requests(viewer, HelpRequest.done_at.is_(None)).order_by(open_first))
            ).all()
            closed = _requests(viewer, HelpRequest.done_at.is_not(None)).order_by(HelpRequest.done_at.desc())
            done: Sequence[Row[Any]] = (await session.execute(closed.limit(20))).all()
            files = await _files(session, [row.HelpRequest.identity_id for row in (*waiting, *done)])
            note(session, viewer, now, "list", "help_request", count=len(waiting) + len(done))
            told = {row.HelpRequest.id: self._told(viewer, row.HelpRequest) for row in (*waiting, *done)}
        context = {
            "told": told,
            "waiting": waiting,
            "done": done,
            "now": now,
            "most": MOST,
            "files": files,
            "can_show": SHOWN,
        }
        return self.render(request, "help.html", phone=lambda number: phone_for(viewer, number), **context)

    def _told(self, viewer: Viewer, asked: HelpRequest) -> str:
        """What the person told with it; sealed, and for those only whose work it is."""
        if asked.detail is None or not viewer.sees_private:
            return ""
        return self.desk.seal.open(asked.detail).decode()

    @route("/done", methods=["POST"], name="help-done")
    async def close(self, request: Request) -> Response:
        """Mark a request as done, or open it again."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.may_change)
        number, again = await form_text(request, "id", "again")
        async with self.desk.session() as session:
            found = await _one(session, viewer, number_of(number))
            found.done_at = None if again else now
            note(session, viewer, now, "help_reopen" if again else "help_done", "help_request", found.id)
        say(request, "help.reopened" if again else "help.closed")
        return go(request, "/help")

    @route("/{id}/file/{file}", name="help-file")
    async def file(self, request: Request) -> Response:
        """One voice note or photo that the person sent outside of a form."""
        viewer = viewer_at(request)
        demand(viewer.may_open_files)
        async with self.desk.session() as session:
            asked = await _one(session, viewer, number_at(request, "id"))
            mine = Attachment.id == number_at(request, "file"), Attachment.identity_id == asked.identity_id
            attachment: Attachment | None = await session.scalar(select(Attachment).where(*mine, *_loose()))
            if attachment is None or attachment.path is None:
                raise HTTPException(404)
            note(session, viewer, self.desk.clock(), "open_file", "help_request", asked.id, file=attachment.id)
        return await opened(self.desk.files, attachment)


async def _one(session: AsyncSession, viewer: Viewer, number: int | None) -> HelpRequest:
    """The request, or 404: one of another place is as good as none."""
    mine = select(HelpRequest).where(HelpRequest.id == number, help_in_sight(viewer)).with_for_update()
    found: HelpRequest | None = await session.scalar(mine) if number is not None else None
    if found is None:
        raise HTTPException(404)
    return found


def _loose() -> tuple[ColumnElement[bool], ...]:
    """The condition that a file was sent by itself: it answers no question and belongs to no registration."""
    return Attachment.registration_id.is_(None), Attachment.question.is_(None), Attachment.kind != "location"


async def _files(session: AsyncSession, identities: Sequence[int]) -> Mapping[int, Sequence[Attachment]]:
    """What these people sent by itself, by identity, newest first."""
    query = select(Attachment).where(Attachment.identity_id.in_(identities), *_loose())
    found: defaultdict[int, list[Attachment]] = defaultdict(list)
    for file in await session.scalars(query.order_by(Attachment.id.desc()).limit(_MOST_FILES)):
        found[file.identity_id].append(file)
    return found


def help_in_sight(viewer: Viewer) -> ColumnElement[bool]:
    """Requests of people of the viewer's places; of one who has not said where they live, only the district knows."""
    return viewer.bounds.help_requests()


def _requests(viewer: Viewer, state: ColumnElement[bool]) -> Any:
    name = (
        select(func.string_agg(Worker.name, ", "))
        .join(WorkerIdentity)
        .where(WorkerIdentity.identity_id == HelpRequest.identity_id)
        .scalar_subquery()
    )
    query = select(HelpRequest, Identity.channel, Identity.lang, name.label("name")).join(
        Identity, Identity.id == HelpRequest.identity_id
    )
    return query.where(state, help_in_sight(viewer)).limit(MOST)

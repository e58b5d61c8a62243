"""People who asked for somebody to talk to: who, about what, promised by when; done when they were called."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, select, true
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.people import Identity, Worker, WorkerIdentity
from db.registrations import HelpRequest
from desk.access import Viewer
from desk.answers import phone_for
from desk.page import Page, demand, form_text, go, say, viewer_at
from desk.record import note

MOST = 200


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
            note(session, viewer, now, "list", "help_request", count=len(waiting) + len(done))
        context = {"waiting": waiting, "done": done, "now": now, "most": MOST}
        return self.render(request, "help.html", phone=lambda number: phone_for(viewer, number), **context)

    @route("/done", methods=["POST"], name="help-done")
    async def close(self, request: Request) -> Response:
        """Mark a request as done, or open it again."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.may_change)
        number, again = await form_text(request, "id", "again")
        if not number.isdigit() or len(number) > 18:
            raise HTTPException(404)
        mine = select(HelpRequest).where(HelpRequest.id == int(number), help_in_sight(viewer)).with_for_update()
        async with self.desk.session() as session:
            found = await session.scalar(mine)
            if found is None:
                raise HTTPException(404)
            found.done_at = None if again else now
            note(session, viewer, now, "help_reopen" if again else "help_done", "help_request", found.id)
        say(request, "help.reopened" if again else "help.closed")
        return go(request, "/help")


def help_in_sight(viewer: Viewer) -> ColumnElement[bool]:
    """Requests of people of the viewer's places; of one who has not said where they live, only the district knows."""
    if viewer.places is None:
        return true()
    return exists().where(
        WorkerIdentity.identity_id == HelpRequest.identity_id,
        Worker.id == WorkerIdentity.worker_id,
        Worker.place_id.in_(viewer.places),
    )


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

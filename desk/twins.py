"""People who may be the same one: side by side, made one person or known for two, and taken apart again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.merging import CannotUndo, merge, merger_of, mergers, undo
from db.people import Worker
from db.registrations import Registration
from db.twins import pair_of, waiting
from desk.access import Viewer
from desk.answers import person_lines
from desk.page import Page, demand, form_text, go, number_of, say, viewer_at
from desk.placebook import PlaceBook
from desk.record import note

PAGE = 20
UNDO_WITHIN = timedelta(days=30)
"""So long a merger is offered to be taken back."""


class TwinsPage(Page):
    """Pairs that wait for a verdict, and what was merged lately."""

    path = "/twins"
    menu = "menu.twins"
    seldom = True

    @route("", name="twins")
    async def index(self, request: Request) -> Response:
        """Show them, newest first."""
        viewer, now = viewer_at(request), self.desk.clock()
        before = number_of(request.query_params.get("before", ""))
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            rows = await waiting(session, viewer.bounds, before, PAGE + 1)
            pairs = [await self._pair(session, viewer, book, row) for row in rows[:PAGE]]
            done = await mergers(session, viewer.bounds, now - UNDO_WITHIN, PAGE) if before is None else ()
            note(session, viewer, now, "list", "twin", count=2 * len(pairs))
        older = rows[PAGE - 1][0].id if len(rows) > PAGE else None
        return self.render(request, "twins.html", pairs=pairs, done=done, older=older)

    async def _pair(self, session: AsyncSession, viewer: Viewer, book: PlaceBook, row: Any) -> dict[str, Any]:
        """Both people line by line, marked where they differ, with their registrations."""
        twin, *people = row
        lines = [list(person_lines(worker, viewer, book, self.desk.seal)) for worker in people]
        needs = [await _needs(session, viewer, worker) for worker in people]
        table = [(one.label, one.words, other.words) for one, other in zip(*lines, strict=True)]
        return {"twin": twin, "people": people, "lines": table, "needs": needs}

    @route("/merge", methods=["POST"], name="twins-merge")
    async def merge(self, request: Request) -> Response:
        """They are the same person."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.may_change)
        async with self.desk.session() as session:
            pair = await pair_of(session, await _number(request), viewer.bounds)
            if pair is None:
                raise HTTPException(404)
            twin, kept, gone = pair
            made = await merge(session, self.desk.seal, viewer, kept, gone, twin, now)
            await _note(session, viewer, now, "merge", [kept.id], gone=gone.id, moved=len(made.moved["registration"]))
        say(request, "twins.merged", name=kept.name or "")
        return go(request, "/twins")

    @route("/apart", methods=["POST"], name="twins-apart")
    async def apart(self, request: Request) -> Response:
        """They are two persons, and are not asked about again."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.may_change)
        async with self.desk.session() as session:
            pair = await pair_of(session, await _number(request), viewer.bounds)
            if pair is None:
                raise HTTPException(404)
            twin, one, other = pair
            twin.verdict, twin.staff_id, twin.decided_at = "two", viewer.id, now
            both = (one.id, other.id)
            marked = select(Registration).where(Registration.worker_id.in_(both), Registration.twin_id.in_(both))
            for registration in await session.scalars(marked):
                registration.twin_id = None
            note(session, viewer, now, "twin_apart", "worker", one.id, other=other.id)
        say(request, "twins.two_kept")
        return go(request, "/twins")

    @route("/undo", methods=["POST"], name="twins-undo")
    async def undo(self, request: Request) -> Response:
        """Make two persons again of what was merged."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.may_change)
        async with self.desk.session() as session:
            found = await merger_of(session, await _number(request), viewer.bounds)
            if found is None:
                raise HTTPException(404)
            merger, kept, gone = found
            try:
                await undo(session, self.desk.seal, merger, kept, gone, now)
            except CannotUndo:
                say(request, "twins.cannot_undo", "error")
                return go(request, "/twins")
            await _note(session, viewer, now, "unmerge", [kept.id, gone.id])
        say(request, "twins.undone")
        return go(request, "/twins")


async def _number(request: Request) -> int:
    number = number_of((await form_text(request, "id"))[0])
    if number is None:
        raise HTTPException(404)
    return number


async def _needs(session: AsyncSession, viewer: Viewer, worker: Worker) -> Sequence[Registration]:
    query = select(Registration).where(Registration.worker_id == worker.id, viewer.bounds.registrations())
    return (await session.scalars(query.order_by(Registration.id.desc()).limit(10))).all()


async def _note(
    session: AsyncSession, viewer: Viewer, now: datetime, action: str, people: Sequence[int], **detail: int
) -> None:
    """Note it of the person, and in the history of each of their registrations."""
    note(session, viewer, now, action, "worker", people[0], **detail)
    query = select(Registration.id).where(Registration.worker_id.in_(people))
    for number in await session.scalars(query):
        note(session, viewer, now, action, "registration", number)

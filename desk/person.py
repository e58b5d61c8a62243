"""One registration with the person behind it: answers, other needs, files, what was promised, what was done."""

from collections.abc import Sequence
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.registrations import Attachment, Registration
from db.seal import SealBroken
from db.staff import AuditEntry
from desk.access import Viewer
from desk.answers import need_lines, person_lines
from desk.changes import UNDO_WITHIN, change_status, in_sight, still_stands
from desk.page import Page, demand, form_text, go, viewer_at
from desk.record import note
from desk.registration_export import reason_words
from desk.registrations import tell
from desk.statuses import NEXT

_HISTORY = 50
_SHOWN = ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/webm", "audio/wav", "audio/aac", "image/jpeg", "image/png",
          "image/webp", "image/gif")  # fmt: skip
"""What a browser may open inside the page; everything else is only saved, so that nothing sent can run here."""
_LARGEST_ID = 2**63 - 1


class PersonPage(Page):
    """The case page of a registration."""

    path = "/registration/{id:int}"

    @route("", name="person")
    async def index(self, request: Request) -> Response:
        """Show everything about it that the viewer may see."""
        viewer, now = viewer_at(request), self.desk.clock()
        async with self.desk.session() as session:
            found = await self._one(session, request, viewer)
            history = await _history(session, found.id)
            book = await self.desk.book(session)
            context = {
                "registration": found,
                "others": await _others(session, viewer, found),
                "twin": await _twin(session, viewer, found),
                "files": await _files(session, found.id),
                "history": history,
                "undo": _undoable(viewer, found, history, now),
            }
            note(session, viewer, now, "view", "registration", found.id)
        return self.render(
            request,
            "person.html",
            person=list(person_lines(found.worker, viewer, book, self.desk.seal)),
            need=list(need_lines(found.answers)),
            reason=reason_words(found.closed_reason),
            next_statuses=NEXT[found.status],
            now=now,
            can_show=_SHOWN,
            **context,
        )

    @route("/status", methods=["POST"], name="person-status")
    async def change(self, request: Request) -> Response:
        """Move it to another status."""
        viewer = viewer_at(request)
        demand(viewer.may_change)
        number = _number(request, "id")
        wanted, seen, reason = await form_text(request, "status", "seen", "reason")
        async with self.desk.session() as session:
            changed = await change_status(
                session, viewer, self.desk.clock(), [number], wanted, reason, seen=seen or None
            )
        if not changed.done and not changed.refused:
            raise HTTPException(404)
        tell(request, changed, wanted)
        return go(request, f"/registration/{number}")

    @route("/file/{file:int}", name="person-file")
    async def file(self, request: Request) -> Response:
        """One voice note, photo or paper, opened from its seal."""
        viewer = viewer_at(request)
        demand(viewer.may_open_files)
        async with self.desk.session() as session:
            found = await self._one(session, request, viewer)
            attachment = await session.get(Attachment, _number(request, "file"))
            if attachment is None or attachment.registration_id != found.id or attachment.path is None:
                raise HTTPException(404)
            note(session, viewer, self.desk.clock(), "open_file", "registration", found.id, file=attachment.id)
        try:
            content = await run_sync(self.desk.files.open, attachment.path)
        except (FileNotFoundError, SealBroken) as error:
            raise HTTPException(404) from error
        kind = (attachment.mime or "").partition(";")[0].strip().lower()
        if kind in _SHOWN:
            return Response(content, media_type=kind)
        headers = {"content-disposition": f'attachment; filename="tep-{attachment.id}"'}
        return Response(content, media_type="application/octet-stream", headers=headers)

    async def _one(self, session: AsyncSession, request: Request, viewer: Viewer) -> Registration:
        """The registration, or 404: one of another place is as good as none."""
        query = (
            select(Registration)
            .where(Registration.id == _number(request, "id"), in_sight(viewer))
            .options(joinedload(Registration.worker))
        )
        found: Registration | None = await session.scalar(query)
        if found is None:
            raise HTTPException(404)
        return found


def _number(request: Request, name: str) -> int:
    number: int = request.path_params[name]
    if number > _LARGEST_ID:
        raise HTTPException(404)
    return number


async def _others(session: AsyncSession, viewer: Viewer, found: Registration) -> Sequence[Registration]:
    query = select(Registration).where(
        Registration.worker_id == found.worker_id, Registration.id != found.id, in_sight(viewer)
    )
    return (await session.scalars(query.order_by(Registration.created_at.desc()).limit(20))).all()


async def _twin(session: AsyncSession, viewer: Viewer, found: Registration) -> Registration | None:
    """The newest registration of the person who looks like the same one."""
    if found.twin_id is None:
        return None
    query = select(Registration).where(Registration.worker_id == found.twin_id, in_sight(viewer))
    newest = query.order_by(Registration.created_at.desc()).limit(1).options(joinedload(Registration.worker))
    twin: Registration | None = await session.scalar(newest)
    return twin


async def _files(session: AsyncSession, registration_id: int) -> Sequence[Attachment]:
    query = select(Attachment).where(Attachment.registration_id == registration_id)
    return (await session.scalars(query.order_by(Attachment.id).limit(100))).all()


async def _history(session: AsyncSession, registration_id: int) -> Sequence[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.subject == "registration", AuditEntry.subject_id == registration_id)
    return (await session.scalars(query.order_by(AuditEntry.id.desc()).limit(_HISTORY))).all()


def _undoable(viewer: Viewer, found: Registration, history: Sequence[AuditEntry], now: Any) -> str:
    """The token that takes the last change back, when it is the viewer's own and still stands."""
    last = next((entry for entry in history if entry.action in ("status", "undo")), None)
    if last is None or last.action != "status" or last.staff_id != viewer.id or not viewer.may_change:
        return ""
    fresh = last.created_at > now - UNDO_WITHIN
    return last.detail["batch"] if fresh and still_stands(found, last) else ""

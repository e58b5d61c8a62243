"""One registration with the person behind it: answers, other needs, files, what was promised, what was done."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.ready_answers import filled
from content.values import say as say_value
from db.bounds import Bounds
from db.erase import HasAccount, erase_without_account
from db.registrations import Attachment, Registration
from db.staff import AuditEntry, Staff
from db.taking_back import UNDO_WITHIN, still_stands
from desk.access import Viewer
from desk.answers import need_lines, person_lines
from desk.attachments import SHOWN, opened
from desk.case_history import entries_of, history_of
from desk.case_view import CaseView, case_view, read_at
from desk.changes import change_status, in_sight
from desk.page import Page, demand, form_text, go, number_at, number_of, say, viewer_at
from desk.people_columns import reason_words
from desk.placebook import PlaceBook
from desk.ready import Ready, keys_of
from desk.record import note
from desk.registrations import tell
from desk.statuses import NEXT


class PersonPage(Page):
    """The case page of a registration."""

    path = "/registration/{id}"

    @route("", name="person")
    async def index(self, request: Request) -> Response:
        """Show everything about it that the viewer may see."""
        viewer, now = viewer_at(request), self.desk.clock()
        async with self.desk.session() as session:
            found = await self._one(session, request, viewer)
            entries = await entries_of(session, found.id)
            book = await self.desk.book(session)
            context = {
                "registration": found,
                "others": await _others(session, viewer, found),
                "twin": await _twin(session, viewer, found),
                "files": await _files(session, found.id),
                "history": await history_of(session, viewer, book, self.desk.seal, found.id, entries),
                "undo": _undoable(viewer, found, entries, now),
                "helper": await _helper(session, found),
            }
            case = await case_view(
                session, viewer, found, self.desk.seal, now, read_at(request.query_params.get("at", ""))
            )
            note(session, viewer, now, "view", "registration", found.id)
        ready = number_of(request.query_params.get("ready", ""))
        answers = self._ready(viewer, found, case)
        return self.render(
            request,
            "person.html",
            person=list(person_lines(found.worker, viewer, book, self.desk.seal)),
            need=list(need_lines(found.answers)),
            reason=reason_words(found.closed_reason),
            next_statuses=NEXT[found.status],
            now=now,
            case=case,
            draft=answers[ready].words if ready in answers else "",
            ready_answers=answers.values(),
            hamlets=self._hamlets(found, book),
            can_show=SHOWN,
            **context,
        )

    @route("/status", methods=["POST"], name="person-status")
    async def change(self, request: Request) -> Response:
        """Move it to another status."""
        viewer = viewer_at(request)
        demand(viewer.may_change)
        number = number_at(request, "id")
        wanted, seen, reason = await form_text(request, "status", "seen", "reason")
        async with self.desk.session() as session:
            changed = await change_status(
                session, viewer, self.desk.clock(), [number], wanted, reason, seen=seen or None
            )
        if not changed.done and not changed.refused:
            raise HTTPException(404)
        tell(request, changed, wanted)
        return go(request, f"/registration/{number}")

    @route("/erase", methods=["POST"], name="person-erase")
    async def erase(self, request: Request) -> Response:
        """Delete a person who has no chat, and say the number of the proof."""
        viewer = viewer_at(request)
        demand(viewer.may_erase)
        (asked,) = await form_text(request, "asked")
        async with self.desk.session() as session:
            found = await self._one(session, request, viewer)
            if not asked:
                say(request, "erase.not_asked", "warning")
                return go(request, f"/registration/{found.id}")
            try:
                proof = await erase_without_account(session, found.worker_id, viewer, self.desk.clock())
            except HasAccount:
                say(request, "erase.has_account", "warning")
                return go(request, f"/registration/{found.id}")
        say(request, "erase.done", number=proof.reference)
        return go(request, "/registrations")

    @route("/file/{file}", name="person-file")
    async def file(self, request: Request) -> Response:
        """One voice note, photo or paper, opened from its seal."""
        viewer = viewer_at(request)
        demand(viewer.may_open_files)
        async with self.desk.session() as session:
            found = await self._one(session, request, viewer)
            attachment = await session.get(Attachment, number_at(request, "file"))
            if attachment is None or attachment.registration_id != found.id or attachment.path is None:
                raise HTTPException(404)
            note(session, viewer, self.desk.clock(), "open_file", "registration", found.id, file=attachment.id)
        return await opened(self.desk.files, attachment)

    def _ready(self, viewer: Viewer, found: Registration, case: CaseView) -> dict[int, Ready]:
        """The ready answers in the worker's language, filled in, by number."""
        if case.account is None or not viewer.may_change:
            return {}
        lang = case.account.lang or "vi"
        day = say_value(self.desk.local(found.due_at).date(), lang) if found.due_at else ""
        values = {"name": found.worker.name or "", "number": str(found.id), "officer": viewer.name, "day": day}
        values["office"] = self.desk.names[lang]
        return {
            one.id: Ready(one.name, " ".join(keys_of(one.name)), filled(one.km if lang == "km" else one.vi, values))
            for one in case.answers
        }

    def _hamlets(self, found: Registration, book: PlaceBook) -> list[tuple[int, str]]:
        """The hamlets of the list that the worker may live in."""
        if found.place_id is None:
            return []
        return book.hamlets(Bounds(frozenset((found.place_id,))))

    async def _one(self, session: AsyncSession, request: Request, viewer: Viewer) -> Registration:
        """The registration, or 404: one of another place is as good as none."""
        query = (
            select(Registration)
            .where(Registration.id == number_at(request, "id"), in_sight(viewer))
            .options(joinedload(Registration.worker))
        )
        found: Registration | None = await session.scalar(query)
        if found is None:
            raise HTTPException(404)
        return found


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


async def _helper(session: AsyncSession, found: Registration) -> str | None:
    """Who of the staff registered it for the person."""
    name: str | None = await session.scalar(select(Staff.name).where(Staff.id == found.helper_id))
    return name


async def _files(session: AsyncSession, registration_id: int) -> Sequence[Attachment]:
    query = select(Attachment).where(Attachment.registration_id == registration_id)
    return (await session.scalars(query.order_by(Attachment.id).limit(100))).all()


def _undoable(viewer: Viewer, found: Registration, history: Sequence[AuditEntry], now: Any) -> str:
    """The token that takes the last change back, when it is the viewer's own and still stands."""
    last = next((entry for entry in history if entry.action in ("status", "undo")), None)
    if last is None or last.action != "status" or last.staff_id != viewer.id or not viewer.may_change:
        return ""
    fresh = last.created_at > now - UNDO_WITHIN
    return last.detail["batch"] if fresh and still_stands(found, last) else ""

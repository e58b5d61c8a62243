"""People who asked for somebody to talk to: who, about what, promised by when; done when they were called."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.bounds import EVERYWHERE
from db.people import Identity, Worker, WorkerIdentity
from db.registrations import Attachment, HelpRequest
from db.staff import AuditEntry, Staff
from desk.access import Viewer
from desk.answers import phone_for
from desk.attachments import SHOWN, opened
from desk.cases import ticked
from desk.help_changes import change, in_hand, undo
from desk.page import Page, demand, form_text, go, number_at, say, viewer_at
from desk.record import note

MOST = 200
TABS = ("all", "mine", "nobodys")
_MOST_FILES = 500
_SAID = {"take": "taken", "leave": "left", "done": "closed", "again": "reopened"}
_STEPS = ("help_take", "help_leave", "help_hand_on", "escalate")
"""What the record has of who was to do it."""


class HelpPage(Page):
    """Open requests first by what was promised; the last closed ones below."""

    path = "/help"
    menu = "menu.help"

    @route("", name="help")
    async def index(self, request: Request) -> Response:
        """Show the requests."""
        viewer, now = viewer_at(request), self.desk.clock()
        tab, token = _tab(request.query_params.get("tab", "")), request.query_params.get("undo", "")
        open_first = HelpRequest.promised_at.asc().nulls_last()
        async with self.desk.session() as session:
            counts = await _counts(session, viewer)
            waiting = (await session.execute(_requests(viewer, _open(viewer, tab)).order_by(open_first))).all()
            closed = _requests(viewer, HelpRequest.done_at.is_not(None)).order_by(HelpRequest.done_at.desc())
            done: Sequence[Row[Any]] = (await session.execute(closed.limit(20))).all()
            files = await _files(session, [row.HelpRequest.identity_id for row in (*waiting, *done)])
            note(session, viewer, now, "list", "help_request", count=len(waiting) + len(done))
            history = await _history(session, [row.HelpRequest.id for row in (*waiting, *done)])
            told = {row.HelpRequest.id: self._told(viewer, row.HelpRequest) for row in (*waiting, *done)}
        context = {
            "told": told,
            "waiting": waiting,
            "done": done,
            "now": now,
            "most": MOST,
            "files": files,
            "can_show": SHOWN,
            "history": history,
            "tabs": TABS,
            "tab": tab,
            "counts": counts,
            "undo": token,
            "district": viewer.role in EVERYWHERE,
        }
        return self.render(request, "help.html", phone=lambda number: phone_for(viewer, number), **context)

    def _told(self, viewer: Viewer, asked: HelpRequest) -> str:
        """What the person told with it; sealed, and for those only whose work it is."""
        if asked.detail is None or not viewer.sees_private:
            return ""
        return self.desk.seal.open(asked.detail).decode()

    @route("/done", methods=["POST"], name="help-done")
    async def close(self, request: Request) -> Response:
        """Mark requests as done, or open one again."""
        (again,) = await form_text(request, "again")
        return await self._change(request, "again" if again else "done")

    @route("/take", methods=["POST"], name="help-take")
    async def take(self, request: Request) -> Response:
        """Say that it is the viewer who does these."""
        return await self._change(request, "take")

    @route("/leave", methods=["POST"], name="help-leave")
    async def leave(self, request: Request) -> Response:
        """Hand these back, for somebody else to take."""
        return await self._change(request, "leave")

    @route("/undo", methods=["POST"], name="help-undo")
    async def take_back(self, request: Request) -> Response:
        """Undo what was just done."""
        viewer = viewer_at(request)
        demand(viewer.may_change)
        token, tab = await form_text(request, "token", "tab")
        async with self.desk.session() as session:
            undone = await undo(session, viewer, self.desk.clock(), token)
        if undone:
            say(request, "help.undone", count=undone)
        else:
            say(request, "undo.too_late", "warning")
        return go(request, f"/help?tab={_tab(tab)}")

    async def _change(self, request: Request, what: str) -> Response:
        """Do it to what was ticked; a request of another place is as good as none."""
        viewer, token = viewer_at(request), secrets.token_hex(8)
        demand(viewer.may_change)
        ids, (tab,) = await ticked(request), await form_text(request, "tab")
        back = f"/help?tab={_tab(tab)}"
        if not ids:
            say(request, "list.none_ticked", "warning")
            return go(request, back)
        async with self.desk.session() as session:
            requests = await in_hand(session, viewer, ids)
            if not requests:
                raise HTTPException(404)
            came = await change(session, viewer, requests, what, self.desk.clock(), token)
        if came.done:
            say(request, f"help.{_SAID[what]}", count=came.done)
        if came.refused:
            say(request, f"help.not_{what}", "warning", count=came.refused)
        return go(request, f"{back}&undo={token}" if came.done and what != "again" else back)

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


def _tab(given: str) -> str:
    return given if given in TABS else TABS[0]


def _open(viewer: Viewer, tab: str) -> ColumnElement[bool]:
    """What waits, of everybody, of the viewer, or of nobody."""
    whose = {"all": true(), "mine": HelpRequest.owner_id == viewer.id, "nobodys": HelpRequest.owner_id.is_(None)}
    return and_(HelpRequest.done_at.is_(None), whose[tab])


async def _counts(session: AsyncSession, viewer: Viewer) -> Mapping[str, str]:
    """How many stand under each tab; no further than a page shows."""
    found = {}
    for tab in TABS:
        some = select(HelpRequest.id).where(_open(viewer, tab), help_in_sight(viewer)).limit(MOST + 1).subquery()
        number = (await session.execute(select(func.count()).select_from(some))).scalar_one()
        found[tab] = f"{MOST}+" if number > MOST else str(number)
    return found


async def _history(session: AsyncSession, ids: Sequence[int]) -> Mapping[int, Sequence[AuditEntry]]:
    """Who took each, handed it back, or had it taken away, by its number; oldest first."""
    query = select(AuditEntry).where(
        AuditEntry.subject == "help_request", AuditEntry.subject_id.in_(ids), AuditEntry.action.in_(_STEPS)
    )
    found: defaultdict[int, list[AuditEntry]] = defaultdict(list)
    for entry in await session.scalars(query.order_by(AuditEntry.id)):
        found[entry.subject_id or 0].append(entry)
    return found


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
    owner = select(Staff.name).where(Staff.id == HelpRequest.owner_id).scalar_subquery()
    columns = HelpRequest, Identity.channel, Identity.lang, name.label("name"), owner.label("owner")
    query = select(*columns).join(Identity, Identity.id == HelpRequest.identity_id)
    return query.where(state, help_in_sight(viewer)).limit(MOST)

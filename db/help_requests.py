"""Calls for a person and reports of frauds after they were made: who is told, who takes one, and who ends it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.bounds import LOOKING, PRIVATE, Bounds, bounds_of
from db.contacts import answered_about
from db.people import Identity, Worker, WorkerIdentity
from db.record import Actor, note
from db.registrations import HelpRequest
from db.replies import was_written_to
from db.staff import AuditEntry, Staff, StaffIdentity
from db.workload import add

REPORT = "fraud"
"""The topic of a report; each is a matter of its own."""
ABOUT_NOTICE = "notice:"
"""What a topic begins with that came by a notice: thousands may ask at once, and the notice's page lists them."""
TOLD_WITHIN = timedelta(days=7)
"""What waits for longer is a matter for the list, not for a flood of messages."""

Homes = Mapping[int, Sequence[tuple[int | None, int | None]]]
"""Commune and hamlet of the people whom an account speaks for."""


def tells_officers(topic: str) -> bool:
    """Whether officers are told of such a request in their own chats as soon as it is made."""
    return not topic.startswith(ABOUT_NOTICE)


def first_of_its_kind() -> ColumnElement[bool]:
    """The condition that the person does not wait for the same already: whoever asks five times is one to be called."""
    earlier = aliased(HelpRequest)
    same = and_(earlier.identity_id == HelpRequest.identity_id, earlier.topic == HelpRequest.topic)
    return or_(
        HelpRequest.topic == REPORT, ~exists().where(same, earlier.id < HelpRequest.id, earlier.done_at.is_(None))
    )


async def untold(session: AsyncSession, now: datetime, limit: int) -> Sequence[HelpRequest]:
    """Requests that officers are to be told of, locked for this transaction."""
    waiting = HelpRequest.alert_at > now - TOLD_WITHIN, HelpRequest.done_at.is_(None), first_of_its_kind()
    query = select(HelpRequest).where(*waiting).order_by(HelpRequest.alert_at, HelpRequest.id).limit(limit)
    return (await session.scalars(query.with_for_update(skip_locked=True))).all()


async def officers_chats(session: AsyncSession) -> Sequence[tuple[Staff, Identity, Bounds]]:
    """The linked chats of those who may read what is private, each with what its officer may see."""
    query = select(Staff, Identity).join(StaffIdentity, StaffIdentity.staff_id == Staff.id)
    query = query.join(Identity, Identity.id == StaffIdentity.identity_id).where(
        Staff.role.in_(PRIVATE), Staff.disabled_at.is_(None), Identity.blocked_at.is_(None)
    )
    rows = (await session.execute(query.order_by(Identity.id))).all()
    bounds = {staff.id: await bounds_of(session, staff) for staff in {staff for staff, _ in rows}}
    return [(staff, identity, bounds[staff.id]) for staff, identity in rows]


async def homes_of(session: AsyncSession, requests: Sequence[HelpRequest]) -> Homes:
    """Where the people live who wait; nothing of those who have not said it."""
    asked = WorkerIdentity.identity_id.in_({request.identity_id for request in requests})
    query = select(WorkerIdentity.identity_id, Worker.place_id, Worker.hamlet_id).join(Worker).where(asked)
    found: defaultdict[int, list[tuple[int | None, int | None]]] = defaultdict(list)
    own_first = (WorkerIdentity.relation == "self").desc(), Worker.id
    for row in await session.execute(query.order_by(*own_first)):
        found[row.identity_id].append((row.place_id, row.hamlet_id))
    return found


async def one_in_sight(session: AsyncSession, bounds: Bounds, number: int) -> HelpRequest | None:
    """The request, locked; None for one of another place, which is as good as none."""
    query = select(HelpRequest).where(HelpRequest.id == number, bounds.help_requests()).with_for_update()
    found: HelpRequest | None = await session.scalar(query)
    return found


async def who_waits(session: AsyncSession, request: HelpRequest) -> Row[Any]:
    """The names that are known behind it, and the account's language."""
    name = select(func.string_agg(Worker.name, ", ")).join(WorkerIdentity)
    names = name.where(WorkerIdentity.identity_id == Identity.id).scalar_subquery().label("name")
    row: Row[Any] = (
        await session.execute(select(Identity.lang, names).where(Identity.id == request.identity_id))
    ).one()
    return row


async def take(session: AsyncSession, actor: Actor, request: HelpRequest, now: datetime, **more: Any) -> str | None:
    """Make it the actor's, unless it is somebody's; returns that other one's name."""
    if request.owner_id is not None and request.owner_id != actor.id:
        return await session.scalar(select(Staff.name).where(Staff.id == request.owner_id))
    if request.taken_at is None:
        note(session, actor, now, "help_take", "help_request", request.id, owner_before=request.owner_id, **more)
        request.owner_id, request.taken_at = actor.id, now
    return None


async def leave(session: AsyncSession, actor: Actor, request: HelpRequest, now: datetime, **more: Any) -> None:
    """Hand it back: it is nobody's again, and whoever may see it takes it."""
    taken = request.taken_at.isoformat() if request.taken_at else ""
    name = await session.scalar(select(Staff.name).where(Staff.id == request.owner_id))
    before = {"owner_before": request.owner_id, "taken_before": taken, "owner": name}
    note(session, actor, now, "help_leave", "help_request", request.id, **before, **more)
    request.owner_id = request.taken_at = None


async def end(session: AsyncSession, actor: Actor, request: HelpRequest, now: datetime, **more: Any) -> None:
    """Note that the person was reached: for this, and for the times that they asked the same."""
    answered = await was_written_to(session, request, now)
    request.done_at = now
    note(session, actor, now, "help_done", "help_request", request.id, answered=answered, **more)
    await answered_about(session, request.topic, now)
    _count(session, actor.id, request, now, answered=answered, n=1)
    if request.topic != REPORT:
        await session.execute(
            update(HelpRequest).where(_same(request), HelpRequest.done_at.is_(None)).values(done_at=now)
        )


async def reopen(session: AsyncSession, request: HelpRequest) -> None:
    """Open it again, with what was ended together with it."""
    ended, request.done_at = request.done_at, None
    ending = AuditEntry.subject == "help_request", AuditEntry.subject_id == request.id, AuditEntry.action == "help_done"
    entry = await session.scalar(select(AuditEntry).where(*ending, AuditEntry.created_at == ended))
    if entry is not None and "answered" in entry.detail:
        answered = entry.detail["answered"]
        _count(session, entry.staff_id, request, entry.created_at, answered=answered, n=-1)
    if request.topic != REPORT:
        await session.execute(
            update(HelpRequest).where(_same(request), HelpRequest.done_at == ended).values(done_at=None)
        )


def _count(
    session: AsyncSession, staff_id: int | None, request: HelpRequest, at: datetime, *, answered: bool, n: int
) -> None:
    """A call that somebody has done; where nobody had written before, that was the answer."""
    add(session, staff_id, "helped", at, n=n)
    if not answered and tells_officers(request.topic):
        add(session, staff_id, "reply", at, waited=at - request.created_at, n=n)


def _same(request: HelpRequest) -> ColumnElement[bool]:
    return and_(HelpRequest.identity_id == request.identity_id, HelpRequest.topic == request.topic)


async def hand_on(session: AsyncSession, actor: Actor, staff: Staff, now: datetime, limit: int) -> int:
    """Free open calls of somebody who may not have them any more, and have those who may be told again."""
    bounds = await bounds_of(session, staff)
    lost = true() if staff.disabled_at is not None or staff.role in LOOKING else ~bounds.help_requests()
    query = select(HelpRequest).where(HelpRequest.owner_id == staff.id, HelpRequest.done_at.is_(None), lost)
    calls = (await session.scalars(query.order_by(HelpRequest.id).limit(limit).with_for_update())).all()
    for call in calls:
        note(session, actor, now, "help_hand_on", "help_request", call.id, owner=staff.name)
        call.owner_id = call.taken_at = None
        call.alert_at = now if tells_officers(call.topic) else None
    return len(calls)

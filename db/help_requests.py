"""Calls for a person and reports of frauds after they were made: who is told, who takes one, and who ends it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.bounds import PRIVATE, Bounds, bounds_of
from db.people import Identity, Worker, WorkerIdentity
from db.record import Actor, note
from db.registrations import HelpRequest
from db.staff import Staff, StaffIdentity

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


async def take(session: AsyncSession, actor: Actor, request: HelpRequest, now: datetime) -> str | None:
    """Make it the actor's, unless it is somebody's; returns that other one's name."""
    if request.owner_id is not None and request.owner_id != actor.id:
        return await session.scalar(select(Staff.name).where(Staff.id == request.owner_id))
    if request.owner_id is None:
        request.owner_id = actor.id
        note(session, actor, now, "help_take", "help_request", request.id)
    return None


async def end(session: AsyncSession, actor: Actor, request: HelpRequest, now: datetime) -> None:
    """Note that the person was reached: for this, and for the times that they asked the same."""
    request.done_at = now
    note(session, actor, now, "help_done", "help_request", request.id)
    if request.topic != REPORT:
        same = HelpRequest.identity_id == request.identity_id, HelpRequest.topic == request.topic
        await session.execute(update(HelpRequest).where(*same, HelpRequest.done_at.is_(None)).values(done_at=now))

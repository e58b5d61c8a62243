"""Promises that were not kept: which cases they are, and who is the next one up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.help_requests import first_of_its_kind
from db.places import Place
from db.registrations import HelpRequest, Registration
from db.staff import Staff, StaffPlace

TOP = 2
"""The district; above it nobody is."""
LEVELS = {"hamlet": 0, "commune": 1, "bank": 1, "job_centre": 1}
"""Where an owner of each role stands; all others are the district's."""
_ROLES = ((1, "commune"), (2, "office"), (2, "administrator"))
LOOKED_BACK = timedelta(days=7)
"""What has been overdue for longer is a matter for the list, not for a flood of messages."""


async def broken_promises(session: AsyncSession, now: datetime, limit: int) -> Sequence[Registration]:
    """Cases whose promised day has passed, and nobody has reached the worker, locked for this transaction.

    A call that nobody answered keeps no promise, but it gives the day until when it is tried again. Where nothing is
    to be done next, nothing was done since the promise was made: that counts in every status.
    """
    query = select(Registration).where(
        Registration.due_at < now,
        Registration.due_at > now - LOOKED_BACK,
        Registration.promised_at < now,
        or_(Registration.status == "new", Registration.next_at.is_(None)),
        Registration.level < TOP,
    )
    locked = query.order_by(Registration.due_at).limit(limit).with_for_update(skip_locked=True)
    return (await session.scalars(locked)).all()


class Standing(NamedTuple):
    """Where something stands: how far it went up, whose it is, in which commune."""

    level: int
    owner_id: int | None
    place_id: int | None


async def broken_calls(session: AsyncSession, now: datetime, limit: int) -> Sequence[HelpRequest]:
    """Calls for a person and reports that nobody ended though the day has passed, locked for this transaction."""
    query = select(HelpRequest).where(
        HelpRequest.promised_at < now,
        HelpRequest.promised_at > now - LOOKED_BACK,
        HelpRequest.done_at.is_(None),
        HelpRequest.level < TOP,
        first_of_its_kind(),
    )
    locked = query.order_by(HelpRequest.promised_at).limit(limit).with_for_update(skip_locked=True)
    return (await session.scalars(locked)).all()


async def next_up(session: AsyncSession, case: Standing) -> tuple[int, Staff] | None:
    """The next level with somebody for this place, and who of them has the fewest open cases."""
    owner = await session.get(Staff, case.owner_id) if case.owner_id is not None else None
    stands = max(case.level, LEVELS.get(owner.role, TOP) if owner else 0)
    for level, role in _ROLES:
        if level > stands and (found := await _least_busy(session, role, case)) is not None:
            return level, found
    return None


async def _least_busy(session: AsyncSession, role: str, case: Standing) -> Staff | None:
    busy = select(func.count()).where(Registration.owner_id == Staff.id, Registration.due_at.is_not(None))
    query = select(Staff).where(Staff.role == role, Staff.disabled_at.is_(None), Staff.id != (case.owner_id or 0))
    if role == "commune":
        successor = select(Place.successor_id).where(Place.id == case.place_id)
        here = or_(StaffPlace.place_id == case.place_id, StaffPlace.place_id.in_(successor))
        query = query.where(Staff.id.in_(select(StaffPlace.staff_id).where(here)))
    found: Staff | None = await session.scalar(query.order_by(busy.scalar_subquery(), Staff.id).limit(1))
    return found

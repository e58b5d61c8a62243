"""Whose a case is: the rules by place and kind, and giving one to somebody."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.appointments import hand_over
from db.bounds import LOOKING, bounds_of
from db.cases import OwnerRule, PersonTalk
from db.officers import alert
from db.places import Place
from db.record import Actor, note
from db.registrations import Registration
from db.staff import Staff
from db.workload import add


async def owner_for(session: AsyncSession, registration: Registration) -> int | None:
    """Whom the rules give it to: the closest place counts first, then the kind; None where no rule fits.

    A rule that names somebody who may not see the case is passed over.
    """
    rules = (await session.execute(_RULES, {"kind": registration.kind})).all()
    if not rules:
        return None
    homes = [registration.hamlet_id, registration.place_id]
    successor = select(Place.successor_id).where(Place.id == registration.place_id)
    homes.append(await session.scalar(successor) if registration.place_id is not None else None)
    near = {home: rank for rank, home in enumerate(reversed(homes)) if home is not None}
    fitting = [rule for rule in rules if rule.place_id is None or rule.place_id in near]
    closest_first = sorted(fitting, key=lambda rule: (-near.get(rule.place_id or 0, -1), rule.kind is None))
    for rule in closest_first:
        staff = await session.get_one(Staff, rule.staff_id)
        if await may_own(session, staff, registration):
            return staff.id
    return None


_RULES = (
    select(OwnerRule.place_id, OwnerRule.kind, OwnerRule.staff_id)
    .join(Staff, Staff.id == OwnerRule.staff_id)
    .where(Staff.disabled_at.is_(None), or_(OwnerRule.kind.is_(None), OwnerRule.kind == bindparam("kind")))
)
"""The rules for a kind; a district has a few dozen of all."""


async def may_own(session: AsyncSession, staff: Staff, registration: Registration) -> bool:
    """Whether somebody may see the case and change it."""
    bounds = await bounds_of(session, staff)
    return staff.role not in LOOKING and bounds.covers(registration.place_id, registration.hamlet_id)


async def settle_owner(session: AsyncSession, actor: Actor, registration: Registration, now: datetime) -> None:
    """Give a case that is nobody's, or whose owner may not see it any more, to whom the rules say; and tell them."""
    if registration.owner_id is not None:
        staff = await session.get_one(Staff, registration.owner_id)
        if staff.disabled_at is None and await may_own(session, staff, registration):
            return
    await give(session, actor, registration, await owner_for(session, registration), now)


async def give(
    session: AsyncSession,
    actor: Actor,
    registration: Registration,
    owner_id: int | None,
    now: datetime,
    *,
    cause: str = "new",
    batch: str = "",
) -> bool:
    """Make somebody, or nobody, the owner; False where they are already. ``batch`` is the mark to undo it by."""
    before = registration.owner_id
    if before == owner_id:
        return False
    registration.owner_id = owner_id
    await hand_over(session, registration.id, before, owner_id)
    await _hand_talk_over(session, registration.id, before, owner_id)
    who = {one: await _name(session, one) for one in (before, owner_id) if one is not None}
    detail = {"owner_before": who.get(before or 0, ""), "owner": who.get(owner_id or 0, "")}
    marks: dict[str, Any] = {"batch": batch, "from_id": before, "to_id": owner_id} if batch else {}
    note(session, actor, now, "assign", "registration", registration.id, **detail, **marks)
    add(session, owner_id, "given", now)
    if owner_id is not None and owner_id != actor.id:
        await alert(session, registration.id, owner_id, cause, now)
    return True


async def _hand_talk_over(session: AsyncSession, number: int, before: int | None, after: int | None) -> None:
    """Who takes a case over is told of the worker's words from now on, while the talk goes on."""
    if before is not None and after is not None:
        theirs = PersonTalk.registration_id == number, PersonTalk.staff_id == before, PersonTalk.ended_at.is_(None)
        await session.execute(
            update(PersonTalk).where(*theirs).values(staff_id=after, actor=await _name(session, after))
        )


async def _name(session: AsyncSession, staff_id: int) -> str:
    return await session.scalar(select(Staff.name).where(Staff.id == staff_id)) or ""

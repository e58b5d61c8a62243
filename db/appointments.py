"""What an officer and a worker agreed on for a day: made, moved, handed on, ended; one of a kind is open in a case."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from db.registrations import Registration
from db.reminders import Appointment
from db.staff import Staff

_OPEN = Appointment.ended_at.is_(None)


async def agree(
    session: AsyncSession,
    registration: Registration,
    kind: str,
    staff_id: int | None,
    at: datetime,
    now: datetime,
    venue: str = "",
) -> None:
    """Keep the time, or move the one that was agreed: reminders go by the date as it is (``jobs/reminders.py``).

    The worker knows what is agreed; of a move of what still lies ahead they are told (``jobs/appointment_news.py``).
    """
    agreed: dict[str, Any] = {"at": at, "venue": venue, "staff_id": staff_id}
    mine = {"kind": kind, "worker_id": registration.worker_id, "registration_id": registration.id, "created_at": now}
    query = insert(Appointment).values(**mine, **agreed, known_at=at, known_venue=venue, agreed_at=now)
    moved = agreed | _moved(at, now) | {"known_venue": case((_ahead(now), Appointment.known_venue), else_=venue)}
    columns = ["registration_id", "kind"]
    await session.execute(query.on_conflict_do_update(index_elements=columns, index_where=_OPEN, set_=moved))


def _ahead(now: datetime) -> ColumnElement[bool]:
    """The time that was agreed before still lies ahead; one that has passed is replaced, not moved."""
    return Appointment.at > now


def _moved(at: datetime, now: datetime) -> dict[str, Any]:
    """What a new time leaves of what the worker knows, and since when it holds."""
    return {
        "known_at": case((_ahead(now), Appointment.known_at), else_=at),
        "agreed_at": case((Appointment.at == at, Appointment.agreed_at), else_=now),
    }


async def after_call(
    session: AsyncSession,
    registration: Registration,
    staff_id: int | None,
    outcome: str,
    again_at: datetime | None,
    now: datetime,
) -> None:
    """What a call changes: the next one is agreed, or the one that was is done; who was met has had their meeting."""
    if again_at is not None:
        await agree(session, registration, "call", staff_id, again_at, now)
    elif outcome == "no_answer":  # what is promised for later still is
        await end(session, registration.id, ("call",), now, until=now)
    else:
        await end(session, registration.id, ("call",), now)
    if outcome == "met":
        await end(session, registration.id, ("meeting",), now)


async def end(
    session: AsyncSession,
    case_id: int,
    kinds: Collection[str],
    now: datetime,
    *,
    until: datetime | None = None,
    called_off: bool = False,
) -> bool:
    """It was kept, or is called off, of which the worker is told; ``until``: only what was agreed for no later.

    Returns whether there was one.
    """
    query = update(Appointment).where(Appointment.registration_id == case_id, Appointment.kind.in_(kinds), _OPEN)
    if until is not None:
        query = query.where(Appointment.at <= until)
    values = {"ended_at": now} if called_off else {"ended_at": now, "known_at": None}
    ended = await session.scalars(query.values(values).returning(Appointment.id))
    return bool(ended.all())


async def move_with_case(session: AsyncSession, registration: Registration, at: datetime, now: datetime) -> None:
    """The case's next day is set anew: what was agreed for the old one moves with it."""
    if registration.next_at is not None:
        mine = Appointment.registration_id == registration.id, Appointment.at == registration.next_at, _OPEN
        await session.execute(update(Appointment).where(*mine).values(at=at, **_moved(at, now)))


async def hand_over(session: AsyncSession, case_id: int, before: int | None, after: int | None) -> None:
    """Who takes a case over keeps what its owner has agreed on."""
    theirs = Appointment.registration_id == case_id, Appointment.staff_id.is_not_distinct_from(before), _OPEN
    await session.execute(update(Appointment).where(*theirs).values(staff_id=after))


async def nearest(session: AsyncSession, case_id: int) -> datetime | None:
    """When the first open one of a case is."""
    query = select(func.min(Appointment.at)).where(Appointment.registration_id == case_id, _OPEN)
    found: datetime | None = await session.scalar(query)
    return found


async def of_case(session: AsyncSession, case_id: int) -> Sequence[Appointment]:
    """The open ones of a case, the nearest first."""
    query = select(Appointment).where(Appointment.registration_id == case_id, _OPEN).order_by(Appointment.at)
    return (await session.scalars(query)).all()


async def of_staff(session: AsyncSession, staff_id: int, in_sight: Any, before: datetime, limit: int) -> Sequence[Any]:
    """Somebody's open ones before a moment, in open cases that they may see, with the person; the earliest first."""
    mine = Appointment.staff_id == staff_id, Appointment.at < before, _OPEN
    query = (
        select(Appointment, Registration)
        .join(Registration, Registration.id == Appointment.registration_id)
        .where(*mine, Registration.due_at.is_not(None), in_sight)
        .options(joinedload(Registration.worker))
    )
    return (await session.execute(query.order_by(Appointment.at, Appointment.id).limit(limit))).all()


async def between(session: AsyncSession, after: datetime, until: datetime) -> Sequence[Any]:
    """Open ones of open cases in a span of time, each with who is to keep it."""
    query = (
        select(Appointment, Registration, Staff)
        .join(Registration, Registration.id == Appointment.registration_id)
        .join(Staff, Staff.id == Appointment.staff_id)
        .where(Appointment.at > after, Appointment.at <= until, _OPEN)
        .where(Registration.due_at.is_not(None), Staff.disabled_at.is_(None))
    )
    return (await session.execute(query.order_by(Appointment.at, Appointment.id))).all()

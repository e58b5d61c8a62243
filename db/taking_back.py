"""Taking back one's own slip: a change of status, or a call that was noted, while nothing has happened since."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.cases import CaseCall
from db.contacts import read_off
from db.record import Actor, note
from db.registrations import Registration
from db.reminders import Appointment
from db.staff import AuditEntry
from db.workload import add_move

UNDO_WITHIN = timedelta(hours=24)
"""What is older is history."""


async def own_batch(
    session: AsyncSession, actor: Actor, token: str, now: datetime, which: ColumnElement[bool]
) -> dict[int, AuditEntry]:
    """What one change of one's own did, by the number of each that it changed; ``which`` tells the kind of entry."""
    query = select(AuditEntry).where(
        AuditEntry.staff_id == actor.id,
        AuditEntry.created_at > now - UNDO_WITHIN,
        AuditEntry.detail["batch"].astext == token,
        which,
    )
    return {entry.subject_id: entry for entry in await session.scalars(query) if entry.subject_id is not None}


def still_stands(registration: Registration, entry: AuditEntry) -> bool:
    """Whether the change of status is the last thing that happened to the registration."""
    return registration.updated_at == entry.created_at and registration.status == entry.detail.get("to")


def move_back(
    session: AsyncSession, actor: Actor, registration: Registration, entry: AuditEntry, now: datetime
) -> None:
    """Put back the status, the reason and the day that a change replaced."""
    before, after = entry.detail["from"], entry.detail["to"]
    add_move(session, entry.detail.get("counted_for"), registration, (before, after), entry.created_at, n=-1)
    registration.status, registration.updated_at = before, now
    registration.closed_reason = entry.detail["before"] or None
    registration.next_at = _moment(entry.detail.get("next_before"))
    note(session, actor, now, "undo", "registration", registration.id, **{"from": after}, to=before)


async def take_back_call(
    session: AsyncSession, actor: Actor, registration: Registration, call_id: int, now: datetime
) -> bool:
    """Take back the newest call of a case that is locked; False where it is not theirs, or the case has moved on."""
    newest = select(CaseCall).where(CaseCall.registration_id == registration.id).order_by(CaseCall.id.desc()).limit(1)
    call = await session.scalar(newest)
    if call is None or call.id != call_id or call.staff_id != actor.id or call.created_at <= now - UNDO_WITHIN:
        return False
    at = call.created_at
    noted = await _entry(session, registration.id, actor, "call", at)
    if noted is None or registration.next_at != _moment(noted.detail.get("next_after")):
        return False
    moved = await _entry(session, registration.id, actor, "status", at)
    if moved is not None and not still_stands(registration, moved):
        return False
    if moved is not None:
        move_back(session, actor, registration, moved, now)
    registration.next_at = _moment(noted.detail["next_before"])
    await _appointments_back(session, registration.id, at, now)
    note(session, actor, now, "call_undo", "registration", registration.id, outcome=call.outcome)
    await session.delete(call)
    await session.flush()
    await read_off(session, registration)
    return True


async def _entry(session: AsyncSession, number: int, actor: Actor, action: str, at: datetime) -> AuditEntry | None:
    """What the record has of this very moment."""
    query = select(AuditEntry).where(
        AuditEntry.subject == "registration", AuditEntry.subject_id == number, AuditEntry.staff_id == actor.id,
        AuditEntry.action == action, AuditEntry.created_at == at,
    ).order_by(AuditEntry.id.desc()).limit(1)  # fmt: skip
    found: AuditEntry | None = await session.scalar(query)
    return found


async def _appointments_back(session: AsyncSession, number: int, at: datetime, now: datetime) -> None:
    """A call that the slip promised is called off; what it ended is open again, as the worker knows it."""
    of_case = Appointment.registration_id == number
    promised = of_case, Appointment.kind == "call", Appointment.created_at == at, Appointment.ended_at.is_(None)
    await session.execute(update(Appointment).where(*promised).values(ended_at=now))
    ended = update(Appointment).where(of_case, Appointment.ended_at == at)
    await session.execute(ended.values(ended_at=None, known_at=Appointment.at))


def _moment(words: str | None) -> datetime | None:
    return datetime.fromisoformat(words) if words else None

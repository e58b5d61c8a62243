"""What follows up a case: a call with its outcome, a note, the next day; each written with who, before and after."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.appointments import after_call, agree, move_with_case, nearest
from db.cases import CaseCall, CaseMessage, CaseNote
from db.contacts import staff_called
from db.record import WORKER, Actor, note
from db.registrations import CLOSED, Registration
from db.workload import add_move

FOLLOW_UP = timedelta(days=14)
"""After somebody was reached, the case comes up again by itself so much later."""
TRY_AGAIN = timedelta(days=1)
"""After nobody answered."""
TWICE_WITHIN = timedelta(seconds=30)
"""What comes again within this time, word for word, was sent twice by an impatient tap."""
LEADS_TO = {
    "called": {"new": "contacted"},
    "met": {"new": "contacted"},
    "referred": {"new": "referred", "contacted": "referred"},
}
"""Which status an outcome brings a case to, from where it stands."""


class CaseClosed(Exception):
    """The case has ended: nothing is followed up any more."""


class PromisedSooner(Exception):
    """The worker waits for a call on an earlier day, and nobody has tried yet."""


async def record_call(
    session: AsyncSession,
    actor: Actor,
    registration: Registration,
    outcome: str,
    now: datetime,
    *,
    again_at: datetime | None = None,
    words: str = "",
    source: str = "desk",
) -> CaseCall:
    """Keep how an attempt to reach the worker went, and move the case on. Raises ``CaseClosed``."""
    if registration.status in CLOSED:
        raise CaseClosed
    number = registration.id
    call = CaseCall(registration_id=number, staff_id=actor.id, actor=actor.name, outcome=outcome, words=words)
    call.again_at, call.source, call.created_at = again_at, source, now
    session.add(call)
    after = again_at or now + (FOLLOW_UP if outcome in LEADS_TO else TRY_AGAIN)
    days = {"next_before": _written(registration.next_at), "next_after": _written(after)}
    note(session, actor, now, "call", "registration", number, outcome=outcome, source=source, **days)
    if wanted := LEADS_TO.get(outcome, {}).get(registration.status):
        move(session, actor, registration, wanted, now, batch=secrets.token_hex(8))
    staff_called(registration, now, reached=outcome in LEADS_TO)
    await after_call(session, registration, actor.id, outcome, again_at, now)
    set_next(registration, after)
    await session.flush()
    return call


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


async def noted_before(session: AsyncSession, actor: Actor, number: int, outcome: str, since: datetime) -> bool:
    """Whether this very outcome was noted by the same person since then: a button is easily tapped twice."""
    same = CaseCall.registration_id == number, CaseCall.staff_id == actor.id, CaseCall.outcome == outcome
    return bool(await session.scalar(select(func.count()).where(*same, CaseCall.created_at > since)))


async def repeated(
    session: AsyncSession,
    kind: type[CaseCall] | type[CaseNote] | type[CaseMessage],
    number: int,
    actor: Actor,
    now: datetime,
    **same: str,
) -> bool:
    """Whether the same person has just kept the very same: the browser sent a form twice."""
    like = [getattr(kind, name) == value for name, value in same.items()]
    query = select(kind.id).where(kind.registration_id == number, kind.staff_id == actor.id, *like)
    return await session.scalar(query.where(kind.created_at > now - TWICE_WITHIN).limit(1)) is not None


def move(
    session: AsyncSession,
    actor: Actor,
    registration: Registration,
    wanted: str,
    now: datetime,
    *,
    batch: str,
    reason: str = "",
) -> None:
    """Change the status, noting what it was so that the change can be taken back."""
    before = {"from": registration.status, "before": registration.closed_reason or ""}
    next_before = _written(registration.next_at)
    said = {"reason": reason} if wanted == "closed" else {}
    detail = before | {"to": wanted, "next_before": next_before} | said
    whose, step = registration.owner_id or actor.id, (registration.status, wanted)
    note(session, actor, now, "status", "registration", registration.id, batch=batch, counted_for=whose, **detail)
    add_move(session, whose, registration, step, now)
    registration.status, registration.updated_at = wanted, now
    registration.closed_reason = reason if wanted == "closed" else None
    if wanted not in CLOSED:
        set_next(registration, now + FOLLOW_UP)


def close_by_worker(session: AsyncSession, registration: Registration, reason: str, now: datetime) -> None:
    """The person wants it no more, and said so in their chat: the record has it as it has what staff change."""
    move(session, WORKER, registration, "closed", now, batch=secrets.token_hex(8), reason=reason)


def set_next(registration: Registration, at: datetime) -> None:
    """When the case comes up again."""
    registration.next_at = at


async def add_note(session: AsyncSession, actor: Actor, registration: Registration, words: str, now: datetime) -> None:
    """Keep what staff tell each other."""
    kept = CaseNote(registration_id=registration.id, staff_id=actor.id, actor=actor.name, words=words, created_at=now)
    session.add(kept)
    note(session, actor, now, "note", "registration", registration.id)
    await session.flush()


async def postpone(
    session: AsyncSession, actor: Actor, registration: Registration, at: datetime, now: datetime
) -> None:
    """Set the day of the next step; what was agreed for the old one moves with it.

    Raises ``CaseClosed``, and ``PromisedSooner`` where a promise would be broken without anybody hearing of it.
    """
    if registration.status in CLOSED:
        raise CaseClosed
    promised = registration.promised_at if registration.next_at is None else None
    if promised is not None and at > promised:
        raise PromisedSooner
    before = registration.due_at.isoformat() if registration.due_at else ""
    note(session, actor, now, "due", "registration", registration.id, day_before=before, day=at.isoformat())
    await move_with_case(session, registration, at, now)
    set_next(registration, at)


async def meet(
    session: AsyncSession, actor: Actor, registration: Registration, at: datetime, venue: str, now: datetime
) -> None:
    """Agree on a meeting, or move it; the case comes up at what is agreed first. Raises ``CaseClosed``."""
    if registration.status in CLOSED:
        raise CaseClosed
    note(session, actor, now, "meeting", "registration", registration.id, day=at.isoformat())
    await agree(session, registration, "meeting", actor.id, at, now, venue)
    set_next(registration, await nearest(session, registration.id) or at)

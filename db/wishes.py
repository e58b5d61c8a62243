"""Wishes that have grown old: whom to ask whether they still stand, and what became of the asking."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from db.case_steps import close_by_worker
from db.recipients import NAME_THERE, OF_THE_NEED, PREFERENCE
from db.registrations import CLOSED, Registration
from db.reminders import WishCheck
from db.selection import REACHABLE

OLD = timedelta(days=90)
"""After so long a wish is asked about again, and not sooner once more."""
SILENT = timedelta(days=14)
"""Who has not answered by then is noted as silent."""

_STALE = text(
    f"""
    SELECT r.id, r.kind, {NAME_THERE}, best.id AS identity_id, best.channel, best.chat_id,
           coalesce(best.lang, 'vi') AS lang
    FROM registration r JOIN worker w ON w.id = r.worker_id
    JOIN LATERAL (
        SELECT i.id, i.channel, i.chat_id, i.lang, wi.merged_at
        FROM worker_identity wi JOIN identity i ON i.id = wi.identity_id
        WHERE wi.worker_id = r.worker_id AND {REACHABLE} AND {OF_THE_NEED}
        ORDER BY {PREFERENCE} LIMIT 1) best ON true
    WHERE r.status NOT IN {CLOSED} AND r.fresh_at < :old
      AND NOT EXISTS (SELECT 1 FROM wish_check c WHERE c.registration_id = r.id AND c.asked_at > :old)
    ORDER BY r.fresh_at LIMIT :batch FOR UPDATE OF r SKIP LOCKED
    """  # noqa: S608 - all parts are ours
)


async def stale(connection: AsyncConnection, served: Sequence[str], now: datetime, batch: int) -> Sequence[Any]:
    """Open registrations, the oldest wish first, whose worker can be asked."""
    return (await connection.execute(_STALE, {"old": now - OLD, "served": served, "batch": batch})).all()


async def note_asked(connection: AsyncConnection, registration_id: int, identity_id: int, now: datetime) -> None:
    """Note that this was asked, in the transaction that owes the question."""
    query = text("INSERT INTO wish_check (registration_id, identity_id, asked_at) VALUES (:id, :identity, :now)")
    await connection.execute(query, {"id": registration_id, "identity": identity_id, "now": now})


async def note_silence(connection: AsyncConnection, now: datetime) -> int:
    """Note those who have not answered for long; returns how many."""
    quiet = WishCheck.answer.is_(None), WishCheck.asked_at < now - SILENT
    result = await connection.execute(update(WishCheck).where(*quiet).values(answer="silent", answered_at=now))
    return result.rowcount


async def keep_wish_answer(session: AsyncSession, registration: Registration, answer: str, now: datetime) -> None:
    """Keep a yes or no: it stays fresh, or is closed."""
    newest = select(WishCheck.id).where(WishCheck.registration_id == registration.id)
    number = await session.scalar(newest.order_by(WishCheck.id.desc()).limit(1))
    if number is not None:
        found = update(WishCheck).where(WishCheck.id == number)
        await session.execute(found.values(answer=answer, answered_at=now))
    if answer == "yes":
        registration.fresh_at = now
    else:
        close_by_worker(session, registration, "not_wanted", now)

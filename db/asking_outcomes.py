"""How it went on: whom to ask one, three, six and twelve months after, and keeping and counting what they say."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from db.outcomes import ANSWERS, ASKED_AFTER, Outcome
from db.recipients import NAME_THERE, OF_THE_NEED, PREFERENCE
from db.selection import REACHABLE
from db.tallying import counting

STILL_OF_USE = timedelta(days=30)
"""A question that was due longer ago is not asked any more: the next one comes."""

# By when the status was reached, not by a date that was copied: a status that is taken back is not asked about.
_DUE = text(
    f"""
    SELECT r.id, r.status, m.months, {NAME_THERE}, best.id AS identity_id, best.channel, best.chat_id,
           coalesce(best.lang, 'vi') AS lang
    FROM unnest(CAST(:months AS integer[])) AS m (months)
    JOIN step s ON s.status = ANY(CAST(:measures AS text[]))
         AND s.at <= CAST(:now AS timestamptz) - make_interval(months => m.months)
         AND s.at > CAST(:now AS timestamptz) - make_interval(months => m.months) - CAST(:of_use AS interval)
    JOIN registration r ON r.id = s.registration_id AND r.status = s.status
    JOIN worker w ON w.id = r.worker_id
    JOIN LATERAL (
        SELECT i.id, i.channel, i.chat_id, i.lang, wi.merged_at
        FROM worker_identity wi JOIN identity i ON i.id = wi.identity_id
        WHERE wi.worker_id = r.worker_id AND {REACHABLE} AND {OF_THE_NEED}
        ORDER BY {PREFERENCE} LIMIT 1) best ON true
    WHERE NOT EXISTS (SELECT 1 FROM outcome o WHERE o.registration_id = r.id AND o.months >= m.months)
    ORDER BY s.at LIMIT :batch FOR UPDATE OF r SKIP LOCKED
    """  # noqa: S608 - all parts are ours
)


async def due_outcomes(connection: AsyncConnection, served: Sequence[str], now: datetime, batch: int) -> Sequence[Any]:
    """Those whom a question is due to and who can be reached."""
    values = {"months": list(ASKED_AFTER), "measures": list(ANSWERS), "of_use": STILL_OF_USE}
    return (await connection.execute(_DUE, values | {"now": now, "served": served, "batch": batch})).all()


async def note_asked(connection: AsyncConnection, registration_id: int, months: int, now: datetime) -> int:
    """Note and count the question, in the transaction that owes it; returns its number."""
    query = text(
        "INSERT INTO outcome (registration_id, months, asked_at) VALUES (:registration, :months, :now) RETURNING id"
    )
    values = {"registration": registration_id, "months": months, "now": now}
    number: int = (await connection.execute(query, values)).scalar_one()
    await connection.execute(_COUNT, {"id": number, "said": "asked", "n": 1})
    return number


_COUNT = counting("outcome", "'after.' || r.status || '.' || o.months || '.' || CAST(:said AS text)")


async def keep_answer(session: AsyncSession, outcome: Outcome, answer: str, now: datetime) -> None:
    """Keep and count an answer; a later one takes the place of an earlier one."""
    if outcome.answer == answer:
        return
    if outcome.answer is not None:
        await session.execute(_COUNT, {"id": outcome.id, "said": outcome.answer, "n": -1})
    outcome.answer, outcome.answered_at = answer, now
    await session.execute(_COUNT, {"id": outcome.id, "said": answer, "n": 1})

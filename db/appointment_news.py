"""Appointments of which the worker knows something else than what holds now: they were moved, or are called off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from db.recipients import NAME_THERE, OF_THE_NEED, PREFERENCE
from db.registrations import Registration
from db.selection import REACHABLE

BATCH = 50
"""People in one transaction: it holds the locks of their chats."""

_STANDS = "(a.ended_at IS NULL AND (r.id IS NULL OR r.due_at IS NOT NULL))"
"""It was neither ended nor did its case end."""
_NEWS = text(
    f"""
    SELECT a.id, a.kind, a.at, a.venue, a.known_at, {_STANDS} AS stands, {NAME_THERE}, s.name AS officer,
           best.id AS identity_id, best.channel, best.chat_id, coalesce(best.lang, 'vi') AS lang
    FROM appointment a JOIN worker w ON w.id = a.worker_id LEFT JOIN staff s ON s.id = a.staff_id
    LEFT JOIN registration r ON r.id = a.registration_id
    JOIN LATERAL (
        SELECT i.id, i.channel, i.chat_id, i.lang, wi.merged_at
        FROM worker_identity wi JOIN identity i ON i.id = wi.identity_id
        WHERE wi.worker_id = a.worker_id AND {REACHABLE} AND {OF_THE_NEED}
        ORDER BY {PREFERENCE} LIMIT 1) best ON true
    WHERE (a.at > :now AND a.ended_at IS NULL OR a.known_at > :now) AND a.id > :after
      AND CASE WHEN {_STANDS} THEN a.at > :now AND (a.known_at IS DISTINCT FROM a.at OR a.known_venue <> a.venue)
               ELSE a.known_at > :now END
    ORDER BY a.id LIMIT :batch FOR UPDATE OF a SKIP LOCKED
    """  # noqa: S608 - all parts are ours
)


async def news(connection: AsyncConnection, now: datetime, served: Sequence[str], after: int) -> Sequence[Any]:
    """The next ones after number ``after`` that lie ahead, each with where its worker can be reached.

    ``stands`` tells whether it is moved, to ``at``, or called off; ``known_at`` is what the worker knows.
    """
    values = {"now": now, "served": list(served), "after": after, "batch": BATCH}
    return (await connection.execute(_NEWS, values)).all()


_TOLD = text(
    """
    UPDATE appointment SET told_at = :now, known_at = CASE WHEN :stands THEN at END, known_venue = venue WHERE id = :id
    """
)


async def note_told(connection: AsyncConnection, one: Any, now: datetime) -> None:
    """The worker knows of it now, in the transaction that owes the message."""
    await connection.execute(_TOLD, {"id": one.id, "stands": one.stands, "now": now})


_REACHED = text(
    f"""
    SELECT EXISTS (SELECT 1 FROM worker_identity wi JOIN identity i ON i.id = wi.identity_id
                   WHERE wi.worker_id = :worker AND {REACHABLE}
                   AND (wi.merged_at IS NULL OR i.id = :registered))
    """  # noqa: S608 - all parts are ours
)


async def reached(session: AsyncSession, case: Registration, served: Sequence[str]) -> bool:
    """Whether the worker can be told by a message; nobody but a caller reaches the others."""
    values = {"worker": case.worker_id, "registered": case.identity_id, "served": list(served)}
    return bool(await (await session.connection()).scalar(_REACHED, values))

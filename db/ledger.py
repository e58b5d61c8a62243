"""The ledger's rows on their way: claimed, settled, moved to another account, and found again after a crash.

A claimed row is `sending` and names the process that holds it (db/outbox.py). What a crash leaves in that state is all
that nobody knows about; only those rows are decided by their broadcast's own rule.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.outbox import CLASS, has_died
from db.proactive import COUNTED
from db.recipients import PREFERENCE
from db.selection import REACHABLE


@dataclass(frozen=True, slots=True)
class Claimed:
    """A recipient that this process is to write to now, unless ``not_now`` says why not."""

    id: int
    broadcast_id: int
    notice_id: int
    identity_id: int
    chat_id: int
    lang: str
    part: int
    tries: int
    doubts: int
    on_doubt: str
    urgent: bool
    on_holidays: bool
    not_now: str | None
    told: list[datetime] = field(default_factory=list)
    """When the person got something unasked in the last week."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a claimed row: its state from now on, and what belongs to it."""

    id: int
    state: str
    reason: str | None = None
    due_at: datetime | None = None
    part: int = 0
    tries: int = 0
    doubts: int = 0
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Which broadcasts may go at this moment: everyday ones, and those that go on holidays too; urgent ones always."""

    everyday: bool
    holidays: bool


_MAY_GO = "b.state = 'running' AND (b.urgent OR :everyday OR (b.on_holidays AND :holidays))"
_WAITING = "d.broadcast_id = b.id AND d.channel = :channel AND d.state = 'queued' AND d.due_at <= :now"
_HAS_WORK = text(
    f"""
    SELECT EXISTS (SELECT 1 FROM broadcast b WHERE {_MAY_GO} AND EXISTS (SELECT 1 FROM delivery d WHERE {_WAITING}))
    """  # noqa: S608 - ours
)
# Urgent ones first, then the one that began first; a broadcast's rows in the order in which they are due.
_CLAIM = text(
    f"""
    WITH picked AS (
        SELECT d.id FROM (SELECT * FROM broadcast b WHERE {_MAY_GO} ORDER BY urgent DESC, started_at, id) b
        CROSS JOIN LATERAL (SELECT d.id FROM delivery d WHERE {_WAITING}
                            ORDER BY d.due_at, d.id LIMIT :room FOR UPDATE SKIP LOCKED) d
        LIMIT :room
    ), claimed AS (
        UPDATE delivery d SET state = 'sending', holder = :holder FROM picked WHERE d.id = picked.id
        RETURNING d.id, d.broadcast_id, d.identity_id, d.worker_id, d.part, d.tries, d.doubts
    )
    SELECT d.id, d.broadcast_id, b.notice_id, coalesce(d.identity_id, 0) AS identity_id,
           coalesce(i.chat_id, 0) AS chat_id, coalesce(i.lang, 'vi') AS lang, d.part, d.tries, d.doubts, b.on_doubt,
           b.urgent, b.on_holidays,
           CASE WHEN i.id IS NULL THEN 'erased'
                WHEN n.state = 'cancelled' AND NOT b.corrects THEN 'cancelled'
                WHEN b.useful_until < :now THEN 'too_late'
                WHEN NOT EXISTS (SELECT 1 FROM consent c WHERE c.identity_id = i.id AND c.withdrawn_at IS NULL)
                THEN 'withdrawn'
                WHEN i.muted_at IS NOT NULL OR EXISTS (SELECT 1 FROM mute m WHERE m.identity_id = i.id) THEN 'muted'
                WHEN i.blocked_at IS NOT NULL THEN 'blocked' END AS not_now,
           CASE WHEN b.urgent THEN '{{}}' ELSE ARRAY(
                SELECT p.at FROM proactive p WHERE p.at > :since AND p.identity_id IN (
                    SELECT d.identity_id UNION
                    SELECT wi.identity_id FROM worker_identity wi WHERE wi.worker_id = d.worker_id)) END AS told
    FROM claimed d JOIN broadcast b ON b.id = d.broadcast_id JOIN notice n ON n.id = b.notice_id
    LEFT JOIN identity i ON i.id = d.identity_id
    ORDER BY b.urgent DESC, b.started_at, d.broadcast_id, d.id
    """  # noqa: S608 - ours
)


async def has_work(connection: AsyncConnection, channel: str, hours: Hours, now: datetime) -> bool:
    """Whether a row of the channel could be claimed now."""
    values = {"channel": channel, "now": now, "everyday": hours.everyday, "holidays": hours.holidays}
    return bool(await connection.scalar(_HAS_WORK, values))


async def claim(
    connection: AsyncConnection, channel: str, holder: int, hours: Hours, room: int, now: datetime
) -> list[Claimed]:
    """Take up to ``room`` rows that are due; nobody else gets them."""
    values = {"channel": channel, "holder": holder, "room": room, "now": now, "since": now - COUNTED}
    values |= {"everyday": hours.everyday, "holidays": hours.holidays}
    return [Claimed(**row) for row in (await connection.execute(_CLAIM, values)).mappings()]


# A row that was to be sent again does not wait in a broadcast that was cancelled meanwhile. What was sent is counted in
# the same statement, so that settling twice counts once.
_SETTLE = text(
    """
    WITH settled AS (
        UPDATE delivery d
        SET state = CASE WHEN r.state = 'queued' AND b.state = 'cancelled' THEN 'skipped' ELSE r.state END,
            reason = CASE WHEN r.state = 'queued' AND b.state = 'cancelled' THEN 'cancelled' ELSE r.reason END,
            due_at = coalesce(r.due_at, d.due_at), part = r.part, tries = r.tries, doubts = r.doubts, holder = NULL,
            external_id = coalesce(r.external_id, d.external_id),
            sent_at = CASE WHEN r.state = 'sent' THEN CAST(:now AS timestamptz) END
        FROM unnest(CAST(:id AS bigint[]), CAST(:state AS text[]), CAST(:reason AS text[]),
                    CAST(:due_at AS timestamptz[]), CAST(:part AS smallint[]), CAST(:tries AS smallint[]),
                    CAST(:doubts AS smallint[]), CAST(:external_id AS text[]))
             AS r (id, state, reason, due_at, part, tries, doubts, external_id), broadcast b
        WHERE d.id = r.id AND b.id = d.broadcast_id AND d.state = 'sending' AND d.holder = :holder
        RETURNING d.identity_id, d.state)
    INSERT INTO proactive (identity_id, kind, at)
    SELECT identity_id, 'broadcast', CAST(:now AS timestamptz) FROM settled
    WHERE state = 'sent' AND identity_id IS NOT NULL
    """
)
_COLUMNS = ("id", "state", "reason", "due_at", "part", "tries", "doubts", "external_id")


async def settle(connection: AsyncConnection, holder: int, rows: Collection[Settled], now: datetime) -> None:
    """Write down what became of claimed rows; a row that is no longer ours is left."""
    if rows:
        values: dict[str, Any] = {name: [getattr(row, name) for row in rows] for name in _COLUMNS}
        await connection.execute(_SETTLE, values | {"holder": holder, "now": now})


_BLOCK = text(
    """
    UPDATE identity SET blocked_at = :now
    WHERE blocked_at IS NULL AND id IN (SELECT identity_id FROM delivery WHERE id = ANY(:ids))
    """
)
_NEXT_ACCOUNT = text(
    f"""
    WITH other AS (
        SELECT DISTINCT ON (d.id) d.id, d.broadcast_id, i.id AS identity_id, i.channel
        FROM delivery d JOIN worker_identity wi ON wi.worker_id = d.worker_id JOIN identity i ON i.id = wi.identity_id
        WHERE d.id = ANY(:ids) AND d.state = 'sending' AND d.holder = :holder AND {REACHABLE}
          AND NOT EXISTS (SELECT 1 FROM delivery o WHERE o.identity_id = i.id AND o.broadcast_id = d.broadcast_id)
        ORDER BY d.id, {PREFERENCE}
    ), once AS (SELECT DISTINCT ON (broadcast_id, identity_id) * FROM other ORDER BY broadcast_id, identity_id, id)
    UPDATE delivery d SET identity_id = once.identity_id, channel = once.channel, state = 'queued', reason = NULL,
        part = 0, tries = 0, holder = NULL, due_at = :now
    FROM once WHERE d.id = once.id RETURNING d.id
    """  # noqa: S608 - ours
)
# Somebody who is reached through an account that has a row of its own is told by that one.
_NO_ACCOUNT = text(
    f"""
    UPDATE delivery d SET holder = NULL,
        state = CASE WHEN told.yes THEN 'skipped' ELSE 'unreachable' END,
        reason = CASE WHEN told.yes THEN 'told' ELSE 'blocked' END
    FROM (SELECT d.id, EXISTS (
              SELECT 1 FROM worker_identity wi JOIN identity i ON i.id = wi.identity_id
              JOIN delivery o ON o.identity_id = i.id AND o.broadcast_id = d.broadcast_id AND o.id <> d.id
              WHERE wi.worker_id = d.worker_id AND {REACHABLE}) AS yes
          FROM delivery d WHERE d.id = ANY(:ids)) AS told
    WHERE d.id = told.id AND d.state = 'sending' AND d.holder = :holder
    """  # noqa: S608 - ours
)


async def fall_back(
    connection: AsyncConnection, holder: int, ids: Collection[int], served: Collection[str], now: datetime
) -> None:
    """These accounts are blocked: note it, and queue their people on the next account that reaches them, if any."""
    if not ids:
        return
    values = {"ids": list(ids), "holder": holder, "served": list(served), "now": now}
    await connection.execute(_BLOCK, values)
    await connection.execute(_NEXT_ACCOUNT, values)
    await connection.execute(_NO_ACCOUNT, values)


async def move(connection: AsyncConnection, identity_id: int, chat_id: int) -> None:
    """Follow a chat that has another number now, unless that is an account of its own."""
    query = text(
        """
        UPDATE identity i SET chat_id = :chat WHERE id = :id
        AND NOT EXISTS (SELECT 1 FROM identity o WHERE o.channel = i.channel AND o.chat_id = :chat)
        """
    )
    await connection.execute(query, {"id": identity_id, "chat": chat_id})


_RECOVER = text(
    f"""
    UPDATE delivery d
    SET state = CASE WHEN b.on_doubt = 'resend' AND d.doubts < :most AND b.state IN ('running', 'paused')
                THEN 'queued' ELSE 'uncertain' END,
        reason = 'crash', doubts = d.doubts + 1, holder = NULL, due_at = :now
    FROM broadcast b
    WHERE b.id = d.broadcast_id AND d.state = 'sending' AND d.channel = :channel
      AND (({has_died("d")} AND d.holder <> :holder) OR (d.holder = :holder AND d.id <> ALL(:in_hand)))
    RETURNING d.id
    """  # noqa: S608 - ours
)
MOST_DOUBTS = 3
"""After so many times a row is left for a person, whatever the rule says."""


async def recover(
    connection: AsyncConnection, channel: str, holder: int, in_hand: Sequence[int], now: datetime
) -> list[int]:
    """Decide the rows that a dead process left in the air, or that this one lost when the database was away."""
    values = {"channel": channel, "holder": holder, "in_hand": list(in_hand), "now": now, "most": MOST_DOUBTS}
    return list((await connection.execute(_RECOVER, values | {"class": CLASS})).scalars())


_FINISH = text(
    """
    UPDATE broadcast b SET state = 'done', finished_at = :now
    WHERE state = 'running' AND NOT EXISTS (
        SELECT 1 FROM delivery d WHERE d.broadcast_id = b.id AND d.state IN ('queued', 'sending'))
    RETURNING id
    """
)


async def finish(connection: AsyncConnection, now: datetime) -> list[int]:
    """End the broadcasts of which nothing is left to be sent; returns them."""
    return list((await connection.execute(_FINISH, {"now": now})).scalars())

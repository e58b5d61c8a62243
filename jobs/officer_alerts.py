"""Telling officers in their own chats: a new case, one that is due, one that came up, a worker's words."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from content.catalogue import tell
from content.numbered import message_to
from content.office import Office
from content.officer_card import CaseFacts, buttons, card
from db import outbox
from db.bounds import LOOKING, bounds_of
from db.offers import offer
from db.staff import Staff
from jobs.nudges import EVENING, MORNING

BATCH = 200
AT_ONCE = 3
"""More than so many for one chat become one message that counts them."""
URGENT = ("message",)
"""Causes that do not wait for the morning: somebody is writing just now."""
ON_TIME = timedelta(hours=1)
"""Nor does an appointment that is near or was within so long: its hour was chosen."""

# What was settled meanwhile, or is another's by now, is not told any more.
_STALE = text(
    """
    DELETE FROM officer_alert a USING registration r, staff_identity s
    WHERE r.id = a.registration_id AND s.identity_id = a.identity_id AND a.outgoing_id IS NULL
      AND (r.due_at IS NULL AND a.cause <> 'rating' OR CASE
        WHEN a.cause = 'rating' THEN NOT EXISTS (
            SELECT 1 FROM rating g WHERE g.registration_id = r.id AND g.score = 'bad')
        WHEN a.cause = 'message' THEN false
        WHEN a.cause IN ('meeting', 'call') THEN NOT EXISTS (
            SELECT 1 FROM appointment p WHERE p.registration_id = r.id AND p.kind = a.cause AND p.at = a.cause_at
            AND p.staff_id = s.staff_id AND p.ended_at IS NULL)
        ELSE r.owner_id IS DISTINCT FROM s.staff_id END)
    """
)
_WAITING = text(
    """
    SELECT a.id AS alert_id, a.cause, a.cause_at, ap.venue, r.id, r.kind, r.status, r.due_at,
           w.name, w.birth_year, w.phone, w.hamlet, r.place_id, r.hamlet_id, p.code, p.version, wi.lang AS worker_lang,
           i.id AS identity_id, i.channel, i.chat_id,
           coalesce(i.lang, s.lang) AS lang, s.role, s.id AS staff_id, s.name AS officer
    FROM officer_alert a JOIN registration r ON r.id = a.registration_id JOIN worker w ON w.id = r.worker_id
    JOIN staff_identity si ON si.identity_id = a.identity_id JOIN staff s ON s.id = si.staff_id
    JOIN identity i ON i.id = a.identity_id LEFT JOIN place p ON p.id = r.place_id
    LEFT JOIN identity wi ON wi.id = r.identity_id
    LEFT JOIN appointment ap ON ap.registration_id = r.id AND ap.kind = a.cause AND ap.ended_at IS NULL
    WHERE a.outgoing_id IS NULL AND s.disabled_at IS NULL AND i.blocked_at IS NULL
      AND (:all OR a.cause = ANY(:urgent) OR (a.cause IN ('meeting', 'call') AND a.cause_at > :just_now))
    ORDER BY a.id LIMIT :batch FOR UPDATE OF a SKIP LOCKED
    """
)
_TOLD = text("UPDATE officer_alert SET outgoing_id = :outgoing WHERE id = ANY(:ids)")
_AUDIT = text(
    """
    INSERT INTO audit_entry (staff_id, actor, action, subject, subject_id, detail, created_at)
    VALUES (:staff, :officer, 'alert', 'registration', :case, jsonb_build_object('cause', CAST(:cause AS text)), :now)
    """
)


async def send_alerts(engine: AsyncEngine, office: Office, now: datetime) -> int:
    """Owe what is waiting, to each chat in its language; returns how many messages."""
    local = now.astimezone(office.zone)
    by_day = MORNING <= local.time() < EVENING and office.works_on(local.date())
    async with engine.begin() as connection:
        await connection.execute(_STALE)
        values = {"all": by_day, "urgent": list(URGENT), "just_now": now - ON_TIME, "batch": BATCH}
        rows = (await connection.execute(_WAITING, values)).all()
        chats: defaultdict[int, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            chats[row.identity_id].append(row)
        seen = [await _in_sight(connection, waiting) for waiting in chats.values()]
        return sum([await _tell(connection, office, waiting, now) for waiting in seen if waiting])


async def _in_sight(connection: AsyncConnection, waiting: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """What the officer may still see: places may have been taken from them since. The rest is dropped."""
    async with AsyncSession(connection) as session:
        bounds = await bounds_of(session, await session.get_one(Staff, waiting[0].staff_id))
    seen = [row for row in waiting if bounds.covers(row.place_id, row.hamlet_id)]
    gone = [row.alert_id for row in waiting if row not in seen]
    if gone:
        await connection.execute(text("DELETE FROM officer_alert WHERE id = ANY(:ids)"), {"ids": gone})
    return seen


async def _tell(connection: AsyncConnection, office: Office, waiting: Sequence[Row[Any]], now: datetime) -> int:
    if len(waiting) > AT_ONCE:
        first = waiting[0]
        words = tell(first.lang, "officer.many", count=len(waiting))
        await _owe(connection, waiting, words, [(tell(first.lang, "officer.way.today"), "of:today")], now)
        return 1
    for row in waiting:
        await _owe(connection, [row], *_one(office, row), now)
    return len(waiting)


def _one(office: Office, row: Row[Any]) -> tuple[str, list[tuple[str, str]]]:
    """One case with what may be tapped; a worker's words are read at the desk."""
    at = row.cause_at.astimezone(office.zone)
    head = tell(row.lang, f"officer.cause.{row.cause}", number=str(row.id), at=at.time(), day=at.date())
    if row.venue:
        head = f"{head}\n{tell(row.lang, 'remind.place', place=row.venue)}"
    if row.cause in ("message", "rating"):
        return head, [(tell(row.lang, "officer.see"), f"of:see:{row.id}")]
    commune = (row.code, row.version) if row.code else None
    facts = CaseFacts(row.id, row.name, row.birth_year, row.phone, commune, row.hamlet, row.kind, row.status,
                      row.worker_lang, row.due_at)  # fmt: skip
    may = row.role not in LOOKING
    words = card(row.lang, facts, office.zone, phones=may)
    return f"{head}\n{words}", buttons(row.lang, row.id) if may else []


async def _owe(
    connection: AsyncConnection, rows: Sequence[Row[Any]], words: str, taps: Sequence[tuple[str, str]], now: datetime
) -> None:
    first = rows[0]
    message = message_to(first.chat_id, words, taps, first.lang)
    await offer(connection, first.channel, first.chat_id, taps)
    number = await outbox.owe(connection, first.channel, first.chat_id, message, now)
    await connection.execute(_TOLD, {"outgoing": number, "ids": [row.alert_id for row in rows]})
    for row in rows:
        values = {"staff": row.staff_id, "officer": row.officer, "case": row.id, "cause": row.cause, "now": now}
        await connection.execute(_AUDIT, values)


_DUE = text(
    """
    INSERT INTO officer_alert (registration_id, identity_id, cause, cause_at, made_at)
    SELECT r.id, s.identity_id, 'due', r.due_at, :now FROM registration r
    JOIN staff_identity s ON s.staff_id = r.owner_id
    WHERE r.due_at >= :start AND r.due_at < :until ON CONFLICT DO NOTHING
    """
)


async def remind_officers(engine: AsyncEngine, office: Office, now: datetime) -> int:
    """Have each officer told of what is due today, once for each day that a case is due."""
    start = datetime.combine(now.astimezone(office.zone).date(), time.min, office.zone)
    async with engine.begin() as connection:
        result = await connection.execute(_DUE, {"now": now, "start": start, "until": start + timedelta(days=1)})
        return result.rowcount

"""Whom to remind: the dates that lie ahead, the people who said that they come, and where they can be reached."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.recipients import NAME_THERE, OF_THE_NEED, PREFERENCE
from db.selection import REACHABLE

BATCH = 50
"""People in one transaction: it holds the locks of their chats."""


_DATES = text(
    """
    SELECT id, CASE WHEN kind = 'job_fair' THEN 'fair' ELSE 'course' END AS subject, starts_at AS date_at FROM notice
    WHERE state = 'published' AND kind IN ('job_fair', 'course') AND starts_at > :after AND starts_at <= :until
    UNION ALL SELECT id, 'deadline', deadline FROM notice
    WHERE state = 'published' AND kind IN ('overseas', 'course') AND deadline > :after AND deadline <= :until
    ORDER BY 3, 1
    """
)


async def dates_between(connection: AsyncConnection, after: datetime, until: datetime) -> Sequence[Any]:
    """The dates of published notices in a span: id, subject, date_at; the nearest first."""
    return (await connection.execute(_DATES, {"after": after, "until": until})).all()


# A person who answered from two accounts is one person. `best`: where they can be written to, their own wish first.
_EXPECTING = text(
    f"""
    SELECT r.id AS response_id, r.identity_id AS asker_id, r.answered_at AS since, w.name,
           best.id AS identity_id, best.channel, best.chat_id, coalesce(best.lang, 'vi') AS lang
    FROM response r LEFT JOIN worker w ON w.id = r.worker_id
    LEFT JOIN LATERAL (
        SELECT i.id, i.channel, i.chat_id, i.lang FROM identity i
        LEFT JOIN worker_identity wi ON wi.identity_id = i.id AND wi.worker_id = r.worker_id
        WHERE (i.id = r.identity_id OR wi.worker_id IS NOT NULL) AND {REACHABLE}
        ORDER BY i.id = r.identity_id DESC, {PREFERENCE} LIMIT 1) best ON true
    WHERE r.notice_id = :notice AND r.answer IN ('come', 'maybe', 'interested')
      AND r.answered_at < :due AND r.id > :after
      AND NOT EXISTS (SELECT 1 FROM response o WHERE o.notice_id = r.notice_id AND o.worker_id = r.worker_id
                      AND o.id < r.id AND o.answer IN ('come', 'maybe', 'interested'))
      AND NOT EXISTS (
        SELECT 1 FROM reminder m JOIN response o ON o.identity_id = m.identity_id AND o.notice_id = r.notice_id
        WHERE m.subject = :subject AND m.subject_id = :notice AND m.date_at = :date AND m.rule = :rule
          AND (o.id = r.id OR o.worker_id = r.worker_id))
    ORDER BY r.id LIMIT :batch FOR UPDATE OF r SKIP LOCKED
    """  # noqa: S608 - all parts are ours
)


async def expecting(
    connection: AsyncConnection, date: Any, rule: str, due: datetime, served: Sequence[str], after: int
) -> Sequence[Any]:
    """The next people, after response ``after``, who answered before ``due`` and had not this reminder of this date."""
    values = {"notice": date.id, "subject": date.subject, "date": date.date_at, "rule": rule, "due": due}
    return (await connection.execute(_EXPECTING, values | {"served": served, "after": after, "batch": BATCH})).all()


_MISSED = text(
    """
    INSERT INTO reminder (identity_id, subject, subject_id, date_at, rule, dropped, made_at)
    SELECT r.identity_id, :subject, :notice, :date, :rule, 'too_late', :now FROM response r
    WHERE r.notice_id = :notice AND r.answer IN ('come', 'maybe', 'interested') AND r.answered_at < :due
      AND NOT EXISTS (SELECT 1 FROM reminder m JOIN response o ON o.identity_id = m.identity_id
                      AND o.notice_id = r.notice_id
                      WHERE m.subject = :subject AND m.subject_id = :notice AND m.date_at = :date AND m.rule = :rule
                        AND (o.id = r.id OR o.worker_id = r.worker_id))
    ON CONFLICT DO NOTHING
    """
)


async def note_missed(connection: AsyncConnection, date: Any, rule: str, due: datetime, now: datetime) -> int:
    """Note for everybody who had not this reminder that it is too late for it; returns for how many."""
    values = {"notice": date.id, "subject": date.subject, "date": date.date_at, "rule": rule, "due": due, "now": now}
    return (await connection.execute(_MISSED, values)).rowcount


_APPOINTMENTS = text(
    f"""
    SELECT a.id, a.kind AS subject, a.at AS date_at, a.venue, a.agreed_at AS since, {NAME_THERE}, s.name AS officer,
           ARRAY(SELECT m.rule FROM reminder m WHERE m.subject = a.kind AND m.subject_id = a.id AND m.date_at = a.at)
           AS said,
           best.id AS identity_id, best.channel, best.chat_id, coalesce(best.lang, 'vi') AS lang
    FROM appointment a JOIN worker w ON w.id = a.worker_id LEFT JOIN staff s ON s.id = a.staff_id
    LEFT JOIN registration r ON r.id = a.registration_id
    JOIN LATERAL (
        SELECT i.id, i.channel, i.chat_id, i.lang, wi.merged_at
        FROM worker_identity wi JOIN identity i ON i.id = wi.identity_id
        WHERE wi.worker_id = a.worker_id AND {REACHABLE} AND {OF_THE_NEED}
        ORDER BY {PREFERENCE} LIMIT 1) best ON true
    WHERE a.ended_at IS NULL AND a.at > :now AND a.at < :until AND a.id > :after
      AND (r.id IS NULL OR r.due_at IS NOT NULL)
    ORDER BY a.id LIMIT :batch FOR UPDATE OF a SKIP LOCKED
    """  # noqa: S608 - all parts are ours
)


async def appointments_ahead(
    connection: AsyncConnection, now: datetime, within: timedelta, served: Sequence[str], after: int
) -> Sequence[Any]:
    """The next appointments after number ``after``, each with where its worker can be reached."""
    values = {"now": now, "until": now + within, "served": list(served), "after": after, "batch": BATCH}
    return (await connection.execute(_APPOINTMENTS, values)).all()


_NOTE = text(
    """
    INSERT INTO reminder (identity_id, subject, subject_id, date_at, rule, dropped, made_at)
    VALUES (:identity, :subject, :id, :date, :rule, :dropped, :now) ON CONFLICT DO NOTHING
    """
)


async def note(
    connection: AsyncConnection, identity_id: int, date: Any, rule: str, dropped: str | None, now: datetime
) -> None:
    """Note that a reminder of a date was sent, or why not."""
    values = {"identity": identity_id, "subject": date.subject, "id": date.id, "date": date.date_at}
    await connection.execute(_NOTE, values | {"rule": rule, "dropped": dropped, "now": now})

"""Whom to ask how the help was when a case or a talk has ended, and keeping and counting what they say."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from db.officers import alert
from db.ratings import LONGEST, Rating
from db.recipients import NAME_THERE, PREFERENCE
from db.registrations import CLOSED, Registration
from db.selection import REACHABLE, TALKING
from db.tallying import counting
from db.workload import add

SETTLES = timedelta(hours=1)
"""So long an end may still be a slip that is taken back, or a talk may begin again."""
STILL_OF_USE = timedelta(days=7)
"""After more than that nobody knows any more what they are asked about."""
THEIR_OWN = ("withdrawn", "consent withdrawn", "not_wanted")
"""Reasons with which the worker ended the case."""
NO_HELP = (
    r"\m(trùng|duplicate)\M|\mtrung (lap|nguoi|ho so|dang ky|so)\M|ស្ទួន"
    r"|\m(qua đời|đã chết|đã mất)\M(?! (liên lạc|việc|số|điện thoại|máy))|ស្លាប់|ទទួលមរណភាព"
)
"""Staff's reasons for which there was no help to speak of: kept twice, or the person has died."""

# Somebody in a dialogue, or who talks with a person, is asked when that is over.
_DUE = text(
    f"""
    WITH ended AS (
        SELECT s.registration_id, s.at, 'case' AS cause, CAST(NULL AS bigint) AS identity_id, r.owner_id AS staff_id
        FROM step s JOIN registration r ON r.id = s.registration_id AND r.status = s.status
        WHERE s.status = ANY(CAST(:ends AS text[])) AND s.at <= :settled AND s.at > :since
        UNION ALL
        SELECT t.registration_id, t.ended_at, 'talk', t.identity_id, t.staff_id FROM person_talk t
        WHERE t.ended_at <= :settled AND t.ended_at > :since AND EXISTS (
            SELECT 1 FROM case_message m WHERE m.registration_id = t.registration_id AND m.actor IS NULL
            AND m.identity_id = t.identity_id AND m.created_at BETWEEN t.started_at AND t.ended_at))
    SELECT r.id, r.kind, e.cause, e.staff_id, {NAME_THERE}, best.id AS identity_id, best.channel, best.chat_id,
           coalesce(best.lang, 'vi') AS lang
    FROM ended e JOIN registration r ON r.id = e.registration_id JOIN worker w ON w.id = r.worker_id
    JOIN LATERAL (
        SELECT i.id, i.channel, i.chat_id, i.lang, wi.merged_at
        FROM worker_identity wi JOIN identity i ON i.id = wi.identity_id
        WHERE wi.worker_id = r.worker_id AND (e.identity_id IS NULL OR i.id = e.identity_id)
          AND (wi.merged_at IS NULL OR i.id = r.identity_id) AND {REACHABLE}
          AND (i.state IS NULL OR i.active_at <= :silent_since)
          AND coalesce(i.human_until, :now) <= :now
          AND NOT EXISTS (SELECT 1 FROM person_talk o WHERE o.identity_id = i.id AND o.ended_at IS NULL)
        ORDER BY {PREFERENCE} LIMIT 1) best ON true
    WHERE NOT EXISTS (SELECT 1 FROM rating x WHERE x.registration_id = r.id)
      AND (r.closed_reason IS NULL OR r.closed_reason <> ALL(CAST(:own AS text[])) AND r.closed_reason !~* :no_help)
    ORDER BY e.at, r.id LIMIT :batch FOR UPDATE OF r SKIP LOCKED
    """  # noqa: S608 - all parts are ours
)


async def due_ratings(connection: AsyncConnection, served: Sequence[str], now: datetime, batch: int) -> Sequence[Any]:
    """Those who can be asked now; a case that ended after a talk may come twice."""
    values = {
        "ends": list(CLOSED),
        "settled": now - SETTLES,
        "since": now - STILL_OF_USE,
        "silent_since": now - TALKING,
        "own": list(THEIR_OWN),
        "no_help": NO_HELP,
    }
    return (await connection.execute(_DUE, values | {"now": now, "served": served, "batch": batch})).all()


async def note_asked(session: AsyncSession, one: Any, now: datetime) -> int:
    """Note and count the question, in the transaction that owes it; returns its number."""
    rating = Rating(
        registration_id=one.id, identity_id=one.identity_id, staff_id=one.staff_id, cause=one.cause, asked_at=now
    )
    session.add(rating)
    await session.flush()
    await _count(session, rating, "asked", 1)
    return rating.id


_COUNT = counting("rating", "'rated.' || CAST(:said AS text)")


async def _count(session: AsyncSession, rating: Rating, said: str, n: int) -> None:
    await session.execute(_COUNT, {"id": rating.id, "said": said, "n": n})
    add(session, rating.staff_id, f"rated.{said}", rating.asked_at, n=n)


async def keep_score(session: AsyncSession, rating: Rating, score: str, now: datetime) -> None:
    """Keep and count a face; a later one takes the place of an earlier one. An unhappy one is told to the owner."""
    if rating.score == score:
        return
    if rating.score is not None:
        await _count(session, rating, rating.score, -1)
    rating.score, rating.rated_at = score, now
    await _count(session, rating, score, 1)
    if score == "bad":
        owner = select(Registration.owner_id).where(Registration.id == rating.registration_id)
        whose = await session.scalar(owner) or rating.staff_id
        if whose is not None:
            await alert(session, rating.registration_id, whose, "rating", rating.asked_at, made_at=now)


def keep_words(rating: Rating, words: str) -> None:
    """Keep what the person added; said again, it takes the place of what was said before."""
    rating.words = " ".join(words.split())[:LONGEST]

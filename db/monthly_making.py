"""Making the list of a month: who is on it, what changed since the month before, and each hamlet's numbers.

On it is who has an open registration and is without work, underemployed, or wants to learn a trade (plan V.9). What
somebody said about work no longer counts once a later registration found them some.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


class NoSuchMonth(ValueError):
    """The month has not begun."""


def month_of(words: str) -> date:
    """The first day of a month written 2026-11; raises ``ValueError``."""
    return date.fromisoformat(f"{words}-01")


def first_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_before(month: date) -> date:
    """The first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)


def is_over(month: date, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the month has ended: only then its list is kept."""
    return end_of(month, zone) <= now


def end_of(month: date, zone: ZoneInfo) -> datetime:
    """The moment after the month."""
    return datetime.combine(month_after(month), datetime.min.time(), zone)


async def kept_list(connection: AsyncConnection, month: date) -> int | None:
    """The number of the month's list, if it was made."""
    query = text("SELECT id FROM monthly_list WHERE month = :month")
    found: int | None = await connection.scalar(query, {"month": month})
    return found


async def make_list(connection: AsyncConnection, month: date, now: datetime, zone: ZoneInfo) -> int:
    """Make the list of a month and return its number; one that is there already is not touched.

    The caller commits it when the month is over, and throws it away before. Raises ``NoSuchMonth``.
    """
    if datetime.combine(month, datetime.min.time(), zone) > now:
        raise NoSuchMonth(f"{month:%Y-%m} has not begun")
    await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('monthly list'))"))
    if (kept := await kept_list(connection, month)) is not None:
        return kept
    until = end_of(month, zone)
    query = text("INSERT INTO monthly_list (month, as_of, made_at) VALUES (:month, :as_of, :now) RETURNING id")
    values = {"month": month, "as_of": min(until, now), "now": now}
    number: int = (await connection.execute(query, values)).scalar_one()
    before = await connection.scalar(BEFORE, {"month": month})
    await connection.execute(_ENTRIES, {"list": number, "until": until, "before": before})
    if before is not None:
        await connection.execute(_LEFT, {"list": number, "before": before})
    await connection.execute(_TOTALS, {"list": number})
    return number


BEFORE = text("SELECT id FROM monthly_list WHERE month < :month ORDER BY month DESC LIMIT 1")

# Open at the end of the month: it still is, or it was closed after that. Lists that were slept through are right, too.
_WAS_OPEN = """created_at < :until AND (status IN ('new', 'contacted', 'matched', 'referred') OR updated_at >= :until
    AND EXISTS (SELECT 1 FROM step s
                WHERE s.registration_id = id AND s.status = registration.status AND s.at >= :until))"""
_STATUS_THEN = """coalesce((SELECT s.status FROM step s WHERE s.registration_id = registration.id AND s.at < :until
    ORDER BY s.at DESC, status_rank(s.status) DESC LIMIT 1), 'new')"""

# What somebody wants, in their words or as a market's code; a spoken wish is heard at the desk.
_WISH = """CASE kind WHEN 'job' THEN CASE jsonb_typeof(answers -> 'job_wanted')
                     WHEN 'string' THEN answers ->> 'job_wanted' WHEN 'object' THEN 'voice:' END
                WHEN 'training' THEN CASE jsonb_typeof(answers -> 'course_wanted')
                     WHEN 'string' THEN answers ->> 'course_wanted' WHEN 'object' THEN 'voice:' END
                WHEN 'overseas' THEN 'market:' || (answers ->> 'market') END"""

# A hamlet is told by its name without accents and without "ấp"; it is written as most of its people write it.
_HAMLET_KEY = "regexp_replace(fold_text(trim(coalesce(hamlet, ''))), '^(ap|khom) +', '')"

ENTRY = """list_id, worker_id, place_id, hamlet, hamlet_id, sorted, registration_id, change, work_state, learns, name,
    birth_year, sex, phone, schooling, idle_time, wish, status, household, ethnicity"""
LISTED = f"""
    WITH needs AS (
        SELECT worker_id, max(id) AS registration_id, bool_or(kind = 'training') AS learns,
               string_agg(DISTINCT {_WISH}, '; ') AS wish
        FROM registration WHERE {_WAS_OPEN} GROUP BY worker_id
    ), people AS (
        SELECT w.*, n.registration_id, n.learns, n.wish, {_HAMLET_KEY} AS hamlet_key,
               CASE WHEN w.work_state IN ('none', 'under') AND NOT EXISTS (
                   SELECT 1 FROM registration found JOIN step s ON s.registration_id = found.id
                   WHERE found.worker_id = w.id AND found.status = s.status AND s.status IN ('placed', 'departed')
                   AND s.at >= w.updated_at AND s.at < :until) THEN w.work_state
               END AS looks
        FROM needs n JOIN worker w ON w.id = n.worker_id
    ), listed AS (
        SELECT * FROM people WHERE looks IS NOT NULL OR learns
    ), hamlets AS (
        SELECT place_id, hamlet_key, mode() WITHIN GROUP (ORDER BY trim(hamlet)) AS label
        FROM listed WHERE hamlet_key <> '' GROUP BY place_id, hamlet_key
    )
    SELECT CAST(:list AS bigint), p.id, p.place_id, coalesce(u.name, h.label, ''), p.hamlet_id,
           fold_text(regexp_replace(coalesce(p.name, ''), '^.* ', '') || ' ' || coalesce(p.name, '')),
           p.registration_id,
           CASE WHEN CAST(:before AS bigint) IS NULL THEN 'same' WHEN b.worker_id IS NULL THEN 'new'
                WHEN (b.work_state, b.learns, b.place_id, b.hamlet, b.phone, b.wish) IS DISTINCT FROM
                     (p.looks, p.learns, p.place_id, coalesce(u.name, h.label, ''), p.phone, p.wish) THEN 'changed'
                ELSE 'same' END,
           p.looks, p.learns, p.name, p.birth_year, p.sex, p.phone, p.schooling,
           CASE WHEN p.looks IS NOT NULL THEN p.idle_time END, p.wish, {_STATUS_THEN}, p.household, p.ethnicity
    FROM listed p JOIN registration ON registration.id = p.registration_id
    LEFT JOIN hamlets h ON h.place_id IS NOT DISTINCT FROM p.place_id AND h.hamlet_key = p.hamlet_key
    LEFT JOIN place u ON u.id = p.hamlet_id
    LEFT JOIN monthly_entry b ON b.list_id = :before AND b.worker_id = p.id AND b.change <> 'left'
    """  # noqa: S608 - made of the fixed parts above
"""Who is on the list, as the columns ``ENTRY``."""
_ENTRIES = text(f"INSERT INTO monthly_entry ({ENTRY}) {LISTED}")

_LEFT = text(
    """
    INSERT INTO monthly_entry (list_id, worker_id, place_id, hamlet, hamlet_id, sorted, registration_id, change,
                               left_to, work_state, learns, name, birth_year, sex, phone, schooling, idle_time, wish,
                               status)
    SELECT :list, b.worker_id, b.place_id, b.hamlet, b.hamlet_id, b.sorted, b.registration_id, 'left',
           coalesce((SELECT r.status FROM registration r WHERE r.worker_id = b.worker_id
                     AND r.status IN ('placed', 'enrolled', 'departed', 'closed')
                     ORDER BY r.updated_at DESC, r.id DESC LIMIT 1), 'other'),
           b.work_state, b.learns, b.name, b.birth_year, b.sex, b.phone, b.schooling, b.idle_time, b.wish, b.status
    FROM monthly_entry b
    WHERE b.list_id = :before AND b.change <> 'left'
      AND NOT EXISTS (SELECT 1 FROM monthly_entry e WHERE e.list_id = :list AND e.worker_id = b.worker_id)
    """
)

COUNTS = """count(*) FILTER (WHERE change <> 'left'),
           count(*) FILTER (WHERE change <> 'left' AND sex = 'female'),
           count(*) FILTER (WHERE change <> 'left' AND work_state = 'none'),
           count(*) FILTER (WHERE change <> 'left' AND work_state = 'under'),
           count(*) FILTER (WHERE change <> 'left' AND learns),
           count(*) FILTER (WHERE change = 'new'), count(*) FILTER (WHERE change = 'changed'),
           count(*) FILTER (WHERE change = 'left')"""
"""A hamlet's numbers, in the order of ``db.monthly_reading.FIELDS``."""
_TOTALS = text(
    f"""
    INSERT INTO monthly_total (list_id, place_id, hamlet, hamlet_id, people, women, without_work, underemployed,
                               learners, new, changed, "left")
    SELECT list_id, place_id, hamlet, hamlet_id, {COUNTS}
    FROM monthly_entry WHERE list_id = :list GROUP BY list_id, place_id, hamlet, hamlet_id
    """  # noqa: S608 - made of the fixed parts above
)

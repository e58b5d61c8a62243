"""The month that goes on at a glance: counted ahead by the clock and dated, since counting reads everybody."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from db.bounds import Bounds
from db.monthly import MonthlyGlance
from db.monthly_making import BEFORE, COUNTS, ENTRY, LISTED, end_of, first_of
from db.monthly_reading import HamletNumbers, Kept, Numbers

HOLDS = timedelta(hours=1)
"""After so long it is counted anew by itself."""

_COUNT = text(
    f"""
    WITH entry ({ENTRY}) AS ({LISTED}), seen AS (
        SELECT place_id, hamlet, hamlet_id, change, sex, work_state, learns FROM entry
        UNION ALL
        SELECT b.place_id, b.hamlet, b.hamlet_id, 'left', b.sex, b.work_state, b.learns FROM monthly_entry b
        WHERE b.list_id = :before AND b.change <> 'left'
          AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.worker_id = b.worker_id)
    ), counted AS (SELECT place_id, hamlet, hamlet_id, {COUNTS} FROM seen GROUP BY place_id, hamlet, hamlet_id)
    SELECT c.* FROM counted c LEFT JOIN place p ON p.id = c.place_id
    ORDER BY p.code NULLS LAST, c.place_id, regexp_replace(fold_text(c.hamlet), '^(ap|khom) +', ''), c.hamlet
    """  # noqa: S608 - made of fixed parts
)


async def ask(connection: AsyncConnection, month: date, now: datetime) -> None:
    """Have the month counted as soon as the clock comes by."""
    values = {"month": month, "asked_at": now, "totals": []}
    query = insert(MonthlyGlance).values(**values)
    await connection.execute(query.on_conflict_do_update(index_elements=["month"], set_={"asked_at": now}))


async def count_due(connection: AsyncConnection, now: datetime, zone: ZoneInfo) -> bool:
    """Count the month that goes on where it was asked for or is old; those that are over go. True when counted."""
    month = first_of(now.astimezone(zone).date())
    await connection.execute(delete(MonthlyGlance).where(MonthlyGlance.month < month))
    query = select(MonthlyGlance.as_of, MonthlyGlance.asked_at).where(MonthlyGlance.month == month)
    found = (await connection.execute(query)).one_or_none()
    if found is not None and found.asked_at is None and found.as_of + HOLDS > now:
        return False
    before = await connection.scalar(BEFORE, {"month": month})
    rows = await connection.execute(_COUNT, {"list": None, "until": end_of(month, zone), "before": before})
    values = {"as_of": now, "asked_at": None, "totals": [list(row) for row in rows]}
    kept = insert(MonthlyGlance).values(month=month, **values)
    await connection.execute(kept.on_conflict_do_update(index_elements=["month"], set_=values))
    return True


async def glance(connection: AsyncConnection, month: date, bounds: Bounds) -> tuple[Kept, list[HamletNumbers]] | None:
    """The numbers within the bounds with their date; None before they were counted."""
    query = select(MonthlyGlance.as_of, MonthlyGlance.totals).where(MonthlyGlance.month == month)
    found = (await connection.execute(query)).one_or_none()
    if found is None or found.as_of is None:
        return None
    is_first = await connection.scalar(BEFORE, {"month": month}) is None
    return Kept(0, month, found.as_of, found.as_of, is_first), _within(found.totals, bounds)


def _within(totals: Sequence[Sequence[Any]], bounds: Bounds) -> list[HamletNumbers]:
    seen: dict[tuple[int | None, str], Numbers] = {}
    for place, hamlet, number, *counts in totals:
        if bounds.covers(place, number):
            seen[place, hamlet] = seen.get((place, hamlet), Numbers()) + Numbers(*counts)
    return [HamletNumbers(place, hamlet, numbers) for (place, hamlet), numbers in seen.items()]

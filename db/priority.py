"""The plan's order: poor, near-poor, Khmer, and of a difficult commune first; as one number.

Grounds are points, added up and capped: 1 may be a near-poor household, a Khmer, or the commune. Which it is stays
sealed. The number is written when the sealed answers are, so that lists are put in order without opening any.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MOST = 3
POINTS: dict[str, dict[str, int]] = {"household": {"poor": 2, "near_poor": 1}, "ethnicity": {"khmer": 1}}
"""What each answer counts; a difficult commune counts one more."""


def points_of(person: Mapping[str, Any]) -> int:
    """The points of a person's own answers."""
    return sum(weights.get(str(person.get(key)), 0) for key, weights in POINTS.items())


def grounds_of(person: Mapping[str, Any], *, difficult: bool) -> list[str]:
    """The grounds by name, for those who may read the sealed answers."""
    own = [f"{key}.{person[key]}" for key, weights in POINTS.items() if person.get(key) in weights]
    return [*own, "place.difficult"] if difficult else own


async def is_difficult(session: AsyncSession, place_id: int | None, today: date) -> bool:
    """Whether the commune is on the list of difficult ones that holds today."""
    if place_id is None:
        return False
    return bool(await session.scalar(_IS_DIFFICULT, {"place": place_id, "today": today}))


DIFFICULT = """
    EXISTS (SELECT FROM place_flag f WHERE f.place_id = {place} AND f.flag = 'difficult'
            AND f.valid_from <= :today AND (f.valid_to IS NULL OR f.valid_to > :today))
"""
"""Whether a commune is on the list of difficult ones that holds ``today``, in SQL."""
_IS_DIFFICULT = text(f"SELECT {DIFFICULT.format(place=':place')}")
_RENUMBER = text(
    f"""
    UPDATE registration r SET priority = wanted.priority
    FROM (
        SELECT r.id, least(:most, w.points + ({DIFFICULT.format(place="r.place_id")})::int) AS priority
        FROM registration r JOIN worker w ON w.id = r.worker_id
        WHERE r.due_at IS NOT NULL AND r.place_id = ANY(:places)
    ) wanted
    WHERE wanted.id = r.id AND r.priority <> wanted.priority
    """  # noqa: S608 - the fixed condition above
)


async def renumber(session: AsyncSession, places: Collection[int], today: date) -> int:
    """Put the open cases of some communes in order anew, after a list of difficult ones; returns how many moved."""
    result = await session.execute(_RENUMBER, {"most": MOST, "today": today, "places": list(places)})
    return int(result.rowcount)  # type: ignore[attr-defined]  # a cursor result has it

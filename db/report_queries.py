"""Sums for reports, read from the tallies: some ten thousand rows a year however many people there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.targets import MEASURES

DIMENSIONS = ("month", "place_id", "kind", "sex", "age", "priority")
_EVERY = "kind"
"""Every registration has one, so that its sums are those of all."""
_NUMBERED = {"age": int, "priority": int}


@dataclass(frozen=True)
class Period:
    """Whole months from the first to before the last; ``places`` None means the district."""

    since: date
    until: date
    places: frozenset[int] | None = None

    def values(self) -> dict[str, Any]:
        """For the conditions of ``_WITHIN``."""
        places = sorted(self.places or ())
        return {"since": self.since, "until": self.until, "all": self.places is None, "places": places}


_WITHIN = """month >= :since AND month < :until
    AND (CAST(:all AS boolean) OR place_id = ANY(CAST(:places AS bigint[])))"""

Sums = Mapping[Any, Mapping[str, int]]
"""By value of a dimension: how often each event happened."""


@dataclass
class Reached:
    """How many reached a status that a target may count, by each dimension."""

    total: dict[str, int] = field(default_factory=dict)
    by: dict[str, dict[Any, dict[str, int]]] = field(default_factory=lambda: {name: {} for name in DIMENSIONS})


async def reached(session: AsyncSession, period: Period) -> Reached:
    """Placed, departed and enrolled in the period, in one look."""
    query = text(
        f"""SELECT event, dimension, month, place_id, value,
            grouping(month) = 0, grouping(place_id) = 0, grouping(value) = 0, sum(n)
        FROM tally_now WHERE event = ANY(CAST(:events AS text[])) AND dimension <> 'wait' AND {_WITHIN}
        GROUP BY event, dimension, GROUPING SETS ((), month, place_id, value) HAVING sum(n) <> 0"""  # noqa: S608
    )
    found = Reached()
    for row in await session.execute(query, period.values() | {"events": list(MEASURES)}):
        event, dimension, month, place, value, of_month, of_place, of_value, n = row
        if of_value:
            _add(found, dimension, _NUMBERED.get(dimension, str)(value), event, n)
        elif dimension != _EVERY:
            continue
        elif of_month:
            _add(found, "month", month, event, n)
        elif of_place:
            _add(found, "place_id", place, event, n)
        else:
            found.total[event] = int(n)
    return found


def _add(found: Reached, dimension: str, value: Any, event: str, n: int) -> None:
    found.by[dimension].setdefault(value, {})[event] = int(n)


async def happened(session: AsyncSession, period: Period) -> dict[str, dict[str, int]]:
    """How often each thing happened to registrations, by need: statuses reached, and what people said later."""
    query = text(
        f"""SELECT event, value, sum(n) FROM tally_now
        WHERE dimension = 'kind' AND {_WITHIN} GROUP BY event, value"""  # noqa: S608
    )
    found: dict[str, dict[str, int]] = {}
    for event, kind, n in await session.execute(query, period.values()):
        found.setdefault(event, {})[kind] = int(n)
    return found


async def waits(session: AsyncSession, period: Period) -> dict[int, int]:
    """How many were called first within which band of days."""
    query = text(
        f"""SELECT value, sum(n) FROM tally_now
        WHERE event = 'contacted' AND dimension = 'wait' AND {_WITHIN} GROUP BY value"""  # noqa: S608
    )
    return {int(wait): int(n) for wait, n in await session.execute(query, period.values())}


async def rated(session: AsyncSession, period: Period) -> Mapping[str, Sums]:
    """How people found the help, by month and by need: asked, good, fair, bad, counted in the month of the question."""
    query = text(
        f"""SELECT substr(event, 7), month, value, sum(n) FROM tally_now
        WHERE event LIKE 'rated.%' AND dimension = 'kind' AND {_WITHIN} GROUP BY event, month, value"""  # noqa: S608 - made of the fixed words above
    )
    found: dict[str, dict[Any, dict[str, int]]] = {"month": {}, "kind": {}}
    for said, month, kind, n in await session.execute(query, period.values()):
        for name, value in (("month", month), ("kind", kind)):
            sums = found[name].setdefault(value, {})
            sums[said] = sums.get(said, 0) + int(n)
    return found


async def questions(session: AsyncSession, period: Period) -> dict[str, dict[str, dict[str, int]]]:
    """By form and question, what happened there; of the whole district, since a place is not known at each."""
    query = text(
        """SELECT form, question, event, sum(n) FROM question_tally_now
        WHERE day >= :since AND day < :until GROUP BY form, question, event"""
    )
    found: dict[str, dict[str, dict[str, int]]] = {}
    for form, question, event, n in await session.execute(query, {"since": period.since, "until": period.until}):
        found.setdefault(form, {}).setdefault(question, {})[event] = int(n)
    return found


@dataclass(frozen=True)
class Sending:
    """A broadcast's funnel: how many were told, have answered, were not reached, and are still to be told."""

    title: str
    day: date
    told: int
    answered: int
    missed: int
    waiting: int


async def sendings(session: AsyncSession, period: Period, limit: int = 5) -> Sequence[Sending]:
    """The newest broadcasts of the period."""
    query = text(
        """SELECT coalesce(t.title, ''), CAST(b.started_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date),
            count(*) FILTER (WHERE d.state = 'sent'),
            count(*) FILTER (WHERE d.state = 'sent' AND r.id IS NOT NULL),
            count(*) FILTER (WHERE d.state NOT IN ('sent', 'queued', 'sending')),
            count(*) FILTER (WHERE d.state IN ('queued', 'sending'))
        FROM (SELECT * FROM broadcast
              WHERE started_at >= CAST(:since AS date)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
                AND started_at < CAST(:until AS date)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
              ORDER BY started_at DESC LIMIT :limit) b
        JOIN delivery d ON d.broadcast_id = b.id
        LEFT JOIN response r ON r.notice_id = b.notice_id AND r.identity_id = d.identity_id
        LEFT JOIN notice_text t ON t.notice_id = b.notice_id AND t.lang = 'vi'
        GROUP BY b.id, b.started_at, t.title ORDER BY b.started_at DESC"""
    )
    values = {"since": period.since, "until": period.until, "limit": limit}
    return [Sending(*row) for row in await session.execute(query, values)]


@dataclass(frozen=True)
class Goal:
    """A target as it holds in a year: its own, or the newest of an earlier year."""

    measure: str
    place_id: int | None
    number: int
    year: int
    source: str


async def goals(session: AsyncSession, year: int) -> Sequence[Goal]:
    """The targets that hold in a year."""
    query = text(
        """SELECT DISTINCT ON (measure, place_id) measure, place_id, number, year, source FROM target
        WHERE year <= :year ORDER BY measure, place_id, year DESC"""
    )
    found = [Goal(*row) for row in await session.execute(query, {"year": year})]
    return sorted(found, key=lambda goal: (goal.place_id is not None, MEASURES.index(goal.measure), goal.place_id or 0))

"""In an invented district the reports, the monthly lists, the desk's lists and plain SQL say the same numbers."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.bounds import Bounds
from db.case_steps import move
from db.desk_queries import Wanted, page
from db.invented_district import furnish
from db.invented_people import fill
from db.monthly_making import kept_list
from db.monthly_reading import Numbers, hamlet_numbers
from db.places import Place
from db.record import SYSTEM
from db.registrations import KINDS, Registration
from db.report_queries import DIMENSIONS, Period, happened, reached
from db.tallying import fold_counts
from db.targets import MEASURES
from tests.reports.conftest import ZONE

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EVER = Period(date(2024, 1, 1), date(2027, 1, 1))

STEPS = """
SELECT s.status, date_trunc('month', s.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS month, r.place_id, r.kind,
       coalesce(w.sex, '') AS sex, r.priority,
       extract(year FROM s.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int - w.birth_year AS years
FROM step s JOIN registration r ON r.id = s.registration_id JOIN worker w ON w.id = r.worker_id
"""
LISTED = """
SELECT w.place_id, w.sex, count(*) AS people,
       count(*) FILTER (WHERE looks AND w.work_state = 'none') AS without_work,
       count(*) FILTER (WHERE looks AND w.work_state = 'under') AS underemployed,
       count(*) FILTER (WHERE learns) AS learners
FROM (SELECT w.*, EXISTS (SELECT FROM registration r WHERE r.worker_id = w.id AND r.kind = 'training' AND open_then(r))
                  AS learns,
             work_state IN ('none', 'under') AND NOT EXISTS (
                 SELECT FROM registration f JOIN step s ON s.registration_id = f.id AND s.status = f.status
                 WHERE f.worker_id = w.id AND f.status IN ('placed', 'departed') AND s.at >= w.updated_at
                 AND s.at < :until) AS looks
      FROM worker w
      WHERE EXISTS (SELECT FROM registration r WHERE r.worker_id = w.id AND open_then(r))) w
WHERE learns OR looks GROUP BY w.place_id, w.sex
"""
OPEN_THEN = """r.created_at < :until AND NOT EXISTS (
    SELECT FROM step s WHERE s.registration_id = r.id AND s.status = r.status AND s.at < :until
    AND r.status IN ('placed', 'enrolled', 'departed', 'closed'))"""


@pytest.fixture
async def district(engine: AsyncEngine) -> AsyncEngine:
    """Two years of people, cases and lists, and what happens at a desk on one more day."""
    await fill(engine, 700, now=NOW)
    await furnish(engine, workers=0, registrations=0, now=NOW, zone=ZONE)
    async with AsyncSession(engine) as session, session.begin():
        query = select(Registration).where(Registration.status == "referred").order_by(Registration.id).limit(20)
        for at, case in enumerate(await session.scalars(query)):
            move(session, SYSTEM, case, "placed" if at % 2 else "closed", NOW, batch="test", reason="thử")
    return engine


async def rows(engine: AsyncEngine, query: str, **values: Any) -> Sequence[Any]:
    async with engine.connect() as connection:
        return (await connection.execute(text(query), values)).all()


async def test_reports_say_what_the_steps_say(district: AsyncEngine) -> None:
    await _are_of_the_steps(district)
    await fold_counts(district)
    await _are_of_the_steps(district)


async def _are_of_the_steps(district: AsyncEngine) -> None:
    steps = [step for step in await rows(district, STEPS) if step.status in MEASURES]
    async with AsyncSession(district) as session:
        found = await reached(session, EVER)
        assert found.total == Counter(step.status for step in steps)
        for name in DIMENSIONS:
            of_each: dict[Any, Counter[str]] = {}
            for step in steps:
                value = _band(step.years) if name == "age" else getattr(step, name)
                of_each.setdefault(value, Counter())[step.status] += 1
            assert found.by[name] == of_each, name


def _band(years: int) -> int:
    """The first year of somebody's age band."""
    return next((first for first, last in ((15, 24), (25, 34), (35, 44), (45, 59)) if years <= last), 60)


async def test_lists_say_what_the_reports_say(district: AsyncEngine) -> None:
    communes = [row.id for row in await rows(district, "SELECT id FROM place WHERE version = '2020' ORDER BY id")]
    async with AsyncSession(district) as session:
        for places in (None, *(frozenset((one,)) for one in communes[:5]), frozenset(communes[:3])):
            period = Period(EVER.since, EVER.until, places)
            came, got = (await happened(session, period))["new"], await reached(session, period)
            for kind in KINDS:
                shown = await page(session, Wanted(places, kind=kind), 50)
                assert shown.count == came.get(kind, 0), (places, kind)
            for status in MEASURES:
                shown = await page(session, Wanted(places, status=status), 50)
                assert shown.count == got.total.get(status, 0), (places, status)


async def test_monthly_lists_say_what_the_people_say(district: AsyncEngine) -> None:
    for month in (date(2026, 1, 1), date(2026, 6, 1), date(2026, 10, 1)):
        await _is_of_the_people(district, month)


async def _is_of_the_people(district: AsyncEngine, month: date) -> None:
    async with district.connect() as connection:
        number = await kept_list(connection, month)
        assert number is not None
        whole = await hamlet_numbers(connection, number, Bounds(None))
        until = datetime(month.year, month.month + 1, 1, tzinfo=ZONE)
        query = LISTED.replace("open_then(r)", f"({OPEN_THEN})")
        listed = (await connection.execute(text(query), {"until": until})).all()
        names = ("people", "without_work", "underemployed", "learners")
        assert {name: sum(getattr(one.numbers, name) for one in whole) for name in names} == {
            name: sum(getattr(row, name) for row in listed) for name in names
        }
        assert sum(one.numbers.women for one in whole) == sum(row.people for row in listed if row.sex == "female")
        await _parts_are_the_whole(connection, number, whole)


async def _parts_are_the_whole(connection: Any, number: int, whole: Sequence[Any]) -> None:
    """Each commune alone, and each new commune as the old ones that it was made of."""
    places = (await connection.execute(select(Place.id, Place.version, Place.successor_id))).all()
    for place in places:
        if place.version not in ("2020", "2025"):
            continue
        covered = frozenset(one.id for one in places if place.id in (one.id, one.successor_id))
        part = await hamlet_numbers(connection, number, Bounds(covered))
        assert part == [one for one in whole if one.place_id in covered]
    entries = "SELECT change, sex FROM monthly_entry WHERE list_id = :list"
    kept = (await connection.execute(text(entries), {"list": number})).all()
    sums = sum((one.numbers for one in whole), Numbers())
    counts = Counter(row.change for row in kept)
    assert (sums.people, sums.left) == (counts.total() - counts["left"], counts["left"])
    assert (sums.new, sums.changed) == (counts["new"], counts["changed"])

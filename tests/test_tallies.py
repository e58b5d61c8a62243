"""Whoever changes a status, it is counted: once, in its month, and back when it is taken back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.people import Worker
from db.registrations import Registration
from db.tallying import fold_counts

MADE = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
"""Already November where the office is."""


async def registered(engine: AsyncEngine, **more: Any) -> int:
    async with AsyncSession(engine) as session, session.begin():
        worker = Worker(name="Thạch Sa Rây", birth_year=1990, sex="female")
        session.add(worker)
        await session.flush()
        need = {"kind": "job", "created_at": MADE, "updated_at": MADE} | more
        registration = Registration(worker_id=worker.id, answers={}, **need)
        session.add(registration)
        await session.flush()
        return registration.id


async def move(engine: AsyncEngine, number: int, status: str, at: datetime) -> None:
    async with AsyncSession(engine) as session, session.begin():
        registration = await session.get_one(Registration, number)
        registration.status, registration.updated_at = status, at


async def counted(engine: AsyncEngine) -> dict[tuple[date, str], int]:
    query = text(
        "SELECT month, event, sum(n) FROM tally_now WHERE dimension = 'kind' GROUP BY month, event HAVING sum(n) <> 0"
    )
    async with engine.connect() as connection:
        return {(month, event): n for month, event, n in await connection.execute(query)}


async def test_each_status_counts_in_the_offices_month_it_was_reached_in(engine: AsyncEngine) -> None:
    number = await registered(engine)
    await move(engine, number, "contacted", MADE + timedelta(days=1, hours=1))
    await move(engine, number, "matched", MADE + timedelta(days=2))
    await move(engine, number, "placed", MADE + timedelta(days=30))
    assert await counted(engine) == {
        (date(2026, 11, 1), "new"): 1,
        (date(2026, 11, 1), "contacted"): 1,
        (date(2026, 11, 1), "matched"): 1,
        (date(2026, 12, 1), "placed"): 1,
    }
    async with engine.connect() as connection:
        query = text("SELECT dimension, value FROM tally_now WHERE event = 'contacted' AND n = 1")
        sums = {row.dimension: row.value for row in await connection.execute(query)}
    assert sums == {"kind": "job", "sex": "female", "age": "35", "priority": "0", "wait": "1"}


async def test_what_is_taken_back_is_counted_back_where_it_was_counted(engine: AsyncEngine) -> None:
    number = await registered(engine)
    await move(engine, number, "contacted", MADE + timedelta(days=3))
    await move(engine, number, "closed", MADE + timedelta(days=29))
    await move(engine, number, "contacted", MADE + timedelta(days=40))
    assert await counted(engine) == {(date(2026, 11, 1), "new"): 1, (date(2026, 11, 1), "contacted"): 1}
    await move(engine, number, "closed", MADE + timedelta(days=41))
    assert (await counted(engine))[(date(2026, 12, 1), "closed")] == 1


async def test_folding_changes_no_number(engine: AsyncEngine) -> None:
    for _ in range(3):
        number = await registered(engine)
        await move(engine, number, "contacted", MADE + timedelta(days=1))
    before = await counted(engine)
    await fold_counts(engine)
    assert await counted(engine) == before
    await move(engine, number, "closed", MADE + timedelta(days=2))
    await fold_counts(engine)
    assert (await counted(engine))[(date(2026, 11, 1), "closed")] == 1
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM tally_change"))).scalar_one() == 0
        sums = (await connection.execute(text("SELECT n FROM tally WHERE event = 'contacted'"))).scalars().all()
        assert sums == [3] * 5, "one sum by each of need, sex, age, priority and wait"


async def test_an_erased_person_stays_counted(engine: AsyncEngine) -> None:
    number = await registered(engine, status="new")
    await move(engine, number, "closed", MADE + timedelta(days=1))
    before = await counted(engine)
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(delete(Worker))
    assert await counted(engine) == before
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM step"))).scalar_one() == 0

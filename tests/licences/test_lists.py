"""Lists with their history in the database: the newest accepted one counts, an earlier one is remembered."""

from dataclasses import asdict
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from content.firms import number_keys
from content.licence_sheet import read_sheet
from db.licences import Looked, accept, accepted_lists, current_list, discard, drafts, keep_list, look_back, look_up
from tests.conftest import MONDAY_MORNING
from tests.licences.sheets import FIRMS, SAO_MAI, VIET_THANG, workbook


async def load(engine: AsyncEngine, rows: tuple[tuple[object, ...], ...], day: date, *, counts: bool = True) -> int:
    async with AsyncSession(engine) as session, session.begin():
        firms = read_sheet(workbook(rows), day).firms
        kept = await keep_list(
            session, map(asdict, firms), listed_on=day, source="list.xlsx", loaded_by="test", now=MONDAY_MORNING
        )
        if counts:
            await accept(session, kept, MONDAY_MORNING)
        return kept.id


async def looked(engine: AsyncEngine, typed: str) -> Looked | None:
    async with AsyncSession(engine) as session:
        return await look_up(session, typed, number_keys(typed))


async def test_without_a_list_nothing_is_known(engine: AsyncEngine) -> None:
    assert await looked(engine, "Việt Thắng") is None
    await load(engine, FIRMS, date(2026, 11, 1), counts=False)
    assert await looked(engine, "Việt Thắng") is None, "a list that nobody accepted does not count"


@pytest.mark.parametrize(
    "typed", ["1135", "viet thang", "phat trien quoc te viet thang", "VIET THANG INT", "Việt Thắn"]
)
async def test_names_and_numbers_reach_the_firm(engine: AsyncEngine, typed: str) -> None:
    await load(engine, FIRMS, date(2026, 11, 1))
    found = await looked(engine, typed)
    assert found is not None
    assert found.here[0].name == VIET_THANG[1]
    assert found.listed_on == date(2026, 11, 1)


async def test_the_newest_day_counts_though_an_older_list_is_loaded_later(engine: AsyncEngine) -> None:
    newest = await load(engine, FIRMS, date(2026, 11, 1))
    await load(engine, (SAO_MAI,), date(2026, 5, 1))
    async with AsyncSession(engine) as session:
        current = await current_list(session)
        assert current is not None
        assert current.id == newest
        assert [(kept.listed_on, firms) for kept, firms in await accepted_lists(session)] == [
            (date(2026, 11, 1), 3),
            (date(2026, 5, 1), 1),
        ]


async def test_a_firm_that_dropped_out_is_remembered_with_its_last_day(engine: AsyncEngine) -> None:
    await load(engine, FIRMS, date(2026, 1, 1))
    await load(engine, FIRMS, date(2026, 5, 1))
    await load(engine, (SAO_MAI,), date(2026, 11, 1))
    found = await looked(engine, "1135")
    assert found is not None
    assert found.here == []
    async with AsyncSession(engine) as session:
        earlier = await look_back(session, "1135", number_keys("1135"), found.listed_on)
    assert [(firm.name, day) for firm, day in earlier] == [(VIET_THANG[1], date(2026, 5, 1))]


async def test_a_draft_can_be_thrown_away_and_an_accepted_list_cannot(engine: AsyncEngine) -> None:
    await load(engine, FIRMS, date(2026, 1, 1))
    await load(engine, FIRMS, date(2026, 5, 1), counts=False)
    async with AsyncSession(engine) as session, session.begin():
        (waiting,) = await drafts(session)
        await discard(session, waiting)
        current = await current_list(session)
        assert current is not None
        await discard(session, current)
    async with AsyncSession(engine) as session:
        assert await drafts(session) == []
        assert await current_list(session) is not None
        assert await session.scalar(text("SELECT count(*) FROM licence")) == len(FIRMS)


async def test_a_list_is_kept_whole_or_not_at_all(engine: AsyncEngine) -> None:
    firms = read_sheet(workbook(FIRMS), date(2026, 1, 1)).firms
    rows = [asdict(firm) for firm in firms]
    rows[-1]["status"] = None
    with pytest.raises(IntegrityError):
        async with AsyncSession(engine) as session, session.begin():
            await keep_list(session, rows, listed_on=date(2026, 1, 1), source="x", loaded_by="test", now=MONDAY_MORNING)
    async with AsyncSession(engine) as session:
        assert await session.scalar(text("SELECT count(*) FROM licence_list")) == 0

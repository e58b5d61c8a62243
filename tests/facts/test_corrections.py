"""What the office corrects is told by every process at once, and what no longer fits is left out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.live_facts import follow_corrections, read_corrections
from content.facts.corrections import corrected, from_kept, to_keep
from content.facts.fact import Fact
from content.facts.filling import fill
from content.facts.live import fact, live
from db.fact_corrections import FactCorrection, correct
from tests.facts.conftest import Write
from tests.facts.test_telling import LOAN


async def office_says(engine: AsyncEngine, name: str, value: str | None, since: date | None = None) -> None:
    """Make a correction, as the desk does."""
    row = FactCorrection(
        name=name, value=value, source="Công văn 1", checked_on=date(2026, 11, 24), since=since, actor="Lan"
    )
    async with AsyncSession(engine) as session, session.begin():
        await correct(session, row)


async def test_a_correction_counts_in_both_languages_and_in_what_follows(write: Write, engine: AsyncEngine) -> None:
    write(LOAN)
    await office_says(engine, "loan.rate", "7.2")
    await read_corrections(engine)
    assert fill("vi", "{loan.rate} {loan.job} {loan.rate:source}", {}) == "7,2% 9,144% Công văn 1"
    assert fill("km", "{loan.rate} {loan.month}", {}) == "7,2 % 300.000 ដុង"
    found = fact("loan.job")
    assert found is not None and found.corrected


async def test_the_latest_that_is_in_force_counts(
    write: Write, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(LOAN)
    await office_says(engine, "loan.rate", "7")
    await office_says(engine, "loan.rate", "9", since=date(2027, 1, 1))
    await read_corrections(engine)
    assert fill("vi", "{loan.rate}", {}) == "7%"
    monkeypatch.setattr(live, "today", lambda: date(2027, 1, 1))
    assert fill("vi", "{loan.rate}", {}) == "9%"


async def test_an_unknown_fact_can_be_filled_in_and_a_known_one_taken_back(write: Write, engine: AsyncEngine) -> None:
    write(LOAN)
    await office_says(engine, "bank.phone", "0294 000 0001")
    await office_says(engine, "loan.rate", None)
    await read_corrections(engine)
    assert fill("vi", "{bank.phone}", {}) == "0294 000 0001"
    assert "%" not in fill("vi", "{loan.rate}", {})


async def test_corrections_that_fit_no_more_are_left_out(
    write: Write, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    write(LOAN)
    await office_says(engine, "loan.gone", "1")
    await office_says(engine, "loan.rate", "sáu")
    await office_says(engine, "loan.sum", "60000000")
    await read_corrections(engine)
    assert fill("vi", "{loan.sum} {loan.rate}", {}) == "60 triệu đồng 6,6%"
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "The correction 1 of loan.gone is left out",
        "The correction 2 of loan.rate is left out",
    ]


@asynccontextmanager
async def following(engine: AsyncEngine) -> AsyncIterator[None]:
    task = asyncio.get_running_loop().create_task(follow_corrections(engine))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_running_process_tells_it_at_once(
    write: Write, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(LOAN)
    told: asyncio.Queue[list[Fact]] = asyncio.Queue()
    monkeypatch.setattr(live, "correct", lambda facts: told.put_nowait(list(facts)))
    async with following(engine):
        assert await told.get() == []
        await office_says(engine, "loan.rate", "7.2")
        assert [str(one.value) for one in await told.get()] == ["7.2"]
        await office_says(engine, "loan.rate", "7.3")
        assert [str(one.value) for one in await told.get()] == ["7.2", "7.3"]


@pytest.mark.parametrize("name", ["loan.rate", "loan.sum", "bank.phone"])
def test_what_is_kept_is_read_again(write: Write, name: str) -> None:
    book = write(LOAN)
    value = book.periods(name)[0].value or "0294"
    assert from_kept(book.periods(name)[0].unit, to_keep(value)) == value
    row = FactCorrection(id=1, name=name, value=to_keep(value), source="x", checked_on=date(2026, 1, 1), actor="Lan")
    assert corrected(book, row).value == value

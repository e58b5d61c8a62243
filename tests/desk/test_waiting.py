"""Lists of who waits for whom, since when: kept by what happens, relative to now, combined, counted and saved."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.cases import CaseCall, SavedFilter
from db.contacts import READ_OFF, asked_about, worker_spoke
from db.person_talks import keep_words
from db.registrations import Registration
from tests.desk.conftest import HAM_GIANG, TAP_SON, Browser, Enter, House
from tests.desk.test_cases import _names, _staff_id

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def speaks(house: House, number: int) -> None:
    async with AsyncSession(house.engine) as session, session.begin():
        await worker_spoke(session, number, house.clock())


async def later(house: House, enter: Enter, **span: float) -> Browser:
    """Some time later, somebody of the office: a log-in ends within the day."""
    house.clock.now += timedelta(**span)
    return await enter("office", login=f"office{house.clock.now:%d%H%M}")


async def moments(house: House, number: int) -> tuple[object, ...]:
    async with AsyncSession(house.engine) as session:
        case = await session.get_one(Registration, number)
        return case.asked_at, case.written_at, case.called_at, case.contact_at


async def test_a_word_of_the_worker_waits_until_it_is_answered(house: House, enter: Enter) -> None:
    number = await house.register("Sơn Thị Na", source=None)
    browser, first = await later(house, enter), house.clock()
    list_ = "/desk/cases?tab=open&waits=unanswered"
    assert _names((await browser.get(list_)).text) == []
    await speaks(house, number)
    browser = await later(house, enter, days=2)
    await speaks(house, number)
    page = (await browser.get(list_)).text
    assert _names(page) == ["Sơn Thị Na"]
    assert "chờ trả lời 2 ngày" in page, "since the first word that nobody answered"
    assert (await moments(house, number))[0] == first
    await browser.submit(f"/desk/case/{number}/write", words="Dạ để tôi hỏi")
    assert _names((await browser.get(list_)).text) == []
    assert await moments(house, number) == (None, house.clock(), None, house.clock())


async def test_what_staff_wrote_waits_for_a_word_for_some_days(house: House, enter: Enter) -> None:
    number = await house.register("Sơn Thị Na")
    browser = await enter("office")
    await browser.submit(f"/desk/case/{number}/write", words="Anh/chị còn muốn đi làm không?")
    list_ = "/desk/cases?tab=open&waits=unheard"
    assert _names((await browser.get(list_)).text) == [], "three days is the usual"
    assert _names((await browser.get(f"{list_}&days=0")).text) == ["Sơn Thị Na"]
    browser = await later(house, enter, days=3, minutes=1)
    assert _names((await browser.get(list_)).text) == ["Sơn Thị Na"], "the same address, days later"
    await speaks(house, number)
    assert _names((await browser.get(list_)).text) == []


async def test_a_call_answers_only_when_somebody_was_reached(house: House, enter: Enter) -> None:
    number = await house.register("Sơn Thị Na")
    browser = await enter("office")
    uncalled, unanswered = "/desk/cases?tab=open&waits=uncalled", "/desk/cases?tab=open&waits=unanswered"
    async with AsyncSession(house.engine) as session, session.begin():
        await asked_about(session, f"registration:{number}", house.clock())
        await asked_about(session, "notice:1", house.clock())
    assert _names((await browser.get(uncalled)).text) == ["Sơn Thị Na"]
    await browser.submit(f"/desk/case/{number}/call", outcome="no_answer")
    assert _names((await browser.get(uncalled)).text) == []
    assert _names((await browser.get(unanswered)).text) == ["Sơn Thị Na"]
    house.clock.now += timedelta(minutes=5)
    await browser.submit(f"/desk/case/{number}/call", outcome="called")
    assert _names((await browser.get(unanswered)).text) == []


async def test_silence_is_of_both_and_the_longest_stands_first(house: House, enter: Enter) -> None:
    made = house.clock()
    for name, days, rank in (("Ba tuần", 21, 0), ("Hai tháng", 60, 0), ("Nghèo", 20, 3), ("Mới", 2, 3)):
        await house.register(name, created_at=made - timedelta(days=days), priority=rank)
    spoke = await house.register("Vừa nói", created_at=made - timedelta(days=80))
    await speaks(house, spoke)
    await house.register("Xong", created_at=made - timedelta(days=80), status="placed")
    browser = await enter("office")
    page = (await browser.get("/desk/cases?tab=open&waits=silent")).text
    assert _names(page) == ["Nghèo", "Hai tháng", "Ba tuần"]
    assert "im lặng 60 ngày" in page
    assert "Im lặng lâu (3)" in page
    assert _names((await browser.get("/desk/cases?tab=open&waits=silent&days=30")).text) == ["Hai tháng"]
    bank = (await (await enter("bank")).get("/desk/cases?tab=open&waits=silent")).text
    assert _names(bank) == ["Hai tháng", "Ba tuần", "Nghèo"], "the order would tell what is sealed"


async def test_the_lists_combine_with_whose_where_and_pages(house: House, enter: Enter) -> None:
    browser = await enter("commune", (TAP_SON, "2020"))
    me, long_ago = await _staff_id(house, "commune"), house.clock() - timedelta(days=100)
    await house.register("Của tôi", TAP_SON, owner_id=me, created_at=long_ago)
    await house.register("Của tôi, may", TAP_SON, owner_id=me, created_at=long_ago, kind="training")
    await house.register("Nơi khác", HAM_GIANG, created_at=long_ago)
    for number in range(60):
        await house.register(f"N{number:02}", TAP_SON, created_at=long_ago + timedelta(seconds=number, microseconds=7))
    assert _names((await browser.get("/desk/cases?tab=mine&waits=uncalled&kind=training")).text) == ["Của tôi, may"]
    seen, address = [], "/desk/cases?tab=nobodys&waits=silent"
    while address:
        page = (await browser.get(address)).text
        seen += _names(page)
        found = re.search(r'href="(/desk/cases\?[^"]*after=[^"]*)"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == [f"N{number:02}" for number in range(60)]
    stranger = await enter("hamlet")
    assert _names((await stranger.get("/desk/cases?tab=open&waits=silent")).text) == []


async def test_a_list_is_kept_under_a_name_and_stays_relative(house: House, enter: Enter) -> None:
    browser = await enter("office")
    given = "tab=open&waits=silent&days=30&nonsense=1"
    answer = await browser.submit("/desk/filters/save", page="cases", name="Im lặng 30 ngày", query=given)
    assert answer.headers["location"].startswith("/desk/cases?")
    page = (await browser.get("/desk/cases")).text
    assert "Im lặng 30 ngày" in page
    assert "Im lặng 30 ngày" not in (await browser.get("/desk/registrations")).text
    async with AsyncSession(house.engine) as session:
        kept = (await session.scalars(select(SavedFilter))).one()
        assert (kept.page, kept.query) == ("cases", "tab=open&waits=silent&days=30")
    number = await house.register("Sơn Thị Na")
    assert _names((await browser.get(f"/desk/cases?{kept.query}")).text) == []
    answer = await browser.submit("/desk/filters/drop", id=str(kept.id))
    assert answer.headers["location"] == "/desk/cases"
    assert "Im lặng 30 ngày" not in (await browser.get("/desk/cases")).text
    browser = await later(house, enter, days=31)
    assert _names((await browser.get(f"/desk/cases?{kept.query}")).text) == ["Sơn Thị Na"]
    await speaks(house, number)
    assert _names((await browser.get(f"/desk/cases?{kept.query}")).text) == []


async def test_giving_many_away_is_undone(house: House, enter: Enter) -> None:
    browser, other = await enter("office"), await enter("commune", (HAM_GIANG, "2020"))
    me, them = await _staff_id(house, "office"), await _staff_id(house, "commune")
    mine, nobodys = await house.register("A", owner_id=me), await house.register("B")
    ids = [str(mine), str(nobodys)]
    answer = await browser.submit("/desk/cases/assign", owner=str(them), id=ids, query="tab=open")
    page = (await browser.get(answer.headers["location"])).text
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found
    await other.submit("/desk/cases/undo", token=found[1], query="tab=open")
    await browser.submit("/desk/cases/undo", token=found[1], query="tab=open")
    async with AsyncSession(house.engine) as session:
        owners = (await session.scalars(select(Registration.owner_id).order_by(Registration.id))).all()
    assert owners == [me, None]


async def test_a_status_of_many_is_undone_from_the_work_list(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    answer = await browser.submit("/desk/cases/status", status="contacted", id=str(number), query="tab=open")
    found = re.search(r'name="token" value="(\w+)"', (await browser.get(answer.headers["location"])).text)
    assert found
    assert await house.status(number) == "contacted"
    await browser.submit("/desk/cases/undo", token=found[1], query="tab=open")
    assert await house.status(number) == "new"


async def test_the_moments_can_be_read_off_what_was_kept(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    await browser.submit(f"/desk/case/{number}/call", outcome="called")
    house.clock.now += timedelta(hours=1)
    await browser.submit(f"/desk/case/{number}/write", words="Dạ")
    kept = await moments(house, number)
    async with AsyncSession(house.engine) as session, session.begin():
        await session.execute(text("UPDATE registration SET written_at = NULL, called_at = NULL, contact_at = NULL"))
        await session.execute(READ_OFF, {"after": 0})
    assert await moments(house, number) == kept


async def test_a_call_that_is_taken_back_leaves_no_trace_in_the_lists(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    async with AsyncSession(house.engine) as session, session.begin():
        case = await session.get_one(Registration, number)
        keep_words(session, number, case.identity_id or 0, None, "Em chờ hoài", house.clock())
    await speaks(house, number)
    before = await moments(house, number)
    house.clock.now += timedelta(minutes=5)
    await browser.submit(f"/desk/case/{number}/call", outcome="called")
    assert (await moments(house, number))[0] is None
    async with AsyncSession(house.engine) as session:
        call = (await session.scalars(select(CaseCall.id))).one()
    await browser.submit(f"/desk/case/{number}/uncall", call=str(call))
    assert await moments(house, number) == before

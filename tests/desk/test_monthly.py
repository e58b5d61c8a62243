"""The monthly lists at the desk: numbers and files of one's own places, and the record of who took them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from db.bounds import Bounds
from db.monthly_glance import glance
from db.monthly_making import make_list
from db.monthly_reading import hamlet_numbers
from desk.app import ZONE
from jobs.monthly import count_month
from tests.desk.conftest import HAM_GIANG, OFFICE, TAP_SON, Enter, House
from tests.reports.workbooks import people, sheets

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def two_places(house: House) -> None:
    """A kept list of October with one person here and one there."""
    at = house.clock() - timedelta(days=40)
    for name, commune in (("Thạch Sa Rương", TAP_SON), ("Kim Sô Phia", HAM_GIANG)):
        await house.register(name, commune, created_at=at, updated_at=at)
    async with house.engine.begin() as connection:
        await make_list(connection, date(2026, 10, 1), house.clock(), ZONE)


async def test_numbers_and_files_are_of_ones_own_places(house: House, enter: Enter) -> None:
    await two_places(house)
    for role, place, names in (
        ("office", None, ["Thạch Sa Rương", "Kim Sô Phia"]),
        ("commune", (TAP_SON, "2025"), ["Thạch Sa Rương"]),
        ("commune", (HAM_GIANG, "2020"), ["Kim Sô Phia"]),
    ):
        browser = await enter(
            role, place, login=f"{role}-{len(names)}-{place}".replace("'", "").replace(" ", "").lower()
        )
        page = (await browser.get("/desk/lists?month=2026-10")).text
        assert ("xã Tập Sơn" in page, "xã Đại An" in page) == ("Thạch Sa Rương" in names, "Kim Sô Phia" in names)
        answer = await browser.submit("/desk/lists/take", month="2026-10", place="", form="xlsx")
        assert sorted(row[1] for row in people(answer.content)) == sorted(names)


async def test_another_places_list_is_empty(house: House, enter: Enter) -> None:
    await two_places(house)
    browser = await enter("commune", (TAP_SON, "2020"))
    other = str(await house.place(HAM_GIANG))
    answer = await browser.submit("/desk/lists/take", month="2026-10", place=other, form="xlsx")
    assert len(sheets(answer.content)) == 1


async def test_taking_a_list_is_recorded_and_named(house: House, enter: Enter) -> None:
    await two_places(house)
    browser = await enter("office")
    answer = await browser.submit("/desk/lists/take", month="2026-10", place="", form="pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    (entry,) = await house.record("export")
    detail = {"month": "2026-10", "place": None, "form": "pdf", "count": 2}
    assert (entry.subject, entry.detail) == ("monthly_list", detail)
    sheet = await browser.submit("/desk/lists/take", month="2026-10", place="", form="xlsx")
    assert "Cán bộ office" in sheets(sheet.content)["Tổng hợp"][1][0]


async def test_who_only_looks_takes_nothing_away(house: House, enter: Enter) -> None:
    await two_places(house)
    browser = await enter("reader")
    assert (await browser.get("/desk/lists?month=2026-10")).status_code == 200
    answer = await browser.submit("/desk/lists/take", month="2026-10", place="", form="xlsx")
    assert answer.status_code == 403


async def test_the_month_that_goes_on_is_counted_and_not_kept(house: House, enter: Enter) -> None:
    await house.register("Thạch Sa Rương", TAP_SON)
    browser = await enter("office")
    assert "chưa được đếm" in (await browser.get("/desk/lists?month=2026-11")).text
    assert await count_month(house.engine, OFFICE, house.clock())
    page = (await browser.get("/desk/lists?month=2026-11")).text
    assert "Tháng chưa hết" in page and "xã Tập Sơn" in page
    assert (await browser.get("/desk/lists?month=2026-11")).text.count("10:00") == page.count("10:00")
    answer = await browser.submit("/desk/lists/take", month="2026-11", place="", form="xlsx")
    assert len(sheets(answer.content)) == 3
    async with house.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM monthly_list")) == 0


async def test_the_month_that_goes_on_is_what_the_list_will_be(house: House, enter: Enter) -> None:
    await two_places(house)
    await house.register("Sơn Thị Na", TAP_SON)
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE registration SET status = 'closed', updated_at = :now WHERE id = 2"),
                                 {"now": house.clock()})  # fmt: skip
    assert await count_month(house.engine, OFFICE, house.clock())
    assert not await count_month(house.engine, OFFICE, house.clock()), "it holds for an hour"
    async with house.engine.connect() as connection:
        counted = await glance(connection, date(2026, 11, 1), Bounds(None))
        number = await make_list(connection, date(2026, 11, 1), house.clock(), ZONE)
        assert counted is not None
        assert counted[1] == await hamlet_numbers(connection, number, Bounds(None))
        assert sum(one.numbers.left for one in counted[1]) == 1
        inside = await glance(connection, date(2026, 11, 1), Bounds(frozenset({await house.place(TAP_SON)})))
        assert inside is not None and [one.numbers.people for one in inside[1]] == [2]
    browser = await enter("commune", (TAP_SON, "2020"))
    page = (await browser.get("/desk/lists?month=2026-11")).text
    assert "xã Tập Sơn" in page and "xã Đại An" not in page
    await house.register("Kim Thị Mới", TAP_SON)
    await browser.submit("/desk/lists/count")
    assert await count_month(house.engine, OFFICE, house.clock()), "asked for"
    async with house.engine.connect() as connection:
        again = await glance(connection, date(2026, 11, 1), Bounds(frozenset({await house.place(TAP_SON)})))
        assert again is not None and again[1][0].numbers.people == 3


@pytest.mark.parametrize("month", ["2026-13", "2027-01", "x", "", "2026-10"])
async def test_nonsense_and_missing_months(house: House, enter: Enter, month: str) -> None:
    browser = await enter("office")
    assert (await browser.get(f"/desk/lists?month={month}")).status_code == 200
    assert (await browser.submit("/desk/lists/take", month=month, place="", form="xlsx")).status_code == 404


async def test_the_page_shows_what_the_list_sums(house: House, enter: Enter) -> None:
    for at in range(7):
        await house.register(f"Thạch Thị {at}", TAP_SON, work_state="none" if at < 3 else "under")
    browser = await enter("office")
    await count_month(house.engine, OFFICE, house.clock())
    page = (await browser.get("/desk/lists?month=2026-11")).text
    async with house.engine.connect() as connection:
        number = await make_list(connection, date(2026, 11, 1), house.clock(), ZONE)
        query = text("SELECT sum(people), sum(without_work), sum(underemployed) FROM monthly_total WHERE list_id = :id")
        sums = (await connection.execute(query, {"id": number})).one()
        await connection.rollback()
    assert tuple(sums) == (7, 3, 4)
    row = page.split('<tr class="whole">')[1].split("</tr>")[0]
    shown = [
        int(cell.split("</td>")[0]) for cell in row.split('<td class="number"')[1:] for cell in [cell.split(">", 1)[1]]
    ]
    assert shown[:1] + shown[2:4] == list(sums)

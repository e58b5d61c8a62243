"""The workload says what each has and did, of one's own places only, and from it cases are given to others."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db import help_requests
from db.cases import CaseMessage, PersonTalk
from db.people import Identity
from db.record import Someone
from db.registrations import HelpRequest, Registration
from db.staff import Staff
from db.staff_accounts import add_staff
from db.tallying import fold_counts
from db.workload import band
from tests.desk.conftest import HAM_GIANG, TAP_SON, Browser, Enter, House
from tests.desk.test_ratings import rated
from tests.reports.workbooks import sheets

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOUR = timedelta(hours=1)


async def number_of(house: House, login: str) -> int:
    async with AsyncSession(house.engine) as session:
        return (await session.scalars(select(Staff.id).where(Staff.login == login))).one()


async def counted(house: House, login: str) -> dict[tuple[str, int | None], int]:
    """What stands in the sums and in what is not folded yet."""
    query = text("""SELECT event, wait, sum(n) FROM staff_tally_now WHERE staff_id = :staff
        GROUP BY 1, 2 HAVING sum(n) <> 0""")
    async with house.engine.connect() as connection:
        rows = await connection.execute(query, {"staff": await number_of(house, login)})
        return {(event, wait): n for event, wait, n in rows}


async def lines(browser: Browser, query: str = "") -> dict[str, list[str]]:
    """The rows of the page, by name."""
    page = (await browser.get(f"/desk/workload{query}")).text
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("<tr>")[1:]]
    plain = [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in rows]
    return {row[0].split(" Cán bộ xã")[0].split(" Trưởng ấp")[0]: row for row in plain}


async def test_waits_are_kept_as_finely_as_they_are_told() -> None:
    spans = {0: 0, 59: 55, 61: 60, 125: 120, 47 * 60 + 59: 47 * 60, 49 * 60: 48 * 60, 5 * 1440 + 800: 5 * 1440}
    assert {minutes: band(timedelta(minutes=minutes)) for minutes in spans} == spans
    assert band(timedelta(minutes=-3)) == 0


async def test_the_same_bands_in_the_database(house: House) -> None:
    async with house.engine.connect() as connection:
        for minutes in (0, 59, 61, 95, 2879, 2880, 2950, 9999):
            waited = timedelta(minutes=minutes, seconds=20)
            assert await connection.scalar(text("SELECT waited_band(:w)"), {"w": waited}) == band(waited)


async def test_what_is_done_counts_for_who_has_the_case_and_is_counted_back(house: House, enter: Enter) -> None:
    browser = await enter("commune", (TAP_SON, "2020"))
    office = await enter("office")
    number = await house.register(commune=TAP_SON)
    await office.submit("/desk/cases/assign", id=number, owner=await number_of(house, "commune"), query="")
    house.clock.pass_(5 * HOUR)
    await browser.submit(f"/desk/case/{number}/call", outcome="called", words="", day="", hour="")
    house.clock.pass_(HOUR)
    await browser.submit(f"/desk/registration/{number}/status", status="matched", seen="contacted", reason="")
    await browser.submit(f"/desk/registration/{number}/status", status="placed", seen="matched", reason="")
    assert await counted(house, "commune") == {
        ("given", None): 1, ("called", 300): 1, ("in_time", None): 1, ("placed", None): 1,
    }  # fmt: skip
    await fold_counts(house.engine)
    token = (await house.record("status"))[-1].detail["batch"]
    await browser.submit("/desk/registrations/undo", token=token, where=number)
    assert ("placed", None) not in await counted(house, "commune")
    (row,) = (await lines(browser)).values()
    assert row[1:7] == ["1", "0", "1", "0", "0", "thường 5 giờ đúng hẹn 100 % của 1"]


async def test_a_first_call_after_the_promised_day_is_late(house: House, enter: Enter) -> None:
    browser = await enter("commune", (TAP_SON, "2020"))
    made = house.clock() - timedelta(days=4)
    number = await house.register(commune=TAP_SON, created_at=made, promised_at=made + timedelta(days=3))
    await browser.submit(f"/desk/case/{number}/call", outcome="met", words="", day="", hour="")
    (row,) = (await lines(browser)).values()
    assert row[6] == "thường 4 ngày đúng hẹn 0 % của 1"


async def _says(house: House, number: int, words: str) -> None:
    """The worker writes in the talk that is going on."""
    async with AsyncSession(house.engine) as session, session.begin():
        talk = (await session.scalars(select(PersonTalk).where(PersonTalk.ended_at.is_(None)))).one()
        said = {"registration_id": number, "identity_id": talk.identity_id, "words": words}
        session.add(CaseMessage(**said, created_at=house.clock()))


async def test_a_reply_counts_from_the_first_words_that_nobody_answered(house: House, enter: Enter) -> None:
    browser = await enter("commune", (TAP_SON, "2020"))
    number = await house.register(commune=TAP_SON)
    await browser.submit(f"/desk/case/{number}/write", words="Mai anh lên xã nhé")
    assert await counted(house, "commune") == {}, "nobody had waited"
    await _says(house, number, "dạ cảm ơn cô")
    house.clock.pass_(HOUR)
    await browser.submit(f"/desk/case/{number}/write", words="Nhớ mang giấy tờ")
    assert await counted(house, "commune") == {}, "thanks want no answer"
    house.clock.pass_(timedelta(minutes=1))
    await _says(house, number, "mấy giờ vậy cô?")
    house.clock.pass_(timedelta(minutes=20))
    await _says(house, number, "alo")
    house.clock.pass_(timedelta(minutes=20))
    await browser.submit(f"/desk/case/{number}/write", words="8 giờ")
    assert await counted(house, "commune") == {("reply", 40): 1}
    await browser.submit(f"/desk/case/{number}/write", words="Sáng nha")
    assert await counted(house, "commune") == {("reply", 40): 1}
    (row,) = (await lines(browser)).values()
    assert row[7] == "thường 40 phút lâu nhất 40 phút, 1 lần"


async def _asks(house: House, number: int, topic: str = "general") -> int:
    async with AsyncSession(house.engine, expire_on_commit=False) as session, session.begin():
        case = await session.get_one(Registration, number)
        asked = HelpRequest(identity_id=case.identity_id, topic=topic, created_at=house.clock())
        session.add(asked)
        await session.flush()
        return asked.id


async def test_a_call_for_a_person_counts_once_and_goes_when_it_is_opened_again(house: House, enter: Enter) -> None:
    await enter("commune", (TAP_SON, "2020"))
    who = Someone(await number_of(house, "commune"), "Út")
    asked = await _asks(house, await house.register(commune=TAP_SON))
    house.clock.pass_(30 * HOUR)
    async with AsyncSession(house.engine) as session, session.begin():
        await help_requests.end(session, who, await session.get_one(HelpRequest, asked), house.clock())
    assert await counted(house, "commune") == {("helped", None): 1, ("reply", 1800): 1}
    async with AsyncSession(house.engine) as session, session.begin():
        await help_requests.reopen(session, await session.get_one(HelpRequest, asked))
    assert await counted(house, "commune") == {}


async def test_who_was_written_to_was_answered_then(house: House, enter: Enter) -> None:
    browser = await enter("commune", (TAP_SON, "2020"))
    number = await house.register(commune=TAP_SON)
    asked = await _asks(house, number)
    house.clock.pass_(2 * HOUR)
    await browser.submit(f"/desk/case/{number}/write", words="Em cần gì vậy?")
    house.clock.pass_(20 * HOUR)
    who = Someone(await number_of(house, "commune"), "Út")
    async with AsyncSession(house.engine) as session, session.begin():
        await help_requests.end(session, who, await session.get_one(HelpRequest, asked), house.clock())
    assert await counted(house, "commune") == {("helped", None): 1, ("reply", 120): 1}


async def test_from_the_page_cases_are_given_to_somebody_else(house: House, enter: Enter) -> None:
    office = await enter("office")
    await enter("commune", (TAP_SON, "2020"))
    await enter("commune", (TAP_SON, "2020"), login="moi")
    mine, other = await number_of(house, "commune"), await number_of(house, "moi")
    past = {"created_at": house.clock() - timedelta(days=9), "promised_at": house.clock() - timedelta(days=6)}
    numbers = [await house.register(f"Kim Thị {at}", TAP_SON, **past) for at in range(3)]
    await office.submit("/desk/cases/assign", id=numbers, owner=mine, query="")
    page = (await office.get("/desk/workload")).text
    assert f"tab=open&amp;owner={mine}" in page
    assert re.search(rf"tab=overdue&amp;owner={mine}\">3<", page)
    listed = (await office.get(f"/desk/cases?tab=open&owner={mine}")).text
    assert all(f"Kim Thị {at}" in listed for at in range(3))
    assert "Kim Thị 0" not in (await office.get(f"/desk/cases?tab=open&owner={other}")).text
    answer = await office.submit("/desk/cases/assign", id=numbers[:2], owner=other, query=f"tab=open&owner={mine}")
    assert f"owner={mine}" in answer.headers["location"], "and back to where one was"
    rows = await lines(office)
    assert [rows[f"Cán bộ {login}"][1:4] for login in ("commune", "moi")] == [["1", "1", "3"], ["2", "2", "2"]]


async def test_everybody_sees_those_of_their_own_places(house: House, enter: Enter) -> None:
    hamlet = await _hamlet(house, TAP_SON)
    await add_staff(house.engine, "ap", "Trưởng ấp Sóc Tro", "hamlet", place_id=hamlet)
    doors = {
        login: await enter(role, place, login)
        for role, place, login in (
            ("administrator", None, "quantri"),
            ("office", None, "phong"),
            ("commune", (TAP_SON, "2020"), "tapson"),
            ("commune", (HAM_GIANG, "2020"), "hamgiang"),
            ("bank", None, "nganhang"),
            ("job_centre", (TAP_SON, "2020"), "trungtam"),
            ("hamlet", (TAP_SON, "2020"), "apkhac"),
        )
    }
    names = {login: await _names(browser) for login, browser in doors.items()}
    everybody = {f"Cán bộ {login}" for login in names} | {"Trưởng ấp Sóc Tro"}
    assert names["quantri"] == names["phong"] == everybody
    assert names["tapson"] == {"Cán bộ tapson", "Cán bộ apkhac", "Trưởng ấp Sóc Tro"}
    assert names["hamgiang"] == {"Cán bộ hamgiang"}
    assert [names[login] for login in ("nganhang", "trungtam", "apkhac")] == [
        {f"Cán bộ {login}"} for login in ("nganhang", "trungtam", "apkhac")
    ]
    for role in ("reader", "editor"):
        assert (await (await enter(role)).get("/desk/workload")).status_code == 403


async def _names(browser: Browser) -> set[str]:
    page = (await browser.get("/desk/workload")).text
    return {name.strip() for name in re.findall(r'<td class="name">([^<]*)<', page)}


async def _hamlet(house: House, commune: str) -> int:
    parent = await house.place(commune)
    async with house.engine.begin() as connection:
        query = text("""INSERT INTO place (code, version, kind, name, parent_id)
            VALUES ('x1', 'hamlets', 'ấp', 'Sóc Tro', :p) RETURNING id""")
        return int((await connection.execute(query, {"p": parent})).scalar_one())


async def test_the_order_is_by_place_and_name_and_shut_accounts_stay_while_they_have_something(
    house: House, enter: Enter
) -> None:
    office = await enter("office", login="zz")
    for login, place in (("b", TAP_SON), ("a", TAP_SON), ("c", HAM_GIANG)):
        await enter("commune", (place, "2020"), login)
    page = (await office.get("/desk/workload")).text
    shown = re.findall(r'<td class="name">Cán bộ (\w+)', page)
    assert shown == ["zz", "c", "a", "b"]
    number = await house.register(commune=TAP_SON)
    await office.submit("/desk/cases/assign", id=number, owner=await number_of(house, "a"), query="")
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE staff SET disabled_at = now() WHERE login IN ('a', 'b')"))
    page = (await office.get("/desk/workload")).text
    assert re.findall(r'<td class="name">Cán bộ (\w+)', page) == ["zz", "c", "a"]
    assert "đã khóa" in page


async def test_months_are_apart_and_the_workbooks_say_the_same(house: House, enter: Enter) -> None:
    browser = await enter("commune", (TAP_SON, "2020"))
    await rated(house, await house.register(commune=TAP_SON), "good", owner="commune")
    await rated(house, await house.register(commune=TAP_SON), "bad", owner="commune")
    row = (await lines(browser, "?year=2026&month=11"))["Cán bộ commune"]
    assert row[9].split() == ["😊", "1", "😐", "0", "😞", "1"]
    assert (await lines(browser, "?year=2026&month=10"))["Cán bộ commune"][9] == "–"
    for path in ("/desk/workload/take", "/desk/reports/take"):
        book = sheets((await browser.submit(path, year="2026")).content)
        sheet = book["Khối lượng việc"]
        told: dict[str, Any] = dict(zip(sheet[2], sheet[3], strict=True))
        assert (told["Cán bộ"], told["Đang mở"], told["Hài lòng"], told["Chưa hài lòng"]) == ("Cán bộ commune", 2, 1, 1)
    assert [entry.subject for entry in await house.record("export")] == ["workload", "report"]


async def test_many_open_cases_are_counted_no_further(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("db.workload_queries", "desk.workload_lines", "desk.workload_sheet"):
        monkeypatch.setattr(f"{module}.CAP", 2)
    browser = await enter("commune", (TAP_SON, "2020"))
    staff = await number_of(house, "commune")
    for _ in range(4):
        await house.register(commune=TAP_SON, owner_id=staff)
    (row,) = (await lines(browser)).values()
    assert row[1] == "hơn 2"
    sheet = sheets((await browser.submit("/desk/workload/take", year="2026")).content)["Khối lượng việc"]
    assert sheet[3][3] == "hơn 2"


async def test_an_erased_person_stays_in_the_counts(house: House, enter: Enter) -> None:
    browser = await enter("commune", (TAP_SON, "2020"))
    number = await house.register(commune=TAP_SON)
    await browser.submit(f"/desk/case/{number}/call", outcome="called", words="", day="", hour="")
    async with house.engine.begin() as connection:
        await connection.execute(text("DELETE FROM worker"))
    assert await counted(house, "commune") == {("given", None): 1, ("called", 0): 1, ("in_time", None): 1}


async def test_in_khmer(house: House, enter: Enter) -> None:
    browser = await enter("office")
    await browser.submit("/desk/me/language", lang="km")
    assert "បន្ទុកការងារ" in (await browser.get("/desk/workload")).text
    async with AsyncSession(house.engine) as session:
        assert await session.scalar(select(Identity.id)) is None

"""Reports and targets: sums are those of the registrations, of one's own places, and targets are recorded."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.invented_people import fill
from db.registrations import STATUSES
from db.report_queries import Period, goals, happened, questions, reached, waits
from desk.report_blocks import STAGES
from tests.desk.conftest import HAM_GIANG, TAP_SON, Enter, House
from tests.reports.workbooks import sheets

pytestmark = pytest.mark.asyncio(loop_scope="session")
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


async def sql(house: House, query: str, **values: Any) -> Any:
    async with house.engine.connect() as connection:
        return (await connection.execute(text(query), values)).all()


async def test_sums_are_those_of_the_registrations(house: House) -> None:
    await fill(house.engine, 3000, now=house.clock(), seal=house.seal)
    counted = await sql(
        house,
        """SELECT s.status, count(*) FROM step s JOIN registration r ON r.id = s.registration_id
        WHERE s.at >= '2025-12-31 17:00+00' AND s.at < '2026-12-31 17:00+00' GROUP BY 1""",
    )
    async with AsyncSession(house.engine) as session:
        found, events, wait = await reached(session, YEAR), await happened(session, YEAR), await waits(session, YEAR)
    sums = {event: sum(kinds.values()) for event, kinds in events.items()}
    assert {status: n for status, n in sums.items() if status != "new"} == dict(counted)
    assert found.total == {measure: sums[measure] for measure in ("placed", "departed", "enrolled")}
    assert min(found.total.values()) > 50
    for name, values in found.by.items():
        whole = {measure: sum(one.get(measure, 0) for one in values.values()) for measure in found.total}
        assert whole == found.total, name
    assert sum(wait.values()) == sums["contacted"]


async def test_the_page_and_the_workbook_say_the_same_within_ones_places(house: House, enter: Enter) -> None:
    for at, (commune, status) in enumerate(((TAP_SON, "placed"), (TAP_SON, "placed"), (HAM_GIANG, "placed"))):
        number = await house.register(f"Thạch {at}", commune)
        async with house.engine.begin() as connection:
            query = text("UPDATE registration SET status = :status, updated_at = :now WHERE id = :id")
            await connection.execute(query, {"status": status, "now": house.clock(), "id": number})
    for role, place, placed in (("office", None, 3), ("commune", (TAP_SON, "2025"), 2)):
        browser = await enter(role, place)
        page = (await browser.get("/desk/reports?year=2026")).text
        assert f": {placed}</title>" in page
        answer = await browser.submit("/desk/reports/take", year="2026")
        by_sex = next(rows for name, rows in sheets(answer.content).items() if "giới tính" in name)
        assert [row[:2] for row in by_sex[3:5]] == [("Nữ", placed), ("Nam", 0)]
    assert [(entry.subject, entry.actor) for entry in await house.record("export")] == [
        ("report", "Cán bộ office"),
        ("report", "Cán bộ commune"),
    ]


async def test_another_places_report_is_empty(house: House, enter: Enter) -> None:
    number = await house.register(commune=HAM_GIANG)
    browser = await enter("commune", (TAP_SON, "2020"))
    page = (await browser.get(f"/desk/reports?place={await house.place(HAM_GIANG)}")).text
    assert "Chưa có số liệu" in page
    assert number
    assert (await browser.get("/desk/reports?year=1&month=77&place=x")).status_code == 200


async def test_who_only_looks_takes_no_report_away(house: House, enter: Enter) -> None:
    browser = await enter("reader")
    assert (await browser.get("/desk/reports")).status_code == 200
    assert (await browser.submit("/desk/reports/take", year="2026")).status_code == 403


async def test_targets_are_set_recorded_and_hold_until_others_are(house: House, enter: Enter) -> None:
    browser = await enter("office")
    page = (await browser.get("/desk/reports?year=2026")).text
    assert "0 / 3.010" in page
    assert "0 / 140" in page
    assert "Lấy theo năm 2020" in page
    given = {"year": "2026", "measure": "departed", "place": "", "number": "200", "source": "Kế hoạch 2026"}
    await browser.submit("/desk/targets/set", **given)
    await browser.submit("/desk/targets/set", **(given | {"number": "210"}))
    assert "0 / 210" in (await browser.get("/desk/reports?year=2026")).text
    assert "0 / 140" in (await browser.get("/desk/reports?year=2025")).text
    details = [entry.detail for entry in await house.record("target")]
    assert [(detail["from"], detail["to"]) for detail in details] == [(None, 200), (200, 210)]
    async with house.engine.begin() as connection:
        await connection.execute(text("DELETE FROM target WHERE year = 2026"))


@pytest.mark.parametrize("role", ["commune", "bank", "editor", "reader"])
async def test_only_the_office_sets_targets(house: House, enter: Enter, role: str) -> None:
    browser = await enter(role, (TAP_SON, "2020"))
    given = {"year": "2026", "measure": "departed", "place": "", "number": "200", "source": "Kế hoạch 2026"}
    assert (await browser.get("/desk/targets")).status_code == 403
    assert (await browser.submit("/desk/targets/set", **given)).status_code == 403
    async with AsyncSession(house.engine) as session:
        assert [goal.number for goal in await goals(session, 2026)] == [3010, 140]


async def test_a_target_that_makes_no_sense_is_refused(house: House, enter: Enter) -> None:
    browser = await enter("office")
    given = {"year": "2026", "measure": "departed", "place": "", "number": "200", "source": "Kế hoạch 2026"}
    for wrong in ({"year": "x"}, {"measure": "new"}, {"number": "-3"}, {"number": ""}, {"source": ""}):
        await browser.submit("/desk/targets/set", **(given | wrong))
    async with AsyncSession(house.engine) as session:
        assert [goal.number for goal in await goals(session, 2026)] == [3010, 140]


async def test_the_forms_questions_are_shown_to_the_district(house: House, enter: Enter) -> None:
    async with house.engine.begin() as connection:
        for question, event, n in (("birth_year", "reached", 10), ("birth_year", "answered", 7), ("sex", "reached", 7),
                                   ("sex", "missed", 2)):  # fmt: skip
            values = {"question": question, "event": event, "n": n}
            await connection.execute(
                text(
                    """INSERT INTO question_change (day, form, question, event, lang, n)
                    VALUES ('2026-11-24', 'job', :question, :event, 'vi', :n)"""
                ),
                values,
            )
    async with AsyncSession(house.engine) as session:
        assert (await questions(session, YEAR))["job"]["birth_year"] == {"reached": 10, "answered": 7}
    page = (await (await enter("office")).get("/desk/reports")).text
    assert "Trả lời từng câu" in page
    assert "Dừng ở đây: 3</title>" in page
    assert "Trả lời từng câu" not in (await (await enter("commune", (TAP_SON, "2020"))).get("/desk/reports")).text


async def test_every_status_has_a_stage() -> None:
    assert {status for stage in STAGES for status in stage} | {"closed"} == set(STATUSES)

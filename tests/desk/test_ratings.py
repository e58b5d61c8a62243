"""What people say of the help is seen in the case and on its owner's first page, and counted in the reports."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.asking_ratings import keep_score, keep_words, note_asked
from db.ratings import SCORES, Rating
from db.registrations import Registration
from db.staff import Staff
from tests.desk.conftest import HAM_GIANG, TAP_SON, Enter, House
from tests.reports.workbooks import sheets

pytestmark = pytest.mark.asyncio(loop_scope="session")
WORDS = "chờ hoài không ai gọi"


class _Ended:
    """A case as the clock finds it."""

    def __init__(self, case: Registration) -> None:
        self.id, self.identity_id, self.staff_id, self.cause = case.id, case.identity_id, case.owner_id, "case"


async def rated(house: House, number: int, score: str | None, words: str = "", owner: str | None = None) -> None:
    """The case of ``owner`` ended, its person was asked, and said this."""
    async with AsyncSession(house.engine, expire_on_commit=False) as session, session.begin():
        case = await session.get_one(Registration, number)
        case.owner_id = await session.scalar(select(Staff.id).where(Staff.login == owner)) if owner else None
        rating = await session.get_one(Rating, await note_asked(session, _Ended(case), house.clock()))
        if score is not None:
            await keep_score(session, rating, score, house.clock())
        if words:
            keep_words(rating, words)


async def test_the_case_shows_it_and_the_owners_first_page_names_an_unhappy_one(house: House, enter: Enter) -> None:
    owner = await enter("commune", (TAP_SON, "2020"))
    other = await enter("commune", (HAM_GIANG, "2020"), login="khac")
    office = await enter("office")
    number = await house.register("Thạch Thị Buồn", TAP_SON)
    await rated(house, number, "bad", WORDS, owner="commune")
    page = (await owner.get(f"/desk/registration/{number}")).text
    assert "Chưa hài lòng" in page
    assert WORDS in page
    assert "Bà con chưa hài lòng" in (await owner.get("/desk/")).text
    assert WORDS not in (await owner.get("/desk/")).text
    assert "Bà con chưa hài lòng" not in (await office.get("/desk/")).text, "it is somebody's"
    assert (await other.get(f"/desk/registration/{number}")).status_code == 404
    assert "Thạch Thị Buồn" not in (await other.get("/desk/")).text
    await rated(house, await house.register("Thạch Thị Vui", TAP_SON), None)
    assert "đã hỏi ngày 24/11/2026, chưa trả lời" in (await office.get(f"/desk/registration/{number + 1}")).text


async def test_the_report_agrees_with_the_rows_within_ones_places(house: House, enter: Enter) -> None:
    given = [("job", "good"), ("job", "good"), ("training", "bad"), ("training", None), ("job", "fair")]
    for kind, score in given:
        await rated(house, await house.register(commune=TAP_SON, kind=kind), score)
    await rated(house, await house.register(commune=HAM_GIANG), "bad")
    whole = await _by_kind(house, enter, "office", None)
    async with house.engine.connect() as connection:
        query = text("""SELECT r.kind, count(*) FILTER (WHERE score = 'good'), count(*) FILTER (WHERE score = 'fair'),
            count(*) FILTER (WHERE score = 'bad'), count(*) FILTER (WHERE score IS NULL)
            FROM rating g JOIN registration r ON r.id = g.registration_id GROUP BY 1""")
        counted = {kind: tuple(numbers) for kind, *numbers in await connection.execute(query)}
    assert counted == {"job": (2, 1, 1, 0), "training": (0, 0, 1, 1)}
    assert whole["Tìm việc làm"] == counted["job"]
    assert whole["Học nghề"] == counted["training"]
    mine = await _by_kind(house, enter, "commune", (TAP_SON, "2020"))
    assert mine["Tìm việc làm"] == (2, 1, 0, 0)


async def _by_kind(house: House, enter: Enter, role: str, place: tuple[str, str] | None) -> dict[str, tuple[Any, ...]]:
    browser = await enter(role, place)
    page = (await browser.get("/desk/reports?year=2026")).text
    assert "Bà con chấm theo tháng" in page
    assert "Bà con chấm theo tháng" not in (await browser.get("/desk/reports?year=2026&month=11")).text
    book = sheets((await browser.submit("/desk/reports/take", year="2026")).content)
    rows = next(rows for name, rows in book.items() if "theo nhu cầu" in name and "chấm" in name)
    assert len(rows[2]) >= len(SCORES) + 2
    return {str(row[0]): tuple(row[1:5]) for row in rows[3:]}

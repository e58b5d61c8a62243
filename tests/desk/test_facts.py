"""The office corrects what workers are told: looked at first, recorded, told at once, and only by those who may."""

import pytest

from content.facts.filling import fill
from content.facts.live import live
from db.fact_corrections import every_correction
from db.staff import ROLES
from tests.desk.conftest import Browser, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")
RATE = "/desk/facts/loan.poor.rate_year"
FORM = {"value": "7,2", "source": "Thông báo 5 của NHCSXH", "checked": "24/11/2026"}
MAY = ("administrator", "office", "bank")


async def make(browser: Browser, path: str = RATE, **fields: str) -> int:
    """Fill in the form, look, and say yes; the status of the answer."""
    return (await browser.submit(f"{path}/correct", **(FORM | fields), sure="1")).status_code


async def test_the_list_shows_what_is_told_and_what_nobody_confirmed_first(house: House, enter: Enter) -> None:
    page = (await (await enter("office")).get("/desk/facts")).text
    assert page.index("loan.near_poor.term") < page.index("loan.poor.rate_year")
    for words in ("6,6%", "100 triệu đồng", "máy chỉ chỗ hỏi", "NĐ 338/2025/NĐ-CP", "24/11/2026"):
        assert words in page
    unknown = (await (await enter("reader")).get("/desk/facts?state=unknown")).text
    assert "loan.eps.term" in unknown and "loan.poor.rate_year" not in unknown


async def test_a_correction_is_looked_at_then_kept_recorded_and_told(house: House, enter: Enter) -> None:
    browser = await enter("office")
    look = await browser.submit(f"{RATE}/correct", **FORM)
    assert "7,2% một năm, tức 6,6%" not in look.text
    assert "Lãi: 7,2% một năm" in look.text and "ការប្រាក់៖ 7,2 %" in look.text
    assert await every_correction(house.engine) == []
    assert await make(browser) == 303
    (row,) = await every_correction(house.engine)
    assert (row.name, row.value, row.source, row.actor) == (
        "loan.poor.rate_year",
        "7.2",
        FORM["source"],
        "Cán bộ office",
    )
    assert row.created_at is not None
    (entry,) = await house.record("fact_correct")
    assert entry.detail == {"name": "loan.poor.rate_year", "value": "7.2", "source": FORM["source"]}
    page = (await browser.get(RATE)).text
    assert "7,2%" in page and "Các lần sửa" in page and "Cán bộ office" in page
    assert "8,64%" in (await browser.get("/desk/facts/loan.near_poor.rate_year")).text, "what follows from it follows"


async def test_history_keeps_every_correction_and_a_later_day_waits(house: House, enter: Enter) -> None:
    browser = await enter("office")
    await make(browser)
    await make(browser, value="9", since="1/1/2027")
    page = (await browser.get(RATE)).text
    assert "<b>9%</b>" in page and "<b>7,2%</b>" in page and "từ 1/1/2027" in page
    assert "Lãi: 7,2% một năm" in page


async def test_a_fact_can_be_taken_back(house: House, enter: Enter) -> None:
    browser = await enter("office")
    assert await make(browser, value="", unknown="1") == 303
    page = (await browser.get(RATE)).text
    assert "Lãi suất: hỏi Tổ trưởng" in page
    assert "6,6% một năm" not in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"value": "sáu"}, "chưa đúng dạng"),
        ({"value": "-1"}, "chưa đúng dạng"),
        ({"source": ""}, "Xin ghi căn cứ"),
        ({"source": "{loan.fee}"}, "Xin ghi căn cứ"),
        ({"checked": "25/11/2026"}, "Ngày chưa đúng"),
        ({"checked": "hôm nay"}, "Ngày chưa đúng"),
        ({"since": "31/2/2027"}, "Ngày chưa đúng"),
        ({"since": "2/1/2027", "until": "1/1/2027"}, "Ngày bắt đầu phải trước"),
    ],
)
async def test_what_can_not_be_right_is_refused(house: House, enter: Enter, fields: dict[str, str], said: str) -> None:
    browser = await enter("office")
    answer = await browser.submit(f"{RATE}/correct", **(FORM | fields), sure="1")
    assert said in answer.text
    assert await every_correction(house.engine) == []


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_correct(house: House, enter: Enter, role: str) -> None:
    browser = await enter(role)
    page = await browser.get(RATE)
    assert page.status_code == 200
    assert ("/correct" in page.text) is (role in MAY)
    assert await make(browser) == (303 if role in MAY else 403)
    assert len(await every_correction(house.engine)) == (role in MAY)


async def test_an_unknown_name_is_no_page_and_looking_changes_nothing(house: House, enter: Enter) -> None:
    browser = await enter("office")
    assert (await browser.get("/desk/facts/loan.nothing")).status_code == 404
    before = fill("vi", "{loan.poor.rate_year}", {})
    await browser.submit(f"{RATE}/correct", **FORM)
    assert fill("vi", "{loan.poor.rate_year}", {}) == before
    assert live.book.on("loan.poor.rate_year", live.today()) is not None

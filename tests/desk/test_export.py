"""The Excel file: nothing in it runs, it says where it comes from, and taking it is on record."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.cases import CaseCall
from db.invented_people import fill
from db.staff import ROLES
from desk.export import safe_text
from desk.people_columns import COLUMNS
from tests.desk.conftest import HAM_GIANG, NOW, Browser, Enter, House

desk = pytest.mark.asyncio(loop_scope="session")
EVIL = ("=cmd|'/c calc'!A1", "+84 0", "-1+1", "@SUM(A1)", "\t=1", "\r=1")
HEAD = 4
"""The row of the titles: three lines say what it is."""
TAKE = "/desk/registrations/export"


@pytest.mark.parametrize("words", EVIL)
def test_formulas_become_text(words: str) -> None:
    assert safe_text(words).startswith("'")


def test_control_signs_are_dropped_and_long_text_is_cut() -> None:
    assert safe_text("a\x00b\x1fc") == "abc"
    assert len(safe_text("=" * 40_000)) == 32_767


async def _sheet(browser: Browser, query: str = "", path: str = TAKE, **fields: Any) -> Worksheet:
    answer = await browser.submit(path, query=query, **fields)
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).active  # type: ignore[no-untyped-call]
    assert isinstance(sheet, Worksheet)
    return sheet


def _rows(sheet: Worksheet) -> list[tuple[Any, ...]]:
    """Without the heading and the titles."""
    return list(sheet.iter_rows(min_row=HEAD + 1))  # type: ignore[no-untyped-call]


def _titles(sheet: Worksheet) -> list[Any]:
    return [cell.value for cell in sheet[HEAD]]


def _column(sheet: Worksheet, title: str) -> list[Any]:
    at = _titles(sheet).index(title)
    return [row[at].value for row in _rows(sheet)]


@desk
async def test_the_file_holds_the_filter_and_no_formula(house: House, enter: Enter) -> None:
    for words in EVIL[:4]:
        await house.register(words, hamlet=words, answers={"job_wanted": words})
    await house.register("Kim Sô Phia", kind="training")
    sheet = await _sheet(await enter("office"), "kind=job")
    rows = _rows(sheet)
    assert len(rows) == 4
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "inlineStr", "d"}
    assert all(str(row[2].value).startswith("'") for row in rows)
    assert rows[0][12].value == "0912 345 678"
    assert sheet.freeze_panes == "A5"
    said = " ".join(str(sheet[f"A{row}"].value) for row in (1, 2, 3))
    assert "Cán bộ office, lúc 10:00 24/11/2026" in said
    assert "nhu cầu: Tìm việc làm" in said
    assert "Cột đã chọn: Số, Ngày, Họ tên" in said
    assert _titles(sheet)[:3] == ["Số", "Ngày", "Họ tên"]


@desk
async def test_days_and_years_are_numbers_that_excel_sorts_by(house: House, enter: Enter) -> None:
    await house.register()
    sheet = await _sheet(await enter("office"))
    day, year = _rows(sheet)[0][1], _rows(sheet)[0][3]
    assert (day.value, day.is_date, day.number_format) == (datetime(2026, 11, 24), True, "dd/mm/yyyy")
    assert year.value == 1990
    assert str(sheet.auto_filter.ref) == "A4:R5"


@desk
async def test_columns_come_in_the_order_of_their_numbers(house: House, enter: Enter) -> None:
    await house.register("Kim Sô Phia")
    chosen: dict[str, Any] = {"column": ["name", "number", "kind"], "at_name": "2", "at_number": "3", "at_kind": "1"}
    sheet = await _sheet(await enter("office"), **chosen)
    assert _titles(sheet) == ["Nhu cầu", "Họ tên", "Số"]
    assert _column(sheet, "Họ tên") == ["Kim Sô Phia"]


@desk
async def test_what_was_taken_is_there_as_last_time(house: House, enter: Enter) -> None:
    await house.register()
    browser = await enter("office")
    assert 'value="schooling" checked' in (await browser.get(TAKE)).text
    await _sheet(browser, column=["phone", "name"], at_phone="1", at_name="2")
    page = (await browser.get(TAKE)).text
    assert 'value="schooling" checked' not in page
    assert page.index('value="phone" checked') < page.index('value="name" checked') < page.index('value="number"')
    assert _titles(await _sheet(browser)) == ["Điện thoại", "Họ tên"]
    assert 'value="last_outcome" checked' in (await browser.get(f"{TAKE}?set=calls")).text
    colleague = await enter("office", login="colleague")
    assert 'value="schooling" checked' in (await colleague.get(TAKE)).text, "each has their own"


@desk
@pytest.mark.parametrize("role", ROLES)
async def test_a_column_that_is_not_theirs_cannot_be_forged(house: House, enter: Enter, role: str) -> None:
    await house.register()
    browser = await enter(role, (HAM_GIANG, "2020"))
    everything = {"column": [*COLUMNS, "password", "household"], "query": ""}
    answer = await browser.submit(TAKE, **everything)
    look = await browser.submit(TAKE, do="look", **everything)
    page = await browser.get(TAKE)
    if role in ("editor", "reader"):
        assert (answer.status_code, look.status_code, page.status_code) == (403, 403, 403)
        return
    private = role in ("administrator", "office", "commune", "hamlet")
    sheet = load_workbook(io.BytesIO(answer.content)).active  # type: ignore[no-untyped-call]
    assert isinstance(sheet, Worksheet)
    assert _column(sheet, "Điện thoại") == ["0912 345 678"]
    for title in ("Loại hộ", "Dân tộc", "Mức ưu tiên"):
        assert (title in _titles(sheet)) is private
        assert (title in look.text) is private
        assert (title in page.text) is private
    assert ("Hộ nghèo" in look.text) is private


@desk
async def test_dates_of_registering_of_the_last_contact_and_of_what_is_due(house: House, enter: Enter) -> None:
    heard = NOW - timedelta(days=5, hours=12)
    moments: dict[str, Any] = {
        "created_at": NOW - timedelta(days=40),
        "promised_at": NOW - timedelta(days=37),
        "contact_at": heard,
    }
    old = await house.register("Kim Cũ", **moments)
    await house.register("Kim Mới")
    async with AsyncSession(house.engine) as session, session.begin():
        call = {"registration_id": old, "actor": "Cán bộ", "outcome": "no_answer"}
        session.add(CaseCall(**call, created_at=NOW - timedelta(days=30)))
        session.add(CaseCall(**(call | {"outcome": "met"}), created_at=heard))
    browser = await enter("office")

    async def names(**dates: str) -> list[str]:
        return sorted(_column(await _sheet(browser, column=["name"], **dates), "Họ tên"))

    assert await names(registered_since="2026-11-24") == ["Kim Mới"]
    assert await names(registered_until="2026-11-23") == ["Kim Cũ"]
    assert await names(registered_until="2026-11-24") == ["Kim Cũ", "Kim Mới"], "the last day is in it"
    assert await names(contacted_since="2026-11-18", contacted_until="2026-11-18") == ["Kim Cũ"]
    assert await names(contacted_since="2026-11-19") == [], "in the office's days"
    assert await names(due_since="2026-11-25") == ["Kim Mới"]
    assert await names(due_since="2026-99-99", registered_until="x") == ["Kim Cũ", "Kim Mới"], "nonsense is no date"
    sheet = await _sheet(browser, column=["calls", "last_contact", "last_outcome"], contacted_since="2026-11-01")
    assert [cell.value for cell in _rows(sheet)[0]] == [2, datetime(2026, 11, 18), "Đã gặp"]
    assert "lần liên hệ cuối từ 01/11/2026" in str(sheet["A2"].value)


@desk
async def test_the_first_rows_are_looked_at_before_and_that_is_on_record(house: House, enter: Enter) -> None:
    await house.register("Kim Sô Phia")
    browser = await enter("office")
    page = await browser.submit(TAKE, do="look", query="", column=["name", "phone"])
    assert page.headers["content-type"].startswith("text/html")
    assert "<td>Kim Sô Phia</td>" in page.text
    (seen,) = await house.record("list")
    assert (seen.detail["count"], seen.detail["columns"]) == (1, ["name", "phone"])
    assert await house.record("export") == []


@desk
async def test_the_list_of_cases_in_its_own_order(house: House, enter: Enter) -> None:
    await house.register("Kim Sau", priority=0)
    await house.register("Kim Trước", priority=3)
    await house.register("Kim Xong", status="placed")
    sheet = await _sheet(await enter("office"), "tab=open", path="/desk/cases/export", column=["name", "priority"])
    assert _column(sheet, "Họ tên") == ["Kim Trước", "Kim Sau"]
    assert "Danh sách việc cần làm" in str(sheet["A1"].value)
    (entry,) = await house.record("export")
    assert (entry.subject, entry.detail["count"], entry.detail["filter"]) == ("case", 2, "tab=open")


@desk
async def test_the_list_of_who_waits_is_taken_as_it_is_shown(house: House, enter: Enter) -> None:
    for name, days in (("Kim Chờ", 5), ("Kim Chờ Lâu", 9), ("Kim Mới Hỏi", 1)):
        await house.register(name, asked_at=NOW - timedelta(days=days))
    await house.register("Kim Không Chờ")
    query = "tab=open&waits=unanswered&days=3"
    sheet = await _sheet(await enter("office"), query, path="/desk/cases/export", column=["name"])
    assert _column(sheet, "Họ tên") == ["Kim Chờ Lâu", "Kim Chờ"]


@desk
async def test_a_search_is_exported_as_listed(house: House, enter: Enter) -> None:
    await house.register()
    await house.register("Kim Sô Phia")
    browser = await enter("office")
    for words in ("kim+phia", "phi"):
        assert [row[2].value for row in _rows(await _sheet(browser, f"q={words}"))] == ["Kim Sô Phia"]
    assert [row[2].value for row in _rows(await _sheet(browser, "q=hia"))] == ["Kim Sô Phia"], "a part of a word"


@desk
async def test_taking_a_list_away_is_on_record_with_columns_and_count(house: House, enter: Enter) -> None:
    for _ in range(3):
        await house.register()
    await _sheet(await enter("office"), "kind=job", column=["name", "sex"], registered_since="2026-11-01")
    (entry,) = await house.record("export")
    assert (entry.detail["count"], entry.detail["filter"], entry.actor) == (3, "kind=job", "Cán bộ office")
    assert entry.detail["columns"] == ["name", "sex"]
    assert entry.detail["dates"] == {"registered_since": "2026-11-01"}


@desk
async def test_the_record_says_that_words_were_searched_and_not_which(house: House, enter: Enter) -> None:
    await house.register("Kim Sô Phia")
    await _sheet(await enter("office"), "q=kim+phia&status=new")
    (entry,) = await house.record("export")
    assert (entry.detail["count"], entry.detail["filter"], entry.detail["searched"]) == (1, "status=new", True)
    assert "phia" not in str(entry.detail)


@desk
async def test_the_file_says_what_the_database_says(house: House, enter: Enter) -> None:
    await fill(house.engine, 1500, now=NOW, seal=house.seal)
    columns = ["number", "date", "name", "birth_year", "hamlet", "level", "due"]
    sheet = await _sheet(
        await enter("office"), column=columns, **{f"at_{key}": str(at) for at, key in enumerate(columns)}
    )
    zone = "AT TIME ZONE 'Asia/Ho_Chi_Minh'"
    query = f"""SELECT r.id, CAST(r.created_at {zone} AS date), w.name, w.birth_year, w.hamlet, r.level,
        CAST(r.due_at {zone} AS date) FROM registration r JOIN worker w ON w.id = r.worker_id
        ORDER BY r.created_at DESC, r.id DESC"""
    async with house.engine.connect() as connection:
        kept = [tuple(row) for row in await connection.execute(text(query))]
    read = [tuple(_plain(cell.value) for cell in row) for row in _rows(sheet)]
    assert len(read) == 1500
    assert read == kept


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


@desk
async def test_the_record_is_taken_away_with_a_heading_and_that_is_on_record(house: House, enter: Enter) -> None:
    browser = await enter("administrator")
    await house.register("=1+1")
    await _sheet(browser, column=["name"])
    await browser.get("/desk/registrations")
    answer = await browser.submit("/desk/audit/take", action="export")
    sheet = load_workbook(io.BytesIO(answer.content)).active  # type: ignore[no-untyped-call]
    assert isinstance(sheet, Worksheet)
    assert "Cán bộ administrator lấy lúc 10:00 24/11/2026" in str(sheet["A1"].value)
    rows = list(sheet.iter_rows(min_row=3, values_only=True))  # type: ignore[no-untyped-call]
    assert [(row[0], row[1], row[3]) for row in rows] == [
        (datetime(2026, 11, 24, 10, 0), "Cán bộ administrator", "registration")
    ]
    *_, taken = await house.record("export")
    assert (taken.subject, taken.detail) == ("audit", {"count": 1, "filter": "export"})
    office = await enter("office")
    assert (await office.submit("/desk/audit/take")).status_code == 403

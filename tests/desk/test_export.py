"""The Excel file: nothing in it runs, it says where it comes from, and taking it is on record."""

import io
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from desk.export import safe_text
from tests.desk.conftest import Browser, Enter, House

desk = pytest.mark.asyncio(loop_scope="session")
EVIL = ("=cmd|'/c calc'!A1", "+84 0", "-1+1", "@SUM(A1)", "\t=1", "\r=1")


@pytest.mark.parametrize("words", EVIL)
def test_formulas_become_text(words: str) -> None:
    assert safe_text(words).startswith("'")


def test_control_signs_are_dropped_and_long_text_is_cut() -> None:
    assert safe_text("a\x00b\x1fc") == "abc"
    assert len(safe_text("=" * 40_000)) == 32_767


async def _sheet(browser: Browser, query: str = "") -> Worksheet:
    answer = await browser.submit("/desk/registrations/export", query=query)
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).active  # type: ignore[no-untyped-call]
    assert isinstance(sheet, Worksheet)
    return sheet


def _rows(sheet: Worksheet) -> list[tuple[Any, ...]]:
    """Without the heading and the titles."""
    return list(sheet.iter_rows(min_row=3))  # type: ignore[no-untyped-call]


@desk
async def test_the_file_holds_the_filter_and_no_formula(house: House, enter: Enter) -> None:
    for words in EVIL[:4]:
        await house.register(words, hamlet=words, answers={"job_wanted": words})
    await house.register("Kim Sô Phia", kind="training")
    sheet = await _sheet(await enter("office"), "kind=job")
    rows = _rows(sheet)
    assert len(rows) == 4
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "inlineStr"}
    assert all(str(row[2].value).startswith("'") for row in rows)
    assert rows[0][12].value == "0912 345 678"
    assert sheet.freeze_panes == "A3"
    heading = str(sheet["A1"].value)
    assert "Cán bộ office" in heading
    assert "nhu cầu: Tìm việc làm" in heading
    assert [cell.value for cell in sheet[2]][:3] == ["Số", "Ngày", "Họ tên"]


@desk
async def test_a_search_is_exported_as_listed(house: House, enter: Enter) -> None:
    await house.register()
    await house.register("Kim Sô Phia")
    sheet = await _sheet(await enter("office"), "q=kim+phia")
    assert [row[2].value for row in _rows(sheet)] == ["Kim Sô Phia"]


@desk
async def test_taking_a_list_away_is_on_record_with_its_count(house: House, enter: Enter) -> None:
    for _ in range(3):
        await house.register()
    await _sheet(await enter("office"), "kind=job")
    (entry,) = await house.record("export")
    assert (entry.detail["count"], entry.detail["filter"], entry.actor) == (3, "kind=job", "Cán bộ office")


@desk
async def test_the_record_says_that_words_were_searched_and_not_which(house: House, enter: Enter) -> None:
    await house.register("Kim Sô Phia")
    await _sheet(await enter("office"), "q=kim+phia&status=new")
    (entry,) = await house.record("export")
    assert entry.detail == {"count": 1, "filter": "status=new", "searched": True}

"""People from a spreadsheet: looked at, taken in once, each fault named with its row."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
from openpyxl.reader.excel import load_workbook
from openpyxl.workbook.workbook import Workbook
from sqlalchemy import text

from content.people_sheet import EXAMPLE, HEADINGS, read_people
from db.register import keep_registration
from jobs import people_import
from jobs.people_import import Taking, work_on_imports
from tests.desk.conftest import OFFICE, TAP_SON, Browser, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOME = ("29488", "2020")
KEYS = tuple(HEADINGS)
GOOD = dict(zip(KEYS, EXAMPLE, strict=True))


def sheet(rows: Sequence[dict[str, Any]], keys: Sequence[str] = KEYS) -> bytes:
    book: Any = Workbook()  # type: ignore[no-untyped-call]  # has no types
    page = book.active
    page.append([HEADINGS[key] for key in keys])
    for row in rows:
        page.append([row.get(key) for key in keys])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def people(count: int, **more: Any) -> list[dict[str, Any]]:
    return [GOOD | {"name": f"Thạch {_letters(at)}", "birth_year": 1960 + at % 40} | more for at in range(count)]


def _letters(at: int) -> str:
    return "".join("abcdeghiklmnpqrstuvxyw"[at // 22**power % 22] for power in (2, 1, 0)).title()


async def send(browser: Browser, content: bytes) -> httpx.Response:
    await browser.get("/desk/import")
    token = browser.cookies["starlette_admin_csrftoken"]
    return await browser.post("/desk/import/look", data={"csrftoken": token}, files={"file": ("a.xlsx", content)})


def taking(house: House) -> Taking:
    return Taking(house.engine, house.files, house.seal, OFFICE)


async def look(house: House, browser: Browser, content: bytes) -> httpx.Response:
    """Send a file, let the clock read it, and see what would come of it."""
    assert (await send(browser, content)).status_code == 303
    assert "đang đọc" in (await browser.get("/desk/import")).text
    assert await work_on_imports(taking(house), house.clock())
    return await browser.get("/desk/import")


async def load(house: House, browser: Browser, looked: httpx.Response) -> httpx.Response:
    """Say so, and let the clock take it in."""
    found = re.search(r'name="job" value="([^"]+)"', looked.text)
    assert found, looked.text
    answer = await browser.submit("/desk/import/load", job=found[1])
    if answer.status_code == 303:
        assert await work_on_imports(taking(house), house.clock())
    return answer


async def rows(house: House, query: str) -> list[tuple[Any, ...]]:
    async with house.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_the_template_can_be_taken_in_as_it_is(house: House, enter: Enter) -> None:
    browser = await enter("commune", HOME)
    answer = await browser.get("/desk/import/template")
    book: Any = load_workbook(io.BytesIO(answer.content))  # type: ignore[no-untyped-call]  # has no types
    page = book.active
    assert [cell.value for cell in page[1]] == list(HEADINGS.values())
    looked = await look(house, browser, answer.content)
    assert "1 dòng sẽ được thêm, 0 dòng đã có từ trước, 0 dòng có lỗi" in looked.text
    assert await rows(house, "SELECT count(*) FROM worker") == [(0,)], "a look keeps nothing"
    await load(house, browser, looked)
    (kept,) = await rows(house, "SELECT name, birth_year, sex, phone, schooling, work_state FROM worker")
    assert kept == ("Kim Thị Hoa", 1978, "female", None, "primary", "none")
    (need,) = await rows(house, "SELECT kind, source, answers ->> 'job_wanted', helper_id FROM registration")
    assert need[:3] == ("job", "import", "may mặc") and need[3] is not None
    (consent,) = await rows(house, "SELECT lang, channel, taken FROM consent")
    assert consent == ("km", "paper", "phiếu giấy có chữ ký, sổ ấp")
    assert [entry.detail for entry in await house.record("import")] == [{"count": 1}]


async def test_each_fault_is_named_and_nothing_else(house: House, enter: Enter) -> None:
    wrong: list[tuple[str, Any, str]] = [
        ("birth_year", "abc", "Không đọc được"), ("birth_year", 2015, "Chưa đủ 16"), ("consent", "", "Thiếu ô này"),
        ("kind", "ăn cơm", "Không đọc được"), ("phone", "123", "Không đọc được"),
        ("commune", "Sao Hỏa", "Không đọc được"),
        ("commune", "Tập Sơn", "không thuộc phần việc"), ("name", None, "Thiếu ô này"),
    ]  # fmt: skip
    them = people(40)
    for at, (key, value, _) in enumerate(wrong):
        them[at * 5][key] = value
    them.append(them[1])
    browser = await enter("commune", HOME)
    looked = await look(house, browser, sheet(them))
    assert "32 dòng sẽ được thêm, 0 dòng đã có từ trước, 9 dòng có lỗi" in looked.text
    said = re.findall(r'<tr><td data-label="Dòng">(\d+)</td>.*?<td>([^<]*)</td></tr>', looked.text)
    assert [int(row) for row, _ in said] == [*(at * 5 + 2 for at in range(len(wrong))), 42]
    for (_, words), (_, _, expected) in zip(said, wrong, strict=False):
        assert expected in words
    await load(house, browser, looked)
    assert await rows(house, "SELECT count(*) FROM registration") == [(32,)]


async def test_the_same_file_again_adds_only_what_was_mended(house: House, enter: Enter) -> None:
    them = people(450)
    them[7]["consent"] = ""
    browser = await enter("office")
    await load(house, browser, await look(house, browser, sheet(them)))
    assert [entry.detail["count"] for entry in await house.record("import")] == [200, 200, 49]
    them[7]["consent"] = "sổ ấp"
    again = await look(house, browser, sheet(them))
    assert "1 dòng sẽ được thêm, 449 dòng đã có từ trước, 0 dòng có lỗi" in again.text
    await load(house, browser, again)
    assert await rows(house, "SELECT count(*) FROM registration") == [(450,)]
    last = await look(house, browser, sheet(them))
    assert "0 dòng sẽ được thêm, 450 dòng" in last.text and "import/load" not in last.text


async def test_a_file_that_is_none(house: House, enter: Enter) -> None:
    browser = await enter("office")
    for content in (b"", b"<html>", b"P"):
        assert (await send(browser, content)).status_code == 422
    for content in (b"PK nonsense", sheet([])[:900]):
        assert "Không đọc được tệp" in (await look(house, browser, content)).text
    assert "không có đủ các cột" in (await look(house, browser, sheet([GOOD], KEYS[:-1]))).text
    for old in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Họ và tên;Năm sinh".encode()):
        assert "chọn Lưu thành (Save as), loại .xlsx" in (await send(browser, old)).text
    assert "0 dòng sẽ được thêm" in (await look(house, browser, sheet([]))).text
    assert not await work_on_imports(taking(house), house.clock()), "nothing waits"


async def test_one_takes_in_only_what_one_looked_at(house: House, enter: Enter) -> None:
    office, other = await enter("office"), await enter("office", login="khac")
    looked = await look(house, office, sheet([GOOD]))
    assert (await load(house, other, looked)).status_code == 404
    assert (await other.submit("/desk/import/leave", job="1")).status_code == 404
    assert (await office.submit("/desk/import/load", job="../etc/passwd")).status_code == 404
    assert (await load(house, office, looked)).status_code == 303
    assert (await load(house, office, looked)).status_code == 404, "it is taken in"
    assert house.files.names(house.clock() + timedelta(days=400)) == set(), "and its file is gone"


async def test_a_file_is_let_go_and_gives_way_to_the_next(house: House, enter: Enter) -> None:
    browser = await enter("office")
    looked = await look(house, browser, sheet(people(3)))
    looked = await look(house, browser, sheet(people(2)))
    assert "2 dòng sẽ được thêm" in looked.text
    assert len(house.files.names(house.clock() + timedelta(days=400))) == 1
    number = re.findall(r'name="job" value="([^"]+)"', looked.text)[0]
    await browser.submit("/desk/import/leave", job=number)
    assert await rows(house, "SELECT 1 FROM import_job") == []
    assert house.files.names(house.clock() + timedelta(days=400)) == set()


async def test_what_was_cut_off_goes_on_and_adds_nobody_twice(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await enter("office")
    looked = await look(house, browser, sheet(people(50)))
    number = re.findall(r'name="job" value="([^"]+)"', looked.text)[0]
    await browser.submit("/desk/import/load", job=number)
    monkeypatch.setattr(people_import, "BATCH", 10)
    keep, left = keep_registration, iter(range(25))

    async def dies(*given: Any, **more: Any) -> Any:
        if next(left, None) is None:
            raise ConnectionError("the power went away")
        return await keep(*given, **more)

    monkeypatch.setattr(people_import, "keep_registration", dies)
    with pytest.raises(ConnectionError):
        await work_on_imports(taking(house), house.clock())
    assert await rows(house, "SELECT state, done FROM import_job") == [("loading", 20)], "whole batches"
    assert "Đã xong 20 trong 50" in (await browser.get("/desk/import")).text
    answer = await send(browser, sheet([GOOD]))
    assert "Tệp trước đang được lưu" in (await browser.get(answer.headers["location"])).text
    monkeypatch.setattr(people_import, "keep_registration", keep)
    assert await work_on_imports(taking(house), house.clock())
    assert await rows(house, "SELECT state, done FROM import_job") == [("done", 50)]
    assert await rows(house, "SELECT count(*), count(DISTINCT worker_id) FROM registration") == [(50, 50)]
    assert "Đã thêm 50" in (await browser.get("/desk/import")).text


async def test_who_lost_the_right_meanwhile_takes_in_nothing(house: House, enter: Enter) -> None:
    browser = await enter("commune", HOME)
    looked = await look(house, browser, sheet([GOOD]))
    await browser.submit("/desk/import/load", job=re.findall(r'name="job" value="([^"]+)"', looked.text)[0])
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE staff SET role = 'bank'"))
    assert await work_on_imports(taking(house), house.clock())
    assert await rows(house, "SELECT state, why FROM import_job") == [("failed", "import.not_allowed")]
    assert await rows(house, "SELECT 1 FROM registration") == []


async def test_who_may_not(enter: Enter) -> None:
    for role in ("bank", "reader", "editor"):
        browser = await enter(role, (TAP_SON, "2020"))
        assert (await browser.get("/desk/import")).status_code == 403
        assert (await send(browser, sheet([GOOD]))).status_code == 403


def _as_people_send_it(rows: list[dict[str, Any]]) -> bytes:
    """A guide first, a title above the headings, a column of numbers before them."""
    book: Any = Workbook()  # type: ignore[no-untyped-call]  # has no types
    book.active.append(["Hướng dẫn điền phiếu"])
    page = book.create_sheet("Danh sách")
    page.append(["DANH SÁCH NGƯỜI ĐĂNG KÝ"])
    page.merge_cells("A1:E1")
    page.append([])
    page.append(["STT", *(HEADINGS[key].upper().replace(" ", "\n", 1) for key in KEYS)])
    for at, row in enumerate(rows, 1):
        page.append([at, *(row.get(key) for key in KEYS)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def test_what_excel_and_people_make_of_a_list_is_read() -> None:
    odd: dict[str, Any] = {"birth_year": datetime(1978, 5, 3), "phone": 912345678, "lang": "ខ្មែរ", "wish": "Nhật"}
    odd["kind"] = "Đi làm việc ở nước ngoài"
    khmer = {"name": "ថាច់ ធីដាវ", "birth_year": "១៩៩០", "phone": "០៩១២៣៤៥៦៧៩"}
    given: list[dict[str, Any]] = [GOOD | odd, {}, GOOD | khmer, GOOD | {"birth_year": "78"}]
    people, faults = read_people(_as_people_send_it(given), date(2026, 11, 24))
    told = [(one.number, one.person["birth_year"], one.person["phone"], one.kind) for one in people]
    assert told == [(4, 1978, "+84912345678", "overseas"), (6, 1990, "+84912345679", "job")]
    assert [(one.row, one.column) for one in faults] == [(7, "birth_year")], "the row as Excel counts it"

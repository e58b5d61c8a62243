"""People from a spreadsheet: looked at, taken in once, each fault named with its row."""

import io
import re
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from openpyxl.reader.excel import load_workbook
from openpyxl.workbook.workbook import Workbook
from sqlalchemy import text

from content.people_sheet import EXAMPLE, HEADINGS
from tests.desk.conftest import TAP_SON, Browser, Enter, House

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


async def look(browser: Browser, content: bytes) -> httpx.Response:
    await browser.get("/desk/import")
    token = browser.cookies["starlette_admin_csrftoken"]
    return await browser.post("/desk/import/look", data={"csrftoken": token}, files={"file": ("a.xlsx", content)})


async def load(browser: Browser, looked: httpx.Response) -> httpx.Response:
    found = re.search(r'name="token" value="([^"]+)"', looked.text)
    assert found, looked.text
    return await browser.submit("/desk/import/load", token=found[1])


async def rows(house: House, query: str) -> list[tuple[Any, ...]]:
    async with house.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_the_template_can_be_taken_in_as_it_is(house: House, enter: Enter) -> None:
    browser = await enter("commune", HOME)
    answer = await browser.get("/desk/import/template")
    book: Any = load_workbook(io.BytesIO(answer.content))  # type: ignore[no-untyped-call]  # has no types
    page = book.active
    assert [cell.value for cell in page[1]] == list(HEADINGS.values())
    looked = await look(browser, answer.content)
    assert "1 dòng sẽ được thêm, 0 dòng đã có từ trước, 0 dòng có lỗi" in looked.text
    assert await rows(house, "SELECT count(*) FROM worker") == [(0,)], "a look keeps nothing"
    await load(browser, looked)
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
    looked = await look(browser, sheet(them))
    assert "32 dòng sẽ được thêm, 0 dòng đã có từ trước, 9 dòng có lỗi" in looked.text
    said = re.findall(r'<tr><td data-label="Dòng">(\d+)</td>.*?<td>([^<]*)</td></tr>', looked.text)
    assert [int(row) for row, _ in said] == [*(at * 5 + 2 for at in range(len(wrong))), 42]
    for (_, words), (_, _, expected) in zip(said, wrong, strict=False):
        assert expected in words
    await load(browser, looked)
    assert await rows(house, "SELECT count(*) FROM registration") == [(32,)]


async def test_the_same_file_again_adds_only_what_was_mended(house: House, enter: Enter) -> None:
    them = people(450)
    them[7]["consent"] = ""
    browser = await enter("office")
    await load(browser, await look(browser, sheet(them)))
    assert [entry.detail["count"] for entry in await house.record("import")] == [200, 200, 49]
    them[7]["consent"] = "sổ ấp"
    again = await look(browser, sheet(them))
    assert "1 dòng sẽ được thêm, 449 dòng đã có từ trước, 0 dòng có lỗi" in again.text
    await load(browser, again)
    assert await rows(house, "SELECT count(*) FROM registration") == [(450,)]
    last = await look(browser, sheet(them))
    assert "0 dòng sẽ được thêm, 450 dòng" in last.text and "token" not in last.text.replace("csrftoken", "")


async def test_a_file_that_is_none(house: House, enter: Enter) -> None:
    browser = await enter("office")
    for content in (b"", b"PK nonsense", sheet([GOOD], KEYS[:-1]), sheet([])[:900]):
        assert (await look(browser, content)).status_code == 422
    assert (await look(browser, sheet([]))).status_code == 200


async def test_one_takes_in_only_what_one_looked_at(house: House, enter: Enter) -> None:
    office, other = await enter("office"), await enter("office", login="khac")
    looked = await look(office, sheet([GOOD]))
    assert (await load(other, looked)).status_code == 404
    assert (await office.submit("/desk/import/load", token="../etc/passwd")).status_code == 404
    assert (await load(office, looked)).status_code == 303
    assert (await load(office, looked)).status_code == 404, "the file is gone"


async def test_who_may_not(enter: Enter) -> None:
    for role in ("bank", "reader", "editor"):
        browser = await enter(role, (TAP_SON, "2020"))
        assert (await browser.get("/desk/import")).status_code == 403
        assert (await look(browser, sheet([GOOD]))).status_code == 403

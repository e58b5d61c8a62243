"""The list of licensed firms at the desk: upload, faults by row, preview, acceptance, history, and who may."""

from dataclasses import asdict
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from content.licence_sheet import read_sheet
from db.licences import accept, current_list, keep_list
from db.people import Identity
from db.registrations import HelpRequest
from db.staff import ROLES
from tests.desk.conftest import Browser, Enter, House
from tests.licences.sheets import FIRMS, SAO_MAI, THANH_DAT, VIET_THANG, workbook

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def upload(browser: Browser, content: bytes, day: str = "2026-11-01") -> httpx.Response:
    if "starlette_admin_csrftoken" not in browser.cookies:
        await browser.get("/desk/login")
    token = browser.cookies["starlette_admin_csrftoken"]
    files = {"file": ("danh-sach.xlsx", content)}
    return await browser.post("/desk/licences/upload", data={"csrftoken": token, "day": day}, files=files)


async def lists(house: House) -> list[tuple[Any, ...]]:
    query = text("SELECT listed_on, source, loaded_by, accepted_at IS NOT NULL FROM licence_list ORDER BY id")
    async with house.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(query)]


async def load(house: House, rows: tuple[tuple[object, ...], ...], day: date) -> None:
    async with AsyncSession(house.engine) as session, session.begin():
        firms = map(asdict, read_sheet(workbook(rows), day).firms)
        kept = await keep_list(session, firms, listed_on=day, source="old.xlsx", loaded_by="x", now=house.clock())
        await accept(session, kept, house.clock())


async def test_a_list_is_looked_at_and_then_accepted(house: House, enter: Enter) -> None:
    revoked = (*VIET_THANG[:5], "Thu hồi", *VIET_THANG[6:])
    renamed = (THANH_DAT[0], "Công ty TNHH Thành Đạt Mới", *THANH_DAT[2:])
    new = (4, "Công ty Cổ phần Sông Hậu", "SOHACO", "90/LĐTBXH-GP", None, "", "", "")
    await load(house, FIRMS, date(2026, 5, 1))
    browser = await enter("office")
    answer = await upload(browser, workbook((revoked, renamed, new)))
    assert answer.status_code == 303
    preview = (await browser.get(answer.headers["location"])).text
    for words in ("Không còn trong danh sách: 1", "Đổi tình trạng: 1", "Đổi tên: 1", "Mới có: 1", "Sao Mai",
                  "Còn hiệu lực → Thu hồi", "Thành Đạt Mới", "Sông Hậu"):  # fmt: skip
        assert words in preview
    assert await lists(house) == [
        (date(2026, 5, 1), "old.xlsx", "x", True),
        (date(2026, 11, 1), "danh-sach.xlsx", "Cán bộ office", False),
    ]
    accepted = await browser.submit("/desk/licences/2/accept")
    assert accepted.status_code == 303
    async with AsyncSession(house.engine) as session:
        current = await current_list(session)
        assert current is not None
        assert current.listed_on == date(2026, 11, 1)
    page = (await browser.get("/desk/licences")).text
    assert page.index("01/11/2026") < page.index("01/05/2026")
    assert "90/LĐTBXH-GP" in (await browser.get("/desk/licences/2")).text
    assert [entry.detail for entry in await house.record("licences_upload")] == [{"count": 3}]
    assert [entry.subject_id for entry in await house.record("licences_accept")] == [2]
    again = await browser.submit("/desk/licences/2/discard")
    assert again.status_code == 303
    assert len(await lists(house)) == 2, "what counts is not thrown away"


async def test_a_list_with_faults_is_refused_whole_and_every_row_is_named(house: House, enter: Enter) -> None:
    bad = (2, "Công ty B", "", "", None, "đang xem", "", "")
    browser = await enter("office")
    answer = await upload(browser, workbook((VIET_THANG, bad)))
    assert answer.status_code == 422
    assert "để trống" in answer.text
    assert "tình trạng lạ" in answer.text
    assert "đang xem" in answer.text
    assert ">5<" in answer.text, "the row as the spreadsheet counts it"
    assert await lists(house) == []


@pytest.mark.parametrize(
    ("content", "day", "says"),
    [
        (b"no sheet", "2026-11-01", "không phải bảng tính"),
        (workbook(head=("A", "B")), "2026-11-01", "Không thấy dòng tiêu đề"),
        (workbook(), "", "Ngày của danh sách chưa đúng"),
        (workbook(), "2027-01-01", "Ngày của danh sách chưa đúng"),
        (workbook(rows=[]), "2026-11-01", "không có công ty nào"),
    ],
)
async def test_a_file_or_day_that_can_not_be_says_why(
    house: House, enter: Enter, content: bytes, day: str, says: str
) -> None:
    browser = await enter("office")
    answer = await upload(browser, content, day)
    assert answer.status_code == 422
    assert says in answer.text
    assert await lists(house) == []


async def test_an_older_list_says_so_before_it_is_kept_as_history(house: House, enter: Enter) -> None:
    await load(house, FIRMS, date(2026, 11, 1))
    browser = await enter("administrator")
    answer = await upload(browser, workbook((SAO_MAI,)), "2026-01-15")
    assert "cũ hơn danh sách đang dùng" in (await browser.get(answer.headers["location"])).text
    assert (await browser.submit("/desk/licences/2/discard")).status_code == 303
    assert len(await lists(house)) == 1
    assert (await browser.get("/desk/licences/2")).status_code == 404


@pytest.mark.parametrize("role", ROLES)
async def test_all_may_look_and_the_office_may_load(house: House, enter: Enter, role: str) -> None:
    may = role in ("administrator", "office")
    await load(house, FIRMS, date(2026, 5, 1))
    browser = await enter(role)
    page = await browser.get("/desk/licences")
    assert page.status_code == 200
    assert ("Nạp danh sách mới" in page.text) is may
    assert (await browser.get("/desk/licences/1")).status_code == 200
    assert (await upload(browser, workbook())).status_code == (303 if may else 403)
    assert (await browser.submit("/desk/licences/2/accept")).status_code == (303 if may else 403)


@pytest.mark.parametrize("role", ROLES)
async def test_the_words_of_a_report_are_for_those_whose_work_it_is(house: House, enter: Enter, role: str) -> None:
    told = "Ông Tư ở chợ đòi 20 triệu"
    async with AsyncSession(house.engine) as session, session.begin():
        identity = Identity(channel="web", chat_id=99_001)
        session.add(identity)
        await session.flush()
        sealed = house.seal.close(told.encode())
        session.add(HelpRequest(identity_id=identity.id, topic="fraud", detail=sealed, created_at=house.clock()))
    browser = await enter(role)
    page = (await browser.get("/desk/help")).text
    sees = role in ("administrator", "office")  # a caller without a place is the district's
    assert (told in page) is sees
    if sees:
        assert "Báo lừa đảo" in page

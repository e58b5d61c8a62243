"""A form that is sent too late or twice: what was typed is not lost, and not kept double."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.cases import CaseCall, CaseMessage, CaseNote
from db.staff import StaffSession
from tests.desk.conftest import BASE, PASSWORD, TAP_SON, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _end_sessions(house: House) -> None:
    async with AsyncSession(house.engine) as session, session.begin():
        await session.execute(delete(StaffSession))


async def _notes(house: House) -> list[str]:
    async with AsyncSession(house.engine) as session:
        return list(await session.scalars(select(CaseNote.words)))


async def test_what_was_typed_goes_on_after_logging_in_again(house: House, enter: Enter) -> None:
    number, browser = await house.register("Thạch Thị Đào"), await enter("office")
    await _end_sessions(house)
    typed = {"words": 'Nhà ở sau chùa\nhỏi "cô Ba" <b>'}
    page = await browser.submit(f"/desk/case/{number}/note", **typed)
    assert page.status_code == 401
    assert "Nhà ở sau chùa" in page.text and "<b>" not in page.text
    assert await _notes(house) == []
    again = {"again_login": "office", "again_password": "sai mat khau"}
    wrong = await browser.submit(f"/desk/case/{number}/note", **typed, **again)
    assert wrong.status_code == 401
    assert "Nhà ở sau chùa" in wrong.text and "chưa đúng" in wrong.text and "sai mat khau" not in wrong.text
    right = await browser.submit(f"/desk/case/{number}/note", **typed, **again | {"again_password": PASSWORD})
    assert right.status_code == 307
    assert right.headers["location"] == f"/desk/case/{number}/note"
    sent_again = await browser.submit(right.headers["location"], **typed, **again | {"again_password": PASSWORD})
    assert sent_again.status_code == 303
    assert await _notes(house) == [typed["words"]]


async def test_whoever_logs_in_again_may_only_what_is_theirs(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    await house.staff("commune", (TAP_SON, "2020"))
    await _end_sessions(house)
    again = {"again_login": "commune", "again_password": PASSWORD}
    address = f"/desk/case/{number}/note"
    right = await browser.submit(address, words="lời của người khác", **again)
    assert right.status_code == 307
    assert (await browser.submit(address, words="lời của người khác", **again)).status_code == 404
    assert await _notes(house) == []


async def test_passwords_and_files_are_not_written_back(house: House, enter: Enter) -> None:
    browser = await enter("office")
    await _end_sessions(house)
    gone = await browser.submit("/desk/password", old=PASSWORD, new="mot mat khau moi", again="mot mat khau moi")
    assert gone.status_code == 303 and gone.headers["location"].startswith("/desk/login?next=")
    token = browser.cookies["starlette_admin_csrftoken"]
    referer = {"referer": f"{BASE}/desk/import?x=1"}
    sent = await browser.post("/desk/import/look", data={"csrftoken": token}, files={"file": b"x"}, headers=referer)
    assert sent.status_code == 303
    assert sent.headers["location"] == "/desk/login?next=/desk/import%3Fx%3D1"


async def test_a_form_from_elsewhere_is_refused_before_anything(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    await _end_sessions(house)
    answer = await browser.post(f"/desk/case/{number}/note", data={"words": "của kẻ lạ", "csrftoken": "bịa"})
    assert answer.status_code == 403 and "của kẻ lạ" not in answer.text


async def test_an_impatient_tap_keeps_one(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    for _ in range(2):
        await browser.submit(f"/desk/case/{number}/call", outcome="no_answer", words="máy bận")
        await browser.submit(f"/desk/case/{number}/note", words="một lời")
        await browser.submit(f"/desk/case/{number}/write", words="Mai anh/chị tới xã nhé")
    await browser.submit(f"/desk/case/{number}/call", outcome="no_answer", words="lại bận")
    house.clock.pass_(timedelta(minutes=1))
    await browser.submit(f"/desk/case/{number}/note", words="một lời")
    async with AsyncSession(house.engine) as session:
        kept = [
            await session.scalar(select(func.count()).select_from(kind)) for kind in (CaseCall, CaseNote, CaseMessage)
        ]
    assert kept == [2, 2, 1]


async def test_the_page_of_a_late_form_has_no_look_at_anybody(house: House, enter: Enter) -> None:
    number, browser = await house.register("Thạch Bí Mật"), await enter("office")
    await _end_sessions(house)
    page = (await browser.submit(f"/desk/case/{number}/call", outcome="called")).text
    assert "Thạch Bí Mật" not in page
    assert re.search(r'name="outcome" value="called"', page)

"""The smaller pages: requests for a person, unfinished forms, staff, the record, the first page."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from db.people import Identity
from db.registrations import Attachment, HelpRequest, Registration
from tests.desk.conftest import HAM_GIANG, TAP_SON, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _asks(house: House, number: int) -> int:
    async with AsyncSession(house.engine) as session, session.begin():
        registration = await session.get_one(Registration, number)
        asked = HelpRequest(
            identity_id=registration.identity_id, topic="general", phone="+84912345678", promised_at=house.clock()
        )
        session.add(asked)
        await session.flush()
        return asked.id


async def test_help_requests_are_listed_done_and_reopened(house: House, enter: Enter) -> None:
    asked = await _asks(house, await house.register(commune=TAP_SON))
    stranger, browser = await enter("commune", (HAM_GIANG, "2020")), await enter("office")
    assert "Thạch Thị Đào" not in (await stranger.get("/desk/help")).text
    assert (await stranger.submit("/desk/help/done", id=str(asked))).status_code == 404
    assert "Thạch Thị Đào" in (await browser.get("/desk/help")).text
    await browser.submit("/desk/help/done", id=str(asked))
    assert "Không còn ai đang chờ" in (await browser.get("/desk/help")).text
    await browser.submit("/desk/help/done", id=str(asked), again="1")
    assert "Không còn ai đang chờ" not in (await browser.get("/desk/help")).text
    reader = await enter("reader")
    assert (await reader.submit("/desk/help/done", id=str(asked))).status_code == 403


async def test_the_first_page_names_open_reports_to_those_who_may_read_them(house: House, enter: Enter) -> None:
    number = await house.register(commune=TAP_SON)
    async with AsyncSession(house.engine) as session, session.begin():
        registration = await session.get_one(Registration, number)
        report = HelpRequest(
            identity_id=registration.identity_id, topic="fraud", level=1, promised_at=house.clock() - timedelta(days=1)
        )
        session.add(report)
        await session.flush()
        line = f"Báo lừa đảo – {report.id}"
    office, stranger = await enter("office"), await enter("commune", (HAM_GIANG, "2020"))
    page = (await office.get("/desk/")).text
    assert line in page
    assert "đã chuyển lên cấp trên" in page
    for other in (stranger, await enter("reader")):
        assert line not in (await other.get("/desk/")).text


async def test_unfinished_forms_show_no_sealed_answer(house: House, enter: Enter) -> None:
    answers = {"birth_year": 1990, "commune": TAP_SON, "name": "Thạch Thị Đào", "phone": "+84912345678",
               "household": {"sealed": "gAAAA"}, "job_wanted": {"voice": 7}}  # fmt: skip
    draft = {"form": "job", "run": 1, "answers": answers, "at": "schooling", "trail": ["birth_year"]}
    async with AsyncSession(house.engine) as session, session.begin():
        session.add(Identity(channel="telegram", chat_id=5, data={"draft": draft}))
    page = (await (await enter("office")).get("/desk/unfinished")).text
    assert "Học tới" in page
    assert "xã Tập Sơn" in page
    assert "gAAAA" not in page
    assert "Loại hộ</dt>" not in page
    here, there = (
        await enter("commune", (TAP_SON, "2025"), "here"),
        await enter("commune", (HAM_GIANG, "2020"), "there"),
    )
    assert "Thạch Thị Đào" in (await here.get("/desk/unfinished")).text
    assert "Thạch Thị Đào" not in (await there.get("/desk/unfinished")).text
    reader = (await (await enter("reader")).get("/desk/unfinished")).text
    assert "0912 345 678" not in reader


async def test_staff_are_added_with_a_password_shown_once(house: House, enter: Enter) -> None:
    browser = await enter("administrator")
    place = str(await house.place(TAP_SON))
    answer = await browser.submit("/desk/staff/add", login="xa-tap-son", name="Kim Văn Út", role="commune", place=place)
    once = re.search(r'class="once">([\w-]+)<', answer.text)
    assert once
    assert once[1] not in (await browser.get("/desk/staff")).text
    assert (await house.browser().log_in("xa-tap-son", once[1])).status_code == 303
    again = await browser.submit("/desk/staff/add", login="xa-tap-son", name="Kim Văn Út", role="commune", place=place)
    assert "đã có" in again.text
    nowhere = await browser.submit("/desk/staff/add", login="xa-khac", name="Kim Văn Út", role="commune")
    assert "phải có địa bàn" in nowhere.text


async def test_a_shut_account_is_out_at_once(house: House, enter: Enter) -> None:
    admin, browser = await enter("administrator"), await enter("office")
    await admin.submit("/desk/staff/disable", id="2")
    assert (await browser.get("/desk/")).status_code == 303
    assert (await house.browser().log_in("office")).status_code == 400
    await admin.submit("/desk/staff/disable", id="1")
    assert (await admin.get("/desk/")).status_code == 200


async def test_a_reset_password_ends_sessions(house: House, enter: Enter) -> None:
    admin, browser = await enter("administrator"), await enter("office")
    answer = await admin.submit("/desk/staff/reset", id="2")
    assert 'class="once"' in answer.text
    assert (await browser.get("/desk/")).status_code == 303


async def test_only_administrators_touch_accounts(house: House, enter: Enter) -> None:
    browser = await enter("office")
    for path in ("add", "reset", "disable"):
        answer = await browser.submit(f"/desk/staff/{path}", id="1", login="moi", name="Mới", role="administrator")
        assert answer.status_code == 403


async def test_every_view_is_on_record(house: House, enter: Enter) -> None:
    number = await house.register()
    admin, browser = await enter("administrator"), await enter("office")
    await browser.get(f"/desk/registration/{number}")
    (entry,) = await house.record("view")
    assert (entry.subject, entry.subject_id, entry.actor) == ("registration", number, "Cán bộ office")
    page = (await admin.get("/desk/audit?action=view")).text
    assert "Cán bộ office" in page
    assert "mở xem" in page
    assert "Cán bộ office" in (await browser.get(f"/desk/registration/{number}")).text


async def test_the_first_page_counts(house: House, enter: Enter) -> None:
    await _asks(house, await house.register())
    await house.register(promised_at=house.clock().replace(year=2025))
    await house.register(status="placed")
    page = (await (await enter("office")).get("/desk/")).text
    assert re.findall(r'class="value">([^<]+)<', page) == ["0", "3", "2", "1", "1", "2", "0", "0", "0"]


async def test_a_page_that_is_not_there(enter: Enter) -> None:
    answer = await (await enter("office")).get("/desk/registration/999")
    assert answer.status_code == 404
    assert "Không có hồ sơ này" in answer.text


async def _sends(house: House, number: int, **more: object) -> int:
    """The person behind a registration sends a voice note by itself."""
    async with AsyncSession(house.engine) as session, session.begin():
        registration = await session.get_one(Registration, number)
        kept = {"path": house.files.keep(b"OggS help"), "mime": "audio/ogg", "kind": "voice"} | more
        sent = Attachment(identity_id=registration.identity_id, stored_at=house.clock(), **kept)
        session.add(sent)
        await session.flush()
        return sent.id


async def test_what_was_sent_outside_a_form_is_heard_at_the_request(house: House, enter: Enter) -> None:
    number = await house.register(commune=TAP_SON)
    asked, voice = await _asks(house, number), await _sends(house, number)
    others = await _asks(house, await house.register(commune=HAM_GIANG))
    answer, formal = await _sends(house, number, question="name"), await _sends(house, number, registration_id=number)
    url = f"/desk/help/{asked}/file/{voice}"
    browser = await enter("commune", (TAP_SON, "2020"))
    page = (await browser.get("/desk/help")).text
    assert f'<audio controls preload="none" src="{url}">' in page
    assert page.count("<audio") == 1
    heard = await browser.get(url)
    assert (heard.content, heard.headers["content-type"]) == (b"OggS help", "audio/ogg")
    (entry,) = await house.record("open_file")
    assert (entry.subject, entry.subject_id, entry.detail) == ("help_request", asked, {"file": voice})
    for file in (answer, formal):
        assert (await browser.get(f"/desk/help/{asked}/file/{file}")).status_code == 404
    assert (await (await enter("office")).get(f"/desk/help/{others}/file/{voice}")).status_code == 404
    stranger = await enter("commune", (HAM_GIANG, "2020"), "stranger")
    assert (await stranger.get(url)).status_code == 404
    reader = await enter("reader")
    assert (await reader.get(url)).status_code == 403
    assert url not in (await reader.get("/desk/help")).text


NONSENSE = ("²", "٣", "9" * 30, "9" * 5_000, "-1", "1.0", "x")


@pytest.mark.parametrize("id", NONSENSE)
async def test_a_number_that_is_none_is_not_found(house: House, enter: Enter, id: str) -> None:
    number = await house.register()
    browser, quoted = await enter("administrator"), quote(id)
    for path in (
        f"registration/{quoted}",
        f"registration/{quoted}/file/1",
        f"registration/{number}/file/{quoted}",
        f"help/{quoted}/file/1",
        f"help/1/file/{quoted}",
    ):
        assert (await browser.get(f"/desk/{path}")).status_code == 404, path
    for path in ("help/done", "staff/disable", "staff/reset", "registrations/status", f"registration/{quoted}/status"):
        sent = await browser.submit(f"/desk/{path}", id=id, status="contacted")
        assert sent.status_code == 404, path
    added = await browser.submit("/desk/staff/add", login="moi-moi", name="Mới", role="commune", place=id)
    assert added.status_code == 422
    undone = await browser.submit("/desk/registrations/undo", token="0", where=id)
    assert undone.status_code == 303
    for query in ("q", "place", "month", "older", "newer", "status"):
        assert (await browser.get("/desk/registrations", params={query: id})).status_code == 200, query
    assert (await browser.get("/desk/audit", params={"before": id})).status_code == 200


async def test_a_nul_is_no_failure_anywhere(house: House, enter: Enter) -> None:
    number = await house.register()
    browser = await enter("administrator")
    for query in ("q", "place", "month", "older", "status", "undo"):
        assert (await browser.get("/desk/registrations", params={query: "a\0b"})).status_code == 200, query
    closed = await browser.submit(f"/desk/registration/{number}/status", status="closed", reason="đi\0 xa rồi")
    assert closed.status_code == 303
    assert await house.status(number) == "closed"
    assert (await browser.submit("/desk/registrations/undo", token="a\0b")).status_code == 303
    assert (await browser.submit("/desk/registrations/export", query="q=a%00b")).status_code == 200
    assert (await browser.get("/desk/audit", params={"action": "a\0b"})).status_code == 200
    browser.cookies.set("vieclam_desk", "a%00b", domain="desk.test", path="/desk")
    assert (await browser.get("/desk/")).status_code == 303

"""Broadcasts at the desk: composed, counted, rehearsed, released by whom it takes, watched, stopped, looked back on."""

import html
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.broadcasting import correct, due, expand
from db.broadcasts import Broadcast
from db.people import Identity
from db.release_rules import mark
from db.staff import ROLES, StaffIdentity
from tests.desk.conftest import HAM_GIANG, TAP_SON, Browser, Enter, House
from tests.notices import publish

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def agrees(house: House) -> None:
    """Everybody who registered has a consent in force."""
    query = """INSERT INTO consent (identity_id, text_version, lang, channel, given_at)
               SELECT id, 'v1', 'vi', channel, now() FROM identity i
               WHERE NOT EXISTS (SELECT 1 FROM consent c WHERE c.identity_id = i.id)"""
    async with house.engine.begin() as connection:
        await connection.execute(text(query))


async def linked(house: House, login: str) -> int:
    """Give an account a chat of its own; returns the chat's number."""
    async with AsyncSession(house.engine) as session, session.begin():
        chat = Identity(channel="web", chat_id=900_000 + len(login))
        session.add(chat)
        await session.flush()
        staff = await session.scalar(text("SELECT id FROM staff WHERE login = :login"), {"login": login})
        assert isinstance(staff, int)
        session.add(StaffIdentity(identity_id=chat.id, staff_id=staff, linked_at=house.clock()))
        return chat.chat_id


async def begun(house: House, browser: Browser, **notice: Any) -> int:
    number = await publish(house.engine, updated_at=house.clock(), **notice)
    answer = await browser.submit("/desk/broadcasts/add", notice=str(number))
    return int(answer.headers["location"].rsplit("/", 1)[1])


async def page(browser: Browser, number: int, under: str = "") -> str:
    return html.unescape((await browser.get(f"/desk/broadcast/{number}{under}")).text)


async def one(house: House, number: int) -> Broadcast:
    async with AsyncSession(house.engine) as session:
        return await session.get_one(Broadcast, number)


async def release(browser: Browser, number: int, seen: str | None = None) -> str:
    if seen is None:
        found = re.search(r'name="seen" value="(\w+)"', await page(browser, number))
        assert found
        seen = found[1]
    await browser.submit(f"/desk/broadcast/{number}/release", seen=seen)
    return await page(browser, number)


async def run(house: House) -> None:
    """What the clock does: write the ledgers whose time has come."""
    async with AsyncSession(house.engine) as session, session.begin():
        for broadcast in await due(session, house.clock()):
            await expand(session, broadcast, ("web",), house.clock())


async def test_a_draft_is_counted_as_it_is_saved(house: House, enter: Enter) -> None:
    await house.register("Thạch Thị Đào", HAM_GIANG)
    await house.register("Kim Sang", HAM_GIANG, sex="male")
    await house.register("Nguyễn Văn Ba", TAP_SON, birth_year=1960)
    await agrees(house)
    browser = await enter("office")
    number = await begun(house, browser)
    place = str(await house.place(HAM_GIANG))
    await browser.submit(f"/desk/broadcast/{number}/save", places=place, without_told="1", when="now")
    shown = await page(browser, number)
    assert "2 người sẽ nhận tin" in shown
    assert "Ở xã Đại An. Trừ: người đã nhận tin này" in shown
    assert "Kim Sang" in shown
    assert "Nguyễn Văn Ba" not in shown
    await browser.submit(f"/desk/broadcast/{number}/save", sexes="female", age_to="40", when="now")
    shown = await page(browser, number)
    assert "Đến 40 tuổi; Nữ" in shown
    assert "1 người sẽ nhận tin" in shown
    assert len(await house.record("broadcast_save")) == 2
    assert await house.record("broadcast_count")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"age_from": "40", "age_to": "20"}, "Phần chọn người chưa đúng"),
        ({"age_from": "rất già"}, "Phần chọn người chưa đúng"),
        ({"kinds": "anything"}, "Phần chọn người chưa đúng"),
        ({"groups": "77"}, "Phần chọn người chưa đúng"),
        ({"when": "at", "start_at": "2020-01-01T08:00"}, "Giờ gửi phải ở phía trước"),
        ({"when": "repeat", "every": "week", "repeat_at": "08:00"}, "Cách lặp lại chưa đúng"),
        ({"urgent": "1"}, "Hãy ghi vì sao khẩn cấp"),
        ({"useful_until": "2020-01-01T08:00"}, "Giờ ngừng gửi phải sau giờ gửi"),
    ],
)
async def test_what_makes_no_sense_is_refused(house: House, enter: Enter, wrong: dict[str, str], said: str) -> None:
    browser = await enter("office")
    number = await begun(house, browser)
    before = await one(house, number)
    await browser.submit(f"/desk/broadcast/{number}/save", **({"when": "now"} | wrong))
    assert said in await page(browser, number)
    assert (await one(house, number)).audience == before.audience


async def test_times_and_repeats_are_kept(house: House, enter: Enter) -> None:
    browser = await enter("office")
    number = await begun(house, browser)
    week = {"when": "repeat", "every": "week", "weekdays": ["1", "5"], "repeat_at": "08:30"}
    await browser.submit(f"/desk/broadcast/{number}/save", **week)
    kept = await one(house, number)
    assert kept.repeat == {"every": "week", "at": "08:30", "weekdays": [1, 5]}
    assert kept.start_at is not None
    assert house.clock() < kept.start_at
    assert "Mỗi tuần (Thứ hai, Thứ sáu), 08:30" in await page(browser, number)
    await browser.submit(f"/desk/broadcast/{number}/save", when="at", start_at="2026-11-25T07:00", on_doubt="resend")
    kept = await one(house, number)
    assert kept.repeat is None
    assert kept.on_doubt == "resend"
    assert "07:00 25/11/2026" in await page(browser, number)


async def test_a_group_is_saved_and_picked_again(house: House, enter: Enter) -> None:
    await house.register(sex="female")
    await house.register("Kim Sang", sex="male")
    await agrees(house)
    browser = await enter("office")
    number = await begun(house, browser)
    await browser.submit(f"/desk/broadcast/{number}/save", sexes="female", when="now")
    await browser.submit(f"/desk/broadcast/{number}/group", name="Chị em")
    other = await begun(house, browser, kind="general")
    await browser.submit(f"/desk/broadcast/{other}/save", groups="1", when="now")
    shown = await page(browser, other)
    assert "Nhóm Chị em" in shown
    assert "1 người sẽ nhận tin" in shown
    await house.register("Thạch Thị Mai", sex="female")
    await agrees(house)
    assert "2 người sẽ nhận tin" in await page(browser, other), "it updates itself"
    await browser.submit(f"/desk/broadcast/{other}/group", name="Nhóm của nhóm")
    assert "Nhóm không thể gồm nhóm khác" in await page(browser, other)


async def test_without_a_chat_nothing_is_rehearsed(house: House, enter: Enter) -> None:
    browser = await enter("office")
    number = await begun(house, browser)
    await browser.submit(f"/desk/broadcast/{number}/rehearse")
    assert "chưa liên kết cuộc trò chuyện nào" in await page(browser, number)
    assert (await one(house, number)).state == "draft"
    await release(browser, number)
    assert (await one(house, number)).state == "draft", "what was not rehearsed is not released"


async def test_it_is_rehearsed_in_both_languages_and_released(house: House, enter: Enter) -> None:
    await house.register()
    await agrees(house)
    browser = await enter("office")
    chat = await linked(house, "office")
    number = await begun(house, browser)
    await browser.submit(f"/desk/broadcast/{number}/save", when="now")
    await browser.submit(f"/desk/broadcast/{number}/rehearse")
    async with house.engine.connect() as connection:
        query = text("SELECT payload::text FROM outgoing WHERE chat_id = :chat ORDER BY id")
        owed = " ".join(await connection.scalars(query, {"chat": chat}))
    assert "Ngày hội việc làm Hàm Giang" in owed
    assert "ទិវាជួបរកការងារ" in owed
    assert "Đã duyệt" in await release(browser, number)
    kept = await one(house, number)
    assert (kept.state, kept.expected) == ("released", 1)
    assert len(await house.record("broadcast_release")) == 1
    await run(house)
    shown = await page(browser, number)
    assert "Đang gửi" in shown
    assert "0 trên 1 người" in shown


async def ready(house: House, browser: Browser, login: str, **form: Any) -> int:
    """A broadcast that ``login`` composed and rehearsed."""
    await linked(house, login)
    number = await begun(house, browser)
    await browser.submit(f"/desk/broadcast/{number}/save", **({"when": "now"} | form))
    await browser.submit(f"/desk/broadcast/{number}/rehearse")
    return number


async def test_a_mass_notice_takes_a_second_person(house: House, enter: Enter) -> None:
    house.desk.second_person_above = 1
    for name in ("Thạch Đào", "Kim Sang"):
        await house.register(name)
    await agrees(house)
    author, second = await enter("office"), await enter("administrator")
    number = await ready(house, author, "office")
    assert "Cần một người khác" in await release(author, number, mark(await one(house, number)))
    assert (await one(house, number)).state == "rehearsed"
    await release(second, number)
    kept = await one(house, number)
    assert kept.state == "released"
    assert kept.released_by != kept.created_by
    (entry,) = await house.record("broadcast_release")
    assert entry.actor == "Cán bộ administrator"


async def test_who_changes_it_is_its_author(house: House, enter: Enter) -> None:
    """Nobody gets around the second person by changing what somebody else has begun."""
    house.desk.second_person_above = 0
    await house.register()
    await agrees(house)
    author, other = await enter("editor"), await enter("office")
    number = await begun(house, author)
    await linked(house, "office")
    await other.submit(f"/desk/broadcast/{number}/save", when="now")
    await other.submit(f"/desk/broadcast/{number}/rehearse")
    assert "Cần một người khác" in await release(other, number, mark(await one(house, number)))


async def test_only_what_was_looked_at_is_released(house: House, enter: Enter) -> None:
    browser, second = await enter("office"), await enter("administrator")
    number = await ready(house, browser, "office")
    found = re.search(r'name="seen" value="(\w+)"', await page(second, number))
    assert found
    await browser.submit(f"/desk/broadcast/{number}/save", when="now", urgent="1", urgent_why="Bão đến")
    await browser.submit(f"/desk/broadcast/{number}/rehearse")
    assert "vừa thay đổi" in await release(second, number, found[1])
    async with house.engine.begin() as connection:
        later = house.clock() + timedelta(minutes=5)
        await connection.execute(text("UPDATE notice SET updated_at = :later"), {"later": later})
    assert "Tin đã sửa sau lần gửi thử" in await release(second, number)
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE notice SET updated_at = :now"), {"now": house.clock()})
    await release(second, number)
    (entry,) = await house.record("broadcast_release")
    assert entry.detail["why"] == "Bão đến"


async def test_it_is_paused_resumed_and_cancelled(house: House, enter: Enter) -> None:
    await house.register()
    await agrees(house)
    browser = await enter("office")
    number = await ready(house, browser, "office")
    await release(browser, number)
    await run(house)
    for deed, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        await browser.submit(f"/desk/broadcast/{number}/{deed}")
        assert (await one(house, number)).state == state
        assert len(await house.record(f"broadcast_{deed}")) == 1
    assert "đợt gửi bị hủy" in await page(browser, number)
    await browser.submit(f"/desk/broadcast/{number}/resume")
    assert "vừa thay đổi" in await page(browser, number)


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_do_what(house: House, enter: Enter, role: str) -> None:
    author = await enter("office", login="chu")
    number = await ready(house, author, "chu")
    browser = await enter(role, (HAM_GIANG, "2020") if role in ("commune", "hamlet") else None)
    composes = role in ("administrator", "office", "job_centre", "editor")
    assert (await browser.get("/desk/broadcasts")).status_code == 200
    assert (await browser.get(f"/desk/broadcast/{number}")).status_code == (200 if composes else 404)
    saved = await browser.submit(f"/desk/broadcast/{number}/save", when="now")
    assert saved.status_code == (303 if composes else 403)
    assert (await one(house, number)).state == ("draft" if composes else "rehearsed")
    releases = role in ("administrator", "office")
    for deed in ("release", "pause", "resume"):
        answer = await browser.submit(f"/desk/broadcast/{number}/{deed}", seen="x")
        assert answer.status_code == (303 if releases else 403), deed
    added = await browser.submit("/desk/broadcasts/add", notice="1")
    assert added.status_code == (303 if composes else 403)


async def test_the_sample_is_of_ones_own_places_and_masked(house: House, enter: Enter) -> None:
    await house.register("Thạch Thị Đào", HAM_GIANG)
    await house.register("Kim Thị Sang", TAP_SON)
    await agrees(house)
    office = await enter("office")
    number = await begun(house, office)
    await office.submit(f"/desk/broadcast/{number}/save", when="now")
    assert "Kim Thị Sang" in await page(office, number)
    centre = await enter("job_centre", (HAM_GIANG, "2020"))
    shown = await page(centre, number)
    assert "Thạch Thị Đào" in shown
    assert "Kim Thị Sang" not in shown
    shown = await page(await enter("editor"), number)
    assert "K. T. Sang" in shown
    assert "Kim Thị Sang" not in shown


async def test_a_bounded_author_reaches_their_places_only(house: House, enter: Enter) -> None:
    await house.register("Thạch Thị Đào", HAM_GIANG)
    await house.register("Kim Thị Sang", TAP_SON)
    await agrees(house)
    centre = await enter("job_centre", (HAM_GIANG, "2020"))
    number = await begun(house, centre)
    await centre.submit(f"/desk/broadcast/{number}/save", when="now")
    assert "1 người sẽ nhận tin" in await page(centre, number)
    assert "Chỉ trong" in await page(centre, number)


async def told(house: House, number: int, states: dict[str, tuple[str, str | None]]) -> None:
    """Settle the ledger's rows by the person's name."""
    query = text(
        """UPDATE delivery SET state = :state, reason = :reason, sent_at = now() FROM worker w
           WHERE w.id = worker_id AND w.name = :name AND broadcast_id = :number"""
    )
    async with house.engine.begin() as connection:
        for name, (state, reason) in states.items():
            await connection.execute(query, {"state": state, "reason": reason, "name": name, "number": number})


async def sent(house: House, browser: Browser) -> int:
    """One that ran: one was told, one is to be called in each of two communes."""
    await house.register("Thạch Thị Đào", HAM_GIANG)
    await house.register("Kim Sang", HAM_GIANG, hamlet="Ấp Chợ", phone="+84987654321")
    await house.register("Nguyễn Văn Ba", TAP_SON, hamlet="Ấp Bến")
    await agrees(house)
    number = await ready(house, browser, "office")
    await release(browser, number)
    await run(house)
    await told(house, number, {"Thạch Thị Đào": ("sent", None), "Kim Sang": ("unreachable", "no_chat"),
                               "Nguyễn Văn Ba": ("failed", "gave_up")})  # fmt: skip
    return number


async def test_the_funnel_and_the_answers(house: House, enter: Enter) -> None:
    browser = await enter("office")
    number = await sent(house, browser)
    query = """INSERT INTO response (notice_id, identity_id, answer, answered_at)
               SELECT 1, d.identity_id, 'come', now() FROM delivery d WHERE d.state = 'sent'"""
    async with house.engine.begin() as connection:
        await connection.execute(text(query))
    shown = await page(browser, number)
    assert "thử nhiều lần không được" in shown
    assert "Không có cách nhắn" in shown
    assert re.search(r"<dt>[^<]*</dt><dd>1</dd>", shown), "who comes is counted beside it"
    progress = (await browser.get(f"/desk/broadcast/{number}/progress")).json()
    assert (progress["done"], progress["whole"], progress["sent"], progress["state"]) == (3, 3, 1, "running")
    assert (await browser.get("/desk/broadcast/999/progress")).status_code == 404


def names_in(file: bytes) -> list[str]:
    """The first column of a list, below its headings."""
    book: Any = load_workbook(io.BytesIO(file))  # type: ignore[no-untyped-call]  # openpyxl has no types
    return [row[0] for row in book.active.iter_rows(min_row=3, values_only=True)]


async def test_the_call_list_by_hamlet(house: House, enter: Enter) -> None:
    browser = await enter("office")
    number = await sent(house, browser)
    shown = await page(browser, number, "/calls")
    assert "2 người chưa chắc đã nhận tin" in shown
    assert "Kim Sang" not in shown, "the people are on the page of their hamlet"
    place = await house.place(HAM_GIANG)
    shown = await page(browser, number, f"/calls?place={place}&hamlet=Ấp Chợ")
    assert "Kim Sang" in shown
    assert "0987 654 321" in shown
    assert "Nguyễn Văn Ba" not in shown
    listed = [entry for entry in await house.record("list") if entry.subject == "broadcast"]
    assert [entry.detail["count"] for entry in listed] == [1]
    answer = await browser.submit(f"/desk/broadcast/{number}/calls/take")
    assert sorted(names_in(answer.content)) == ["Kim Sang", "Nguyễn Văn Ba"]
    (entry,) = [entry for entry in await house.record("export") if entry.subject == "broadcast"]
    assert entry.detail["count"] == 2


async def test_the_call_list_is_of_ones_own_places(house: House, enter: Enter) -> None:
    number = await sent(house, await enter("office"))
    commune = await enter("commune", (TAP_SON, "2020"))
    assert "1 người chưa chắc đã nhận tin" in await page(commune, number, "/calls")
    place = await house.place(HAM_GIANG)
    assert "Kim Sang" not in await page(commune, number, f"/calls?place={place}&hamlet=Ấp Chợ")
    answer = await commune.submit(f"/desk/broadcast/{number}/calls/take")
    assert names_in(answer.content) == ["Nguyễn Văn Ba"]
    reader = await enter("reader")
    place = await house.place(TAP_SON)
    assert "0912 345 678" not in await page(reader, number, f"/calls?place={place}&hamlet=Ấp Bến")
    assert (await reader.submit(f"/desk/broadcast/{number}/calls/take")).status_code == 403


async def test_only_a_published_notice_is_sent(house: House, enter: Enter) -> None:
    browser = await enter("office")
    number = await publish(house.engine, state="draft")
    answer = await browser.submit("/desk/broadcasts/add", notice=str(number))
    assert answer.headers["location"].endswith(f"/notice/{number}")
    assert (await browser.submit("/desk/broadcasts/add", notice="999")).status_code == 404


async def test_the_list_and_the_khmer_desk(house: House, enter: Enter) -> None:
    browser = await enter("office")
    await begun(house, browser)
    assert "Ngày hội việc làm Hàm Giang" in html.unescape((await browser.get("/desk/broadcasts")).text)
    await browser.submit("/desk/me/language", lang="km")
    shown = html.unescape((await browser.get("/desk/broadcasts")).text)
    assert "ទិវាជួបរកការងារ Hàm Giang" in shown
    assert "កំពុងរៀបចំ" in shown


async def test_a_correction_is_sent_though_its_notice_is_off(house: House, enter: Enter) -> None:
    browser = await enter("office")
    chat = await linked(house, "office")
    off: dict[str, Any] = {"state": "cancelled", "cancelled_at": house.clock(), "updated_at": house.clock()}
    notice = await publish(house.engine, **off)
    async with AsyncSession(house.engine) as session, session.begin():
        words = {"vi": "Ngày hội đã hủy.", "km": "ទិវានេះបានបោះបង់ហើយ។"}
        number = (await correct(session, notice, words, None, house.clock())).id
    shown = await page(browser, number)
    assert "Những người đã nhận tin này" in shown
    assert "Nơi ở" not in shown, "whom a correction is for is not chosen"
    await browser.submit(f"/desk/broadcast/{number}/save", when="now")
    await browser.submit(f"/desk/broadcast/{number}/rehearse")
    async with house.engine.connect() as connection:
        query = text("SELECT payload::text FROM outgoing WHERE chat_id = :chat ORDER BY id")
        owed = list(await connection.scalars(query, {"chat": chat}))
    assert [words["vi"] in owed[0], words["km"] in owed[1]] == [True, True]
    await release(browser, number)
    assert (await one(house, number)).state == "released"


async def test_who_may_release_sees_on_the_first_page_that_one_waits(house: House, enter: Enter) -> None:
    house.desk.second_person_above = 0
    await house.register()
    await agrees(house)
    author, second = await enter("office"), await enter("administrator")
    number = await ready(house, author, "office")
    assert "Xin người khác duyệt" in await page(author, number)
    assert "Chờ anh/chị duyệt" not in (await second.get("/desk/")).text
    await author.submit(f"/desk/broadcast/{number}/ask")
    assert "đang chờ người khác duyệt" in await page(author, number)
    home = (await second.get("/desk/")).text
    assert "Chờ anh/chị duyệt" in home
    assert f'/desk/broadcast/{number}"' in home
    assert "Chờ anh/chị duyệt" not in (await author.get("/desk/")).text
    await second.submit(f"/desk/broadcast/{number}/refuse", why="time", words="Sau Tết hãy gửi")
    assert (await one(house, number)).state == "draft"
    assert "Sau Tết hãy gửi" in (await author.get("/desk/")).text
    assert "Sau Tết hãy gửi" in await page(author, number)
    await author.submit(f"/desk/broadcast/{number}/rehearse")
    await author.submit(f"/desk/broadcast/{number}/ask")
    await release(second, number)
    assert (await one(house, number)).state == "released"
    assert "Chờ anh/chị duyệt" not in (await second.get("/desk/")).text
    assert (len(await house.record("broadcast_ask")), len(await house.record("broadcast_refuse"))) == (2, 1)


async def test_only_who_releases_hands_back_and_only_what_waits(house: House, enter: Enter) -> None:
    await house.register()
    await agrees(house)
    editor, office = await enter("editor"), await enter("office")
    number = await ready(house, editor, "editor")
    assert (await editor.submit(f"/desk/broadcast/{number}/refuse", why="time")).status_code == 403
    await office.submit(f"/desk/broadcast/{number}/refuse", why="time")
    assert (await one(house, number)).state == "rehearsed", "nobody asked"

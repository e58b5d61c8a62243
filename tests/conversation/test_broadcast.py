"""Broadcasts from an officer's own chat: begun, counted, rehearsed, released by whom it takes, stopped."""

import re
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from db.audiences import Audience, save_group
from db.broadcasting import due, expand
from db.broadcasts import Broadcast
from db.release_rules import mark
from db.staff import AuditEntry
from tests.conftest import MovableClock, Running
from tests.conversation.phones import Answer, Phone, TelegramPhone, WebPhone
from tests.conversation.test_officer import OFFICER, code_for, officer, registers
from tests.notices import publish
from tests.standins.telegram import TelegramStandIn

SERVED = ("telegram", "web")
WORKER = 7007


@pytest.fixture
def above() -> int:
    """To more people than this it takes a second person."""
    return 200


@pytest.fixture
def settings(settings: Settings, above: int) -> Settings:
    return settings.model_copy(update={"second_person_above": above})


async def linked(program: Running, phone: Phone, login: str = "phong", role: str = "office") -> None:
    """The phone belongs to a member of staff from now on."""
    staff = await officer(program, login, role)
    assert "Đã nối" in await phone.say(await code_for(program, staff))


async def notice(program: Running, kind: str = "job_fair", **more: Any) -> int:
    return await publish(program.engine, kind, updated_at=program.program.clock(), **more)


async def broadcasts(program: Running) -> list[Broadcast]:
    async with AsyncSession(program.engine) as session:
        return list(await session.scalars(select(Broadcast).order_by(Broadcast.id)))


async def the_one(program: Running) -> Broadcast:
    (one,) = await broadcasts(program)
    return one


async def actions(program: Running, phrase: str = "broadcast_") -> list[str]:
    async with AsyncSession(program.engine) as session:
        found = await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
        return [action for action in found if action.startswith(phrase)]


async def run(program: Running) -> None:
    """What the clock does: write the ledgers whose time has come."""
    async with AsyncSession(program.engine) as session, session.begin():
        for broadcast in await due(session, program.program.clock()):
            await expand(session, broadcast, SERVED, program.program.clock())


async def composed(program: Running, phone: Phone) -> Answer:
    """By numbers only: a new one, the first notice, its own place and kind."""
    await phone.say("/broadcast")
    await phone.say("1")
    await phone.say("1")
    return await phone.say("1")


async def test_by_numbers_from_the_notice_to_the_ledger(
    phone: Phone, program: Running, telegram: TelegramStandIn
) -> None:
    await registers(TelegramPhone(program, telegram, WORKER))
    await notice(program)
    await linked(program, phone)
    assert "anh/chị muốn làm gì" in await phone.say("/broadcast")
    assert "Gửi tin nào" in await phone.say("1")
    assert "Gửi tin Ngày hội việc làm Hàm Giang cho ai" in await phone.say("1")
    shown = await phone.say("1")
    assert "Sẽ nhận tin: 1 người" in shown
    assert "– qua Telegram: 1" in shown
    assert "Tiếng Việt: 1. Tiếng Khmer: 0" in shown
    assert "xã Hàm Giang; tìm việc làm; trừ người đã nhận tin này" in shown
    assert "gửi thử cho mình trước" in shown
    rehearsed = await phone.say("1")
    assert "Ngày hội việc làm Hàm Giang" in rehearsed
    assert "ទិវាជួបរកការងារ Hàm Giang" in rehearsed
    assert "chờ duyệt" in rehearsed
    assert "Đã duyệt" in await phone.say("1")
    kept = await the_one(program)
    assert (kept.state, kept.expected, kept.released_by) == ("released", 1, kept.created_by)
    assert kept.useful_until is not None
    assert await actions(program) == [
        "broadcast_add", "broadcast_count", "broadcast_rehearse", "broadcast_count", "broadcast_release",
    ]  # fmt: skip
    await run(program)
    assert "Đã xong 0 trên 1 người" in await phone.tap("Xem lại tới đâu rồi")


async def test_it_speaks_khmer(program: Running, telegram: TelegramStandIn) -> None:
    await notice(program)
    chat = TelegramPhone(program, telegram, OFFICER)
    await linked(program, chat)
    menu = await chat.say("/menu")
    await chat.tap_data(menu.message, "lang:km")
    assert "តើលោកអ្នកចង់ធ្វើអ្វី" in await chat.say("ផ្ញើដំណឹង")
    await chat.say("1")
    assert "ទិវាជួបរកការងារ Hàm Giang ទៅអ្នកណា" in await chat.say("1")
    shown = await chat.say("1")
    assert "នឹងទទួលដំណឹង៖ 0 នាក់" in shown
    rehearsed = await chat.say("1")
    assert "Ngày hội việc làm Hàm Giang" in rehearsed
    assert "ខាងលើជាដំណឹងផ្ញើសាកល្បង" in rehearsed


async def test_a_saved_group(program: Running, telegram: TelegramStandIn) -> None:
    await registers(TelegramPhone(program, telegram, WORKER))
    await notice(program, commune="29467")
    async with AsyncSession(program.engine) as session, session.begin():
        await save_group(session, "Chị em", Audience(sexes=("female",)), None, program.program.clock())
        await save_group(session, "Anh em", Audience(sexes=("male",)), None, program.program.clock())
    chat = TelegramPhone(program, telegram, OFFICER)
    await linked(program, chat)
    assert "Sẽ nhận tin: 0 người" in await composed(program, chat)
    await chat.say("/broadcast")
    await chat.say("1")
    offered = await chat.say("1")
    assert list(offered.buttons)[:3] == ["1. Theo nơi và nhu cầu của tin", "2. Anh em", "3. Chị em"]
    sexes = [await chat.tap_data(offered.message, f"bc:for:1:{group}") for group in (1, 2)]
    assert sorted(re.findall(r"Sẽ nhận tin: (\d)", sexes[0].text + sexes[1].text)) == ["0", "1"]
    assert "nhóm Chị em; trừ người" in sexes[0]
    assert "không còn như trước" in await chat.tap_data(offered.message, "bc:for:1:77")


async def test_the_same_tap_twice_begins_one(program: Running, telegram: TelegramStandIn) -> None:
    await notice(program)
    chat = TelegramPhone(program, telegram, OFFICER)
    await linked(program, chat)
    first = await composed(program, chat)
    await chat.tap_data(first.message, "bc:for:1:own")
    assert len(await broadcasts(program)) == 1


async def release_of(program: Running) -> str:
    """What the button would send that releases it as it is."""
    one = await the_one(program)
    return f"bc:release:{one.id}:{mark(one)}"


@pytest.mark.parametrize("above", [0])
async def test_the_other_person_reads_it_and_releases(program: Running, telegram: TelegramStandIn) -> None:
    await registers(TelegramPhone(program, telegram, WORKER))
    await notice(program)
    author, second = TelegramPhone(program, telegram, OFFICER), await WebPhone.open(program)
    await linked(program, author)
    await linked(program, second, "chu tich", "administrator")
    await composed(program, author)
    rehearsed = await author.say("1")
    assert "cần một người khác duyệt" in rehearsed
    assert not any("Duyệt và gửi" in label for label in rehearsed.buttons)
    assert "Đã báo những người được duyệt" in await author.tap_data(rehearsed.message, await release_of(program))
    assert (await the_one(program)).state == "rehearsed"
    await second.say("/broadcast")
    read = await second.say("2")
    assert "Có nhiều công ty tuyển người" in read
    assert "មានក្រុមហ៊ុនច្រើនរើសមនុស្ស" in read, "they read both languages first"
    assert "Đã duyệt" in await second.say("1")
    kept = await the_one(program)
    assert kept.state == "released"
    assert kept.released_by is not None
    assert kept.released_by != kept.created_by
    assert (await actions(program))[-1] == "broadcast_release"


async def test_only_what_was_shown_is_released(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    await notice(program)
    chat = TelegramPhone(program, telegram, OFFICER)
    await linked(program, chat)
    await composed(program, chat)
    shown = await chat.say("1")
    old = await release_of(program)
    clock.forward(minutes=1)
    async with program.engine.begin() as connection:
        await connection.execute(text("UPDATE broadcast SET urgent = true, urgent_why = 'Bão đến'"))
    changed = await chat.tap_data(shown.message, old)
    assert "vừa thay đổi" in changed
    assert "Gửi khẩn cấp, vào mọi giờ: Bão đến" in changed
    async with program.engine.begin() as connection:
        await connection.execute(text("UPDATE notice SET updated_at = :now"), {"now": program.program.clock()})
    assert "Tin đã sửa sau lần gửi thử" in await chat.tap_data(shown.message, await release_of(program))
    async with program.engine.begin() as connection:
        await connection.execute(text("UPDATE notice SET state = 'cancelled'"))
    assert "đã hủy, nên không gửi được" in await chat.tap_data(shown.message, await release_of(program))
    assert (await the_one(program)).state == "rehearsed"


async def test_it_is_paused_goes_on_and_is_cancelled(program: Running, telegram: TelegramStandIn) -> None:
    await registers(TelegramPhone(program, telegram, WORKER))
    await notice(program)
    chat = TelegramPhone(program, telegram, OFFICER)
    await linked(program, chat)
    await composed(program, chat)
    await chat.say("1")
    await chat.say("1")
    await run(program)
    await chat.say("/broadcast")
    assert "đang gửi" in await chat.say("2")
    for button, said, state in (("Tạm dừng", "Đã tạm dừng", "paused"), ("Gửi tiếp", "Đang gửi tiếp", "running")):
        assert said in await chat.tap(button)
        assert (await the_one(program)).state == state
    asked = await chat.tap("Hủy đợt gửi này")
    assert list(asked.buttons)[:2] == ["1. Không hủy", "2. Đúng, hủy"]
    assert (await the_one(program)).state == "running"
    assert "Người chưa nhận sẽ không nhận nữa" in await chat.say("2")
    assert (await the_one(program)).state == "cancelled"
    assert "vừa thay đổi" in await chat.tap_data(asked.message, "bc:cancel_sure:1")
    assert "vừa thay đổi" in await chat.tap_data(asked.message, "bc:resume:1")
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT state FROM delivery")) == "skipped"


async def test_an_editor_rehearses_and_the_office_releases(program: Running, telegram: TelegramStandIn) -> None:
    await notice(program)
    chat = TelegramPhone(program, telegram, OFFICER)
    await linked(program, chat, "bien tap", "editor")
    await composed(program, chat)
    rehearsed = await chat.say("1")
    assert "Văn phòng duyệt" in rehearsed
    assert not any("Duyệt và gửi" in label for label in rehearsed.buttons)
    await chat.tap_data(rehearsed.message, await release_of(program))
    assert (await the_one(program)).state == "rehearsed"
    async with program.engine.begin() as connection:
        await connection.execute(text("UPDATE broadcast SET state = 'running'"))
    for deed in ("pause:1", "cancel:1", "cancel_sure:1"):
        assert "Văn phòng duyệt" in await chat.tap_data(rehearsed.message, f"bc:{deed}")
    assert (await the_one(program)).state == "running"


async def test_each_role_sends_its_own_kinds(program: Running, telegram: TelegramStandIn) -> None:
    await notice(program, "general")
    chat = TelegramPhone(program, telegram, OFFICER)
    await linked(program, chat, "trung tam", "job_centre")
    await chat.say("/broadcast")
    nothing = await chat.say("1")
    assert "Không có tin nào đã đăng và còn hạn" in nothing
    assert "nên không gửi được" in await chat.tap_data(nothing.message, "bc:for:1:own")
    async with AsyncSession(program.engine) as session, session.begin():
        session.add(Broadcast(notice_id=1, audience={}, state="draft"))
    assert "Không có đợt gửi 1" in await chat.tap_data(nothing.message, "bc:rehearse:1")
    assert (await the_one(program)).state == "draft"


async def test_a_bounded_author_reaches_their_places_only(program: Running, telegram: TelegramStandIn) -> None:
    await registers(TelegramPhone(program, telegram, WORKER))
    await notice(program)
    chat = TelegramPhone(program, telegram, OFFICER)
    staff = await officer(program, "trung tam", "job_centre", commune="29467")
    await chat.say(await code_for(program, staff))
    shown = await composed(program, chat)
    assert "Sẽ nhận tin: 0 người" in shown
    assert "Chỉ trong địa bàn của người soạn" in shown


async def test_nobody_else_may(program: Running, telegram: TelegramStandIn) -> None:
    await notice(program)
    async with AsyncSession(program.engine) as session, session.begin():
        session.add(Broadcast(notice_id=1, audience={}, state="rehearsed"))
    local = TelegramPhone(program, telegram, OFFICER)
    await linked(program, local, "xa", "commune")
    assert "không gửi tin cho bà con được" in await local.say("/broadcast")
    worker = TelegramPhone(program, telegram, WORKER)
    await worker.say("/start")
    await worker.say("1")
    menu = await worker.say("/broadcast")
    assert "muốn làm gì ạ" not in menu
    for data in (await release_of(program), "bc:cancel_sure:1", "bc:for:1:own", "bc:home:0"):
        assert "không còn nối" in await worker.tap_data(menu.message, data)
    assert (await the_one(program)).state == "rehearsed"


async def test_what_is_under_way_is_paged(program: Running, telegram: TelegramStandIn) -> None:
    await notice(program)
    async with AsyncSession(program.engine) as session, session.begin():
        session.add_all([Broadcast(notice_id=1, audience={}, state="draft") for _ in range(5)])
    chat = TelegramPhone(program, telegram, OFFICER)
    await linked(program, chat)
    first = list((await chat.say("/broadcast")).buttons)
    assert [label.split(" – ")[0] for label in first[:4]] == ["1. Gửi một tin mới", "2. 5", "3. 4", "4. 3"]
    second = list((await chat.say("5")).buttons)
    assert [label.split(" – ")[0] for label in second[:3]] == ["1. Gửi một tin mới", "2. 2", "3. 1"]

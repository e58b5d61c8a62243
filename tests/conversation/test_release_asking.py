"""A mass notice waits for a second person: who may release it is told in their chat, and its author what came of it."""

import asyncio

import pytest
from sqlalchemy import text

from bot.settings import Settings
from jobs.releases import tell_of_releases
from tests.conftest import MovableClock, Running
from tests.conversation.phones import TelegramPhone
from tests.conversation.test_broadcast import WORKER, actions, composed, linked, notice, the_one
from tests.conversation.test_officer import OFFICER, registers
from tests.jobs.test_reminders import at, unasked
from tests.standins.telegram import TelegramStandIn

DESK = "https://vieclam.example/desk"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"second_person_above": 0})


async def told(program: Running, phone: TelegramPhone) -> list[str]:
    """Let the clock look twice; what came to the phone."""
    for _ in range(2):
        await tell_of_releases(unasked(program), DESK, program.program.clock())
    await program.program.delivery.look()
    return (await phone.answer()).texts


class Two:
    """An author with a rehearsed broadcast to one worker, and somebody who may release it."""

    def __init__(self, program: Running, author: TelegramPhone, second: TelegramPhone) -> None:
        self.program, self.author, self.second = program, author, second

    async def ask(self) -> None:
        assert "Đã báo những người được duyệt" in await self.author.tap("Xin người khác duyệt")


@pytest.fixture
async def two(program: Running, telegram: TelegramStandIn) -> Two:
    await registers(TelegramPhone(program, telegram, WORKER))
    await notice(program)
    author, second = TelegramPhone(program, telegram, OFFICER), TelegramPhone(program, telegram, OFFICER + 1)
    await linked(program, author)
    await linked(program, second, "chu tich", "administrator")
    await composed(program, author)
    await author.say("1")
    return Two(program, author, second)


async def test_who_may_release_is_told_once_and_releases_from_there(two: Two, program: Running) -> None:
    assert await told(program, two.second) == [], "nobody asked yet"
    await two.ask()
    (words,) = await told(program, two.second)
    assert "xin anh/chị duyệt đợt gửi 1: “Ngày hội việc làm Hàm Giang”, cho 1 người." in words
    assert f"{DESK}/broadcast/1" in words
    assert await told(program, two.second) == []
    read = await two.second.say("1")
    assert "មានក្រុមហ៊ុនច្រើនរើសមនុស្ស" in read, "the number under the message shows it, in both languages"
    assert "Đã duyệt" in await two.second.tap("Duyệt và gửi")
    (words,) = await told(program, two.author)
    assert "đã DUYỆT đợt gửi 1" in words
    assert await told(program, two.author) == []
    assert (await the_one(program)).state == "released"


async def test_handed_back_with_a_reason_and_asked_for_again(two: Two, program: Running) -> None:
    await two.ask()
    await told(program, two.second)
    await two.second.say("1")
    whys = await two.second.tap("Trả lại cho người soạn")
    assert list(whys.buttons)[:4] == [
        "1. Lời chưa đúng", "2. Người nhận chưa đúng", "3. Chưa đúng lúc", "4. Cần trao đổi thêm",
    ]  # fmt: skip
    assert "Người soạn được báo ngay" in await two.second.say("2")
    (words,) = await told(program, two.author)
    assert "TRẢ LẠI đợt gửi 1" in words
    assert "Lý do: Người nhận chưa đúng" in words
    shown = await two.author.say("1")
    assert "(đang soạn)" in shown
    await two.author.tap("Gửi thử cho tôi")
    await two.ask()
    assert len(await told(program, two.second)) == 1
    assert "vừa thay đổi" not in await two.second.say("1")
    assert [one for one in await actions(program) if one in ("broadcast_ask", "broadcast_refuse")] == [
        "broadcast_ask", "broadcast_refuse", "broadcast_ask",
    ]  # fmt: skip


async def test_thrown_away_by_somebody_else(two: Two, program: Running) -> None:
    await two.ask()
    await told(program, two.second)
    await two.second.say("1")
    await two.second.tap("Hủy đợt gửi này")
    await two.second.tap("Đúng, hủy")
    (words,) = await told(program, two.author)
    assert "đã HỦY đợt gửi 1" in words


async def test_what_the_author_throws_away_is_no_news(two: Two, program: Running) -> None:
    await two.ask()
    await told(program, two.second)
    shown = await two.second.say("1")
    await two.author.tap("Hủy đợt gửi này")
    await two.author.tap("Đúng, hủy")
    assert await told(program, two.author) == []
    assert "vừa thay đổi" in await two.second.tap_data(shown.message, "bc:refuse:1:words")


async def test_at_night_only_what_is_urgent_is_asked(two: Two, program: Running, clock: MovableClock) -> None:
    clock.now = at(26, 21)
    await two.ask()
    assert await told(program, two.second) == []
    async with program.engine.begin() as connection:
        await connection.execute(text("UPDATE broadcast SET urgent = true, urgent_why = 'Bão đến'"))
    assert len(await told(program, two.second)) == 1


async def test_asked_in_khmer_and_once_though_several_clocks_look(two: Two, program: Running) -> None:
    async with program.engine.begin() as connection:
        await connection.execute(text("UPDATE identity SET lang = 'km' WHERE chat_id = :chat"), {"chat": OFFICER + 1})
    await two.ask()
    await asyncio.gather(*(tell_of_releases(unasked(program), DESK, program.program.clock()) for _ in range(3)))
    (words,) = await told(program, two.second)
    assert "សុំលោកអ្នកអនុញ្ញាតការផ្ញើ 1៖" in words


async def test_an_editor_asks_the_office(program: Running, telegram: TelegramStandIn) -> None:
    await notice(program)
    editor, office = TelegramPhone(program, telegram, OFFICER), TelegramPhone(program, telegram, OFFICER + 1)
    await linked(program, editor, "bien tap", "editor")
    await composed(program, editor)
    await editor.say("1")
    asked = await editor.tap("Xin người khác duyệt")
    assert "chưa có ai khác được duyệt" in asked
    await linked(program, office, "phong", "office")
    assert "xin anh/chị duyệt đợt gửi 1" in (await told(program, office))[0]
    for data in ("bc:refuse:1", "bc:refuse:1:words"):
        assert "Văn phòng duyệt" in await editor.tap_data(asked.message, data)

"""Sending on the Official Account: windows, money, buttons, files, and what each error code leads to."""

import io
from typing import Any

import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import SendDocument, SendLocation, SendMessage, SendPhoto, SendSticker, SendVoice
from aiogram.types import BufferedInputFile
from PIL import Image
from sqlalchemy import text

from bot.channels.channel import ChannelBot
from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_errors import LaterForOne, NeedsHuman, NoMoney, WindowShut
from bot.channels.zalo_oa_session import ZaloSession
from tests.conftest import MovableClock, Running
from tests.conversation.zalo_phone import ZaloPhone
from tests.standins.zalo_oa import ZaloStandIn

KEYS: Any = {"inline_keyboard": [[{"text": f"{n}. Việc {n}", "callback_data": f"go:{n}"}] for n in range(1, 6)]}


@pytest.fixture
async def ana(program: Running, zalo: ZaloStandIn) -> ZaloPhone:
    """Somebody who has just chosen Vietnamese."""
    phone = await ZaloPhone.open(program, zalo)
    for words in ("alo", "1"):
        await phone.say(words)
    return phone


@pytest.fixture
def bot(program: Running) -> ChannelBot:
    return program.program.bots["zalo_oa"]


async def chat_id(program: Running) -> int:
    async with program.engine.connect() as connection:
        return await connection.scalar(text("SELECT chat_id FROM identity WHERE channel = 'zalo_oa'")) or 0


def purse(bot: ChannelBot, budget: int) -> None:
    assert isinstance(bot.session, ZaloSession)
    bot.session.purse.budget = budget


def was_paid(ana: ZaloPhone) -> bool:
    return ana.person.chat.messages[-1].paid


async def test_the_window_decides(
    program: Running, ana: ZaloPhone, bot: ChannelBot, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    number = await chat_id(program)
    clock.forward(hours=47)
    await bot.send_message(number, "còn trong 48 giờ")
    assert not was_paid(ana)
    clock.forward(hours=2)
    with pytest.raises(NoMoney):
        await bot.send_message(number, "không có tiền")
    purse(bot, 100)
    await bot.send_message(number, "có tiền")
    assert was_paid(ana)
    with pytest.raises(NoMoney):
        await bot.send_message(number, "hết tiền")
    clock.forward(days=6)
    purse(bot, 100_000)
    before = len(ana.person.chat.messages)
    with pytest.raises(WindowShut):
        await bot.send_message(number, "quá bảy ngày")
    assert len(ana.person.chat.messages) == before, "not even asked"
    assert zalo.world.charged == 1
    await ana.say("chào")
    await bot.send_message(number, "cửa lại mở")


async def test_an_allowance_of_the_plan_costs_nothing(
    program: Running, ana: ZaloPhone, bot: ChannelBot, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    number, zalo.world.sub_quota = await chat_id(program), 1
    purse(bot, 55)
    clock.forward(hours=50)
    await bot.send_message(number, "trong gói")
    assert await taken(program) == 0, "the reserved đồng came back"
    await bot.send_message(number, "ngoài gói")
    assert await taken(program) == 55


async def taken(program: Running) -> int:
    async with program.engine.connect() as connection:
        return await connection.scalar(text("SELECT coalesce(sum(taken), 0) FROM zalo_month")) or 0


async def test_a_refused_message_costs_nothing_and_a_lost_answer_may_have(
    program: Running, ana: ZaloPhone, bot: ChannelBot, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    number = await chat_id(program)
    purse(bot, 1000)
    clock.forward(hours=50)
    zalo.world.faults.append({"path": "/message/cs", "error": -218, "before": True})
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(number, "x")
    assert await taken(program) == 0
    zalo.world.faults.append({"path": "/message/cs", "drop": True})
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(number, "x")
    assert await taken(program) == 55, "kept back until it is known"


async def test_a_message_after_a_day_carries_a_button_that_opens_the_window(
    program: Running, ana: ZaloPhone, bot: ChannelBot, clock: MovableClock
) -> None:
    number = await chat_id(program)
    clock.forward(hours=30)
    await bot.send_message(number, "Ngày mai có phiên giao dịch việc làm.")
    button = ana.person.chat.messages[-1].buttons[0]
    assert button["type"] == "oa.query.hide"
    clock.forward(hours=17)
    await ana.answer()
    await ana.person.tap(button)
    assert "Anh/chị cần gì" in await ana.answer()
    clock.forward(hours=47)
    await bot.send_message(number, "vẫn miễn phí")


async def test_five_buttons_and_no_more(program: Running, ana: ZaloPhone, bot: ChannelBot, zalo: ZaloStandIn) -> None:
    number = await chat_id(program)
    await bot(SendMessage(chat_id=number, text="Chọn", reply_markup=KEYS))
    sent = ana.person.chat.messages[-1]
    assert (sent.text, len(sent.buttons)) == ("Chọn", 5)
    six: Any = {"inline_keyboard": [*KEYS["inline_keyboard"], [{"text": "Quay lại", "callback_data": "b:1:x"}]]}
    await bot(SendMessage(chat_id=number, text="Chọn", reply_markup=six))
    sent = ana.person.chat.messages[-1]
    assert sent.text.endswith("5. Việc 5\n› Quay lại")
    assert [button["title"] for button in sent.buttons][-1] == "Quay lại", "what has no number keeps its button"
    assert len(sent.buttons) == 5
    long: Any = {"inline_keyboard": [[{"text": "1. " + "Ngân hàng Chính sách xã hội " * 3, "callback_data": "go:x"}]]}
    await bot(SendMessage(chat_id=number, text="Chọn", reply_markup=long))
    sent = ana.person.chat.messages[-1]
    assert len(sent.buttons[0]["title"]) <= limits.TITLE
    assert sent.text.count("Chính sách") == 3, "the whole label is in the text"
    assert zalo.violations == []


async def test_refused_buttons_become_numbers_for_a_while(
    program: Running, ana: ZaloPhone, bot: ChannelBot, zalo: ZaloStandIn
) -> None:
    zalo.world.buttons_allowed = False
    answer = await ana.say("menu")
    assert "1. Tìm việc làm" in answer.buttons
    assert ana.person.chat.messages[-1].buttons == []
    before = len(zalo.world.calls)
    answer = await ana.say("1")
    assert answer.texts
    assert len(zalo.world.calls) == before + len(answer.texts), "the next ones go without buttons at once"


async def test_a_long_text_is_split_and_goes_on_where_it_stopped(
    program: Running, ana: ZaloPhone, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    from db.outbox import owe

    number = await chat_id(program)
    words = "\n\n".join(f"Đoạn {n}: " + "việc làm ở xã. " * 60 for n in range(6))
    async with program.engine.begin() as connection:
        await owe(connection, "zalo_oa", number, SendMessage(chat_id=number, text=words), clock())
    before = len(ana.person.chat.messages)
    zalo.world.faults.append({"path": "/message/cs", "error": -32, "before": True, "skip": 2})
    await program.program.delivery.look()
    assert len(ana.person.chat.messages) == before + 2
    clock.forward(minutes=2)
    await program.program.delivery.look()
    parts = ana.person.chat.messages[before:]
    assert len(parts) >= 3
    assert all(len(part.text) <= limits.TEXT for part in parts)
    assert "".join("".join(part.text for part in parts).split()) == "".join(words.split()), "each part once"


def picture(side: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(out, "PNG")
    return out.getvalue()


async def test_pictures_are_made_small_and_uploaded_once(
    program: Running, ana: ZaloPhone, bot: ChannelBot, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    number, photo = await chat_id(program), BufferedInputFile(picture(1100), "fair.png")
    await bot(SendPhoto(chat_id=number, photo=photo, caption="Phiên giao dịch"))
    await bot(SendPhoto(chat_id=number, photo=photo, caption="Phiên giao dịch", reply_markup=KEYS))
    assert len(zalo.world.uploads) == 1
    assert ana.person.chat.messages[-1].text == "Phiên giao dịch"
    assert len(ana.person.chat.messages[-1].buttons) == 5
    asset = next(iter(zalo.world.uploads))
    zalo.world.faults.append({"path": "/message/cs", "error": -100, "before": True})
    await bot(SendPhoto(chat_id=number, photo=photo))
    assert len(zalo.world.uploads) == 2, "an expired upload is made anew"
    assert asset in zalo.world.uploads
    await bot(SendPhoto(chat_id=number, photo="https://example.vn/a.jpg"))
    assert zalo.violations == []


async def test_files_within_their_kinds_and_links_for_the_rest(
    program: Running, ana: ZaloPhone, bot: ChannelBot, zalo: ZaloStandIn
) -> None:
    number = await chat_id(program)
    await bot(SendDocument(chat_id=number, document=BufferedInputFile(b"%PDF-1.4", "mau.pdf"), caption="Mẫu đơn"))
    assert ana.person.chat.messages[-2].raw["attachment"]["type"] == "file"
    assert ana.person.chat.messages[-1].text == "Mẫu đơn"
    await bot(SendVoice(chat_id=number, voice="https://example.vn/nghe.mp3", caption="Nghe"))
    assert ana.person.chat.messages[-1].text == "Nghe\nhttps://example.vn/nghe.mp3"
    await bot(SendLocation(chat_id=number, latitude=9.9, longitude=106.3))
    assert "9.9,106.3" in ana.person.chat.messages[-1].text
    for method in (
        SendDocument(chat_id=number, document=BufferedInputFile(b"x", "a.exe")),
        SendVoice(chat_id=number, voice=BufferedInputFile(b"x", "a.ogg")),
        SendPhoto(chat_id=number, photo="AgACAgUAAxkBAAI"),
        SendPhoto(chat_id=number, photo=BufferedInputFile(b"no picture", "a.jpg")),
        SendSticker(chat_id=number, sticker="x"),
    ):
        with pytest.raises(TelegramBadRequest):
            await bot(method)
    assert zalo.violations == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (-32, TelegramRetryAfter),
        (-200, TelegramServerError),
        (-210, TelegramBadRequest),
        (-213, TelegramForbiddenError),
        (-217, TelegramForbiddenError),
        (-218, LaterForOne),
        (-221, NeedsHuman),
        (-227, TelegramForbiddenError),
        (-230, WindowShut),
        (-232, WindowShut),
        (-234, LaterForOne),
        (-235, NeedsHuman),
        (-240, TelegramBadRequest),
        (-244, TelegramForbiddenError),
        (-321, NeedsHuman),
        (-9999, TelegramBadRequest),
    ],
)
async def test_each_code_has_its_outcome(
    program: Running, ana: ZaloPhone, bot: ChannelBot, zalo: ZaloStandIn, code: int, expected: type[Exception]
) -> None:
    zalo.world.faults.append({"path": "/message/cs", "error": code, "before": True})
    with pytest.raises(expected) as raised:
        await bot.send_message(await chat_id(program), "x")
    assert type(raised.value) is expected


async def test_what_a_person_must_put_right_is_an_alarm_until_it_is(
    program: Running, ana: ZaloPhone, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    zalo.world.faults.append({"path": "/message/cs", "error": -321, "before": True})
    assert not (await ana.say("menu")).texts
    assert await alarms(program) == [("zalo_account", {"code": -321})]
    clock.forward(seconds=5)
    await program.program.delivery.look()
    assert "Anh/chị cần gì" in await ana.answer(), "the answer waited and went out"
    assert await alarms(program) == []


async def alarms(program: Running) -> list[tuple[Any, ...]]:
    async with program.engine.connect() as connection:
        return [tuple(row) for row in (await connection.execute(text("SELECT kind, detail FROM alarm"))).all()]


async def test_what_is_barred_at_night_waits_for_the_morning(
    program: Running, ana: ZaloPhone, bot: ChannelBot, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    clock.forward(hours=14)
    zalo.world.faults.append({"path": "/message/cs", "error": -234, "before": True})
    with pytest.raises(TelegramRetryAfter) as raised:
        await bot.send_message(await chat_id(program), "x")
    assert raised.value.retry_after == (7 * 60 + 5) * 60, "from 23:00 to 06:05"


async def test_after_a_deletion_the_last_word_still_arrives(program: Running, ana: ZaloPhone) -> None:
    await ana.say("xóa dữ liệu của tôi")
    answer = await ana.say("có")
    assert "xóa" in answer.text.casefold()
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM identity")) == 0
    assert "Chào bà con" in await ana.say("alo"), "a stranger again"

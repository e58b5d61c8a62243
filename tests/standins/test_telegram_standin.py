"""People, polling and webhook: an aiogram echo bot and python-telegram-bot's Bot against the stand-in."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import telegram
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.standins.echo import SECRET, EchoWebhook, polling
from tests.standins.telegram import NoReply, TelegramStandIn
from tests.standins.telegram.loopback import LoopbackServer

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def hook(tg: TelegramStandIn, bot: Bot) -> AsyncIterator[EchoWebhook]:
    """The echo bot behind a webhook that is set."""
    echo = EchoWebhook(bot)
    async with echo.serving() as url:
        await bot.set_webhook(url, secret_token=SECRET)
        yield echo
        await bot.delete_webhook()


async def test_echo_by_polling(tg: TelegramStandIn, bot: Bot) -> None:
    ana = tg.person(1001, "Ana")
    async with polling(bot):
        await ana.start("ap-kosla")
        assert (await ana.reply()).text == "/start ap-kosla"
        await ana.tap("tìm VIỆC")
        assert (await ana.reply(edits=True)).text == "đã chọn job"
        await ana.quiet()
    assert ana.toast == ["đã chọn"]
    assert [message.text for message in ana.inbox] == ["đã chọn job"]
    assert tg.violations == [] and tg.unanswered == []


async def test_echo_by_webhook(tg: TelegramStandIn, hook: EchoWebhook) -> None:
    ana, binh = tg.person(1001, "Ana"), tg.person(1002, "Bình")
    await ana.say("xin chào")
    await binh.say("chào")
    assert (await ana.reply()).text == "xin chào"
    assert (await binh.hear("chào")).entities[0].type == "bold"
    await ana.tap(data="job")
    await ana.hear("đã chọn")
    await ana.quiet()
    assert hook.seen == sorted(hook.seen)
    assert tg.webhook_failures == [] and tg.violations == []


async def test_updates_carry_what_telegram_sends(tg: TelegramStandIn, peer: telegram.Bot) -> None:
    ana = tg.person(1001, "Ana", language_code="km", last_name="Thạch")
    said = await ana.start("ap-kosla")
    (update,) = await peer.get_updates()
    assert update.message == said and update.effective_user is not None
    assert update.effective_user.language_code == "km"
    assert said.parse_entities() == {said.entities[0]: "/start"}
    assert said.chat.type == "private" and said.chat.last_name == "Thạch"


async def test_everything_a_person_can_send(tg: TelegramStandIn, peer: telegram.Bot, bot: Bot) -> None:
    ana = tg.person(1001, phone="+84908000111")
    said = await ana.say("chào")
    await ana.send_voice()
    await ana.send_photo(caption="hồ sơ")
    await ana.send_sticker()
    await ana.send_document()
    await ana.send_video()
    await ana.send_location()
    await ana.share_contact()
    await ana.share_contact(own=False, phone="0909")
    await ana.edit(said, "chào /menu")
    kinds = [update.message.content_type for update in await bot.get_updates() if update.message]
    assert kinds[:4] == ["text", "voice", "photo", "sticker"]
    assert kinds[4:] == ["document", "video", "location", "contact", "contact"]
    updates = await peer.get_updates()
    own, other = [update.message.contact for update in updates if update.message and update.message.contact]
    assert (own.user_id, own.phone_number) == (1001, "+84908000111")
    assert (other.user_id, other.phone_number) == (None, "0909")
    assert updates[-1].edited_message and updates[-1].edited_message.text == "chào /menu"


async def test_files_go_both_ways(tg: TelegramStandIn, peer: telegram.Bot, bot: Bot) -> None:
    ana = tg.person(1001)
    voice = (await ana.send_voice(b"OggS-of-Ana")).voice
    assert voice is not None
    assert await (await peer.get_file(voice.file_id)).download_as_bytearray() == b"OggS-of-Ana"
    downloaded = await bot.download(voice.file_id)
    assert downloaded is not None and downloaded.read() == b"OggS-of-Ana"
    await peer.send_voice(1001, b"OggS-of-bot", caption="nghe")
    await peer.send_voice(1001, voice.file_id)
    await peer.send_photo(1001, b"\xff\xd8\xff\xe0 photo")
    await peer.send_document(1001, b"%PDF", filename="ds.pdf")
    await peer.send_location(1001, 9.9, 106.3)
    sent = [await ana.reply() for _ in range(5)]
    assert sent[0].voice and sent[1].voice and sent[1].voice.file_id == voice.file_id
    assert sent[0].caption == "nghe" and sent[2].photo and sent[4].location
    assert sent[3].document and sent[3].document.file_name == "ds.pdf"


async def test_block_and_unblock(tg: TelegramStandIn, peer: telegram.Bot) -> None:
    ana = tg.person(1001)
    await ana.start()
    await ana.block()
    with pytest.raises(telegram.error.Forbidden, match="blocked by the user"):
        await peer.send_message(1001, "chào")
    await ana.unblock()
    await peer.send_message(1001, "chào")
    await ana.block()
    await ana.say("chào", reply_to=ana.inbox[0])
    changes = [update.my_chat_member for update in await peer.get_updates() if update.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"] * 2


async def test_reply_keyboard_is_pressed(tg: TelegramStandIn, bot: Bot) -> None:
    ana = tg.person(1001)
    await ana.start()
    keyboard = [[KeyboardButton(text="Gửi số", request_contact=True)], [KeyboardButton(text="Bỏ qua")]]
    await bot.send_message(1001, "Số?", reply_markup=ReplyKeyboardMarkup(keyboard=keyboard))
    assert ana.keyboard == ["Gửi số", "Bỏ qua"]
    await ana.tap("bỏ qua")
    await ana.tap("gửi SỐ")
    _, skipped, shared = [update.message for update in await bot.get_updates()]
    assert skipped and skipped.text == "Bỏ qua"
    assert shared and shared.contact and shared.contact.user_id == 1001
    await bot.send_message(1001, "Xong", reply_markup=ReplyKeyboardRemove())
    with pytest.raises(NoReply, match="no button 'bỏ qua' in sight"):
        await ana.tap("bỏ qua", timeout=0)


async def test_waiting_in_vain_shows_the_transcript(tg: TelegramStandIn) -> None:
    ana = tg.person(1001, "Ana")
    await ana.say("có ai không")
    with pytest.raises(NoReply, match=r"(?s)Ana waited 0 s for a reply.*Ana: có ai không"):
        await ana.reply(timeout=0)
    with pytest.raises(NoReply, match="'updates not taken': 1"):
        await ana.quiet(timeout=0)


async def test_group_and_raw_update(tg: TelegramStandIn, bot: Bot) -> None:
    ana, group = tg.person(1001), tg.group(-100123)
    await ana.say("chào cả nhà", chat=group)
    await ana.send_raw({"poll": {"id": "1"}, "message": {"odd": True}})
    await bot.send_message(-100123, "chào")
    assert (await group.reply()).text == "chào"
    pending = [set(queued.body) - {"update_id"} for queued in tg.world.updates.pending.values()]
    assert pending == [{"message"}, {"poll", "message"}]


async def test_offset_confirms_and_limit_bounds(tg: TelegramStandIn, bot: Bot) -> None:
    ana = tg.person(1001)
    for text in ["một", "hai", "ba"]:
        await ana.say(text)
    first, second = await bot.get_updates(limit=2)
    assert await bot.get_updates(limit=2) == [first, second]
    (third,) = await bot.get_updates(offset=second.update_id + 1)
    assert third.message and third.message.text == "ba"
    assert await bot.get_updates(offset=third.update_id + 1) == []


async def test_negative_offset_keeps_the_last(tg: TelegramStandIn, bot: Bot) -> None:
    ana = tg.person(1001)
    await ana.say("cũ")
    await ana.say("mới")
    (last,) = await bot.get_updates(offset=-1)
    assert last.message and last.message.text == "mới"


async def test_allowed_updates_filter(tg: TelegramStandIn, bot: Bot) -> None:
    ana = tg.person(1001)
    await bot.get_updates(allowed_updates=["my_chat_member"])
    await ana.say("chào")
    await ana.block()
    (update,) = await bot.get_updates()
    assert update.my_chat_member
    with pytest.raises(TelegramBadRequest, match="unknown"):
        await bot.get_updates(allowed_updates=["mesage"])


async def test_polling_and_webhook_exclude_each_other(tg: TelegramStandIn, bot: Bot) -> None:
    await bot.set_webhook("https://example.org/hook", secret_token=SECRET, max_connections=5)
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == ("https://example.org/hook", 5)
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == []


async def test_second_poller_ends_the_first(tg: TelegramStandIn, bot: Bot, peer: telegram.Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    assert await until_called(tg, "getUpdates")
    assert await peer.get_updates(timeout=0) == ()
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates"):
        await first


async def until_called(tg: TelegramStandIn, method: str) -> bool:
    """Waits on the server's own event, with no clock: the call is counted when its work begins."""
    return await tg.world.called.until(lambda: tg.stats.calls[method] > 0, 5)


async def test_webhook_is_retried_and_its_failures_kept(tg: TelegramStandIn, hook: EchoWebhook) -> None:
    ana = tg.person(1001)
    hook.refuse_next = 2
    await ana.say("chào")
    assert (await ana.reply()).text == "chào"
    assert [failure.attempt for failure in tg.webhook_failures] == [1, 2]
    assert "500" in tg.webhook_failures[0].reason


async def test_webhook_gives_up_in_the_end(tg: TelegramStandIn, hook: EchoWebhook) -> None:
    ana = tg.person(1001)
    tg.webhook.attempts, tg.webhook.pause, hook.refuse_next = 3, 0, 3
    await ana.say("mất")
    await ana.quiet()
    assert len(tg.webhook.given_up) == 1 and len(tg.webhook_failures) == 3 and ana.inbox == []


async def test_wrong_secret_is_a_failure(tg: TelegramStandIn, hook: EchoWebhook) -> None:
    tg.webhook.secret, tg.webhook.attempts = "guessed", 1
    await tg.person(1001).say("chào")
    await tg.person(1001).quiet()
    assert "401" in tg.webhook_failures[0].reason


async def test_one_chat_is_served_one_by_one_unless_told(tg: TelegramStandIn, hook: EchoWebhook) -> None:
    ana = tg.person(1001)
    for text in ["một", "hai", "ba"]:
        await ana.say(text)
    await ana.hear("ba")
    await ana.quiet()
    assert hook.most_running == 1
    tg.webhook.concurrent = True
    hook.gate.clear()
    for text in ["bốn", "năm", "sáu"]:
        await ana.say(text)
    assert await hook.entered.until(lambda: hook.running == 3, 5)
    hook.gate.set()
    await ana.quiet()
    assert hook.most_running == 3 and len(ana.inbox) == 6


async def test_duplicates_and_disorder(tg: TelegramStandIn, hook: EchoWebhook) -> None:
    ana = tg.person(1001)
    tg.webhook.copies = 2
    tg.webhook.hold()
    await ana.say("một")
    await ana.say("hai")
    tg.webhook.release(reverse=True)
    await ana.quiet()
    assert [message.text for message in ana.inbox] == ["hai", "hai", "một", "một"]


async def test_a_bot_may_answer_in_the_webhook_response(tg: TelegramStandIn, bot: Bot) -> None:
    async def take(request: Request) -> Response:
        return JSONResponse({"method": "sendMessage", "chat_id": 1001, "text": "chào"})

    server = LoopbackServer(Starlette(routes=[Route("/hook", take, methods=["POST"])]))
    await bot.set_webhook(f"http://127.0.0.1:{await server.open()}/hook")
    await tg.person(1001).start()
    assert (await tg.person(1001).reply()).text == "chào"
    await bot.delete_webhook()
    await server.close()

"""The Zalo Bot Platform over real HTTP: webhook and polling, what it can't show, what it refuses, what is logged."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendDocument, SendMessage, SendPhoto, SendSticker, SendVoice
from pydantic import SecretStr
from sqlalchemy import text

from bot.channels.channel import outgoing_number
from bot.channels.limits import zalo_bot as limits
from bot.channels.zalo_bot import CHANNEL, ZaloBot, poll, set_webhook, take_left
from bot.channels.zalo_bot_client import ZaloBotError
from bot.channels.zalo_bot_events import Said, read_event, update_number
from bot.doctor import fatal
from bot.log import Discreet
from bot.settings import Settings
from jobs.files import fetch_files
from jobs.retention import forget_old
from tests.conftest import SECRET, ZALO_BOT_TOKEN, MovableClock, Running, running
from tests.conversation.test_registration import PERSON, begin
from tests.conversation.zalo_bot_phone import ZaloBotPhone
from tests.standins.zalo_bot import ZaloBotStandIn, ZaloPerson
from tests.standins.zalo_bot.server import Refusal


@pytest.fixture
def ret(program: Running, zalo_bot: ZaloBotStandIn) -> ZaloBotPhone:
    return ZaloBotPhone(program, zalo_bot, zalo_bot.person())


def bot_of(program: Running) -> ZaloBot:
    bot = program.program.bots["zalo_bot"]
    assert isinstance(bot, ZaloBot)
    return bot


async def count(program: Running, table: str) -> int:
    async with program.engine.connect() as connection:
        return int(await connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


async def test_a_flat_body_is_read_like_a_wrapped_one(ret: ZaloBotPhone, zalo_bot: ZaloBotStandIn) -> None:
    zalo_bot.flat = True
    assert "1. Tiếng Việt" in (await ret.say("chào")).buttons


async def test_an_event_that_comes_again_is_handled_once(
    ret: ZaloBotPhone, zalo_bot: ZaloBotStandIn, program: Running
) -> None:
    await ret.say("alo")
    await ret.say("1")
    zalo_bot.copies = 3
    answer = await ret.say("gặp cán bộ")
    assert len(answer.texts) == 1
    assert zalo_bot.answers == [200] * 5
    assert await count(program, "help_request") == 1


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", "mật khẩu"])
async def test_a_call_without_the_secret_is_refused(program: Running, secret: str) -> None:
    headers = {b"X-Bot-Api-Secret-Token": secret.encode()} if secret else {}
    async with httpx.AsyncClient(base_url=program.url) as client:
        answer = await client.post("/zalo/bot/webhook", content=b"{}", headers=headers)
    assert answer.status_code == 403
    assert await count(program, "identity") == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b'{"ok":true}', b'{"event_name":"user.follow"}', b'{"event_name":["x"]}',
     b'{"event_name":"message.text.received"}', b'{"event_name":"message.text.received","message":{"from":{}}}',
     b'{"result":{"event_name":"message.reaction.received","message":{}}}', b'{"result":[1]}', b"\xff\xfe"],
)  # fmt: skip
async def test_what_is_no_event_of_ours_is_taken_and_left(program: Running, body: bytes) -> None:
    headers = {"X-Bot-Api-Secret-Token": SECRET}
    async with httpx.AsyncClient(base_url=program.url) as client:
        answer = await client.post("/zalo/bot/webhook", content=body, headers=headers)
    assert answer.status_code == 200
    assert await count(program, "identity") == 0


async def test_a_group_is_not_answered(ret: ZaloBotPhone, program: Running) -> None:
    await ret.person.say_in_group("tìm việc")
    await program.settle()
    assert ret.person.inbox == []
    assert await count(program, "identity") == 0


async def test_the_account_is_kept_by_its_word_and_a_number_of_ours(ret: ZaloBotPhone, program: Running) -> None:
    await ret.say("alo")
    async with program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT channel, address, chat_id FROM identity"))).one()
    assert (row.channel, row.address) == ("zalo_bot", ret.person.id)
    assert 0 < row.chat_id < 1000


async def test_a_protected_account_is_led_to_a_person_and_a_number(zalo_bot: ZaloBotStandIn, program: Running) -> None:
    phone = ZaloBotPhone(program, zalo_bot, zalo_bot.person("p-1", protected=True))
    answer = await phone.say("xin chào")
    for words in ("Máy không đọc được", "ប្រព័ន្ធអាន", "0294 000 0000", "Thứ Năm 26/11/2026"):
        assert words in answer
    assert await count(program, "help_request") == 1
    again = await phone.say("1")
    assert "0294 000 0000" in again
    assert await count(program, "help_request") == 1, "staff is asked once a day"


async def test_what_cannot_be_passed_on_leaves_a_form_where_it_was(ret: ZaloBotPhone, program: Running) -> None:
    await begin(ret)
    await ret.person.send_contact_card()
    answer = await ret.answer()
    assert "không đọc được" in answer
    assert "sinh năm nào" in answer
    assert await count(program, "help_request") == 0


@pytest.mark.parametrize("key", ["photo", "photo_url"])
async def test_a_photo_and_a_voice_are_fetched_and_sealed(ret: ZaloBotPhone, program: Running, key: str) -> None:
    await begin(ret)
    await ret.person.send_photo(b"\xff\xd8 a photo", key=key)
    assert "Đã nhận" in await ret.answer()
    for words in PERSON[:4]:
        await ret.say(words)
    await ret.person.send_voice(b"a voice")
    assert "bằng số nào" in await ret.answer(), "the voice was taken for the name"
    await ret.person.send_sticker()
    assert "bằng số nào" in await ret.answer()
    files = program.program.files
    assert await fetch_files(program.engine, files, lambda c, f: fetch(program, c, f), program.program.clock()) == 2
    async with program.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT kind, path FROM attachment ORDER BY id"))).all()
    assert [(row.kind, files.open(row.path)) for row in rows] == [
        ("photo", b"\xff\xd8 a photo"),
        ("voice", b"a voice"),
    ]


async def fetch(program: Running, channel: str, file_id: str) -> bytes:
    content = await program.program.bots[channel].download(file_id)
    assert content is not None
    return content.read()


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/a", "https://127.0.0.1/a", "file:///etc/passwd", "https://[::1]/", "x"]
)
async def test_no_file_is_fetched_from_inside(program: Running, url: str) -> None:
    with pytest.raises(ValueError, match="not a public"):
        await bot_of(program).download(url)


async def test_a_long_text_goes_in_pieces_and_no_piece_twice(
    ret: ZaloBotPhone, zalo_bot: ZaloBotStandIn, program: Running
) -> None:
    await ret.say("alo")
    ret.person.unread()
    bot, chat_id = bot_of(program), await bot_of(program).book.chat_of(ret.person.id)
    words = "\n".join(f"Dòng {n}: người lao động đăng ký việc làm." for n in range(120))
    assert len(words) > 2 * limits.TEXT
    token = outgoing_number.set(77)
    zalo_bot.faults.extend([lambda: None, Refusal(403, "internal server error", violation=False)])
    with pytest.raises(Exception, match="internal server error"):
        await bot(SendMessage(chat_id=chat_id, text=words))
    await bot(SendMessage(chat_id=chat_id, text=words))
    outgoing_number.reset(token)
    pieces = [message["text"] for message in ret.person.unread()]
    assert "\n".join(pieces) == words
    assert zalo_bot.violations == []


async def test_letters_are_composed_before_they_are_sent(
    ret: ZaloBotPhone, zalo_bot: ZaloBotStandIn, program: Running
) -> None:
    await ret.say("alo")
    ret.person.unread()
    chat_id = await bot_of(program).book.chat_of(ret.person.id)
    await bot_of(program)(SendMessage(chat_id=chat_id, text="Đăng ký việc làm"))
    assert [m["text"] for m in ret.person.unread()] == ["Đăng ký việc làm"]
    assert zalo_bot.violations == []


async def test_pictures_stickers_and_voices_go_as_the_platform_can(
    ret: ZaloBotPhone, zalo_bot: ZaloBotStandIn, program: Running
) -> None:
    await ret.say("alo")
    ret.person.unread()
    bot, chat = bot_of(program), await bot_of(program).book.chat_of(ret.person.id)
    await bot(SendPhoto(chat_id=chat, photo="https://a.vn/1.jpg", caption="Ngày hội"))
    await bot(SendSticker(chat_id=chat, sticker="0e078a"))
    await bot(SendVoice(chat_id=chat, voice="https://a.vn/1.aac", caption="Nghe"))
    await bot(SendVoice(chat_id=chat, voice="https://a.vn/1.ogg", caption="Chỉ có chữ"))
    await bot(SendDocument(chat_id=chat, document="https://a.vn/1.pdf", caption="Đơn"))
    await bot.send_chat_action(chat, "typing")
    shown = [{k: v for k, v in m.items() if k != "chat_id"} for m in ret.person.unread()]
    assert shown == [
        {"method": "sendPhoto", "photo": "https://a.vn/1.jpg", "caption": "Ngày hội"},
        {"method": "sendSticker", "sticker": "0e078a"},
        {"method": "sendVoice", "voice_url": "https://a.vn/1.aac"},
        {"method": "sendMessage", "text": "Nghe"},
        {"method": "sendMessage", "text": "Chỉ có chữ"},
        {"method": "sendMessage", "text": "Đơn\nhttps://a.vn/1.pdf"},
    ]
    assert ret.person.actions == ["typing"]
    assert zalo_bot.violations == []


@pytest.mark.parametrize(
    ("code", "left", "outcome"),
    [(429, 1, "later"), (403, 1, "later"), (408, 1, "later"), (401, 1, "later"), (400, 0, "refused")],
)
async def test_refusals_are_repeated_or_not(
    ret: ZaloBotPhone,
    zalo_bot: ZaloBotStandIn,
    program: Running,
    clock: MovableClock,
    code: int,
    left: int,
    outcome: str,
) -> None:
    zalo_bot.faults.append(Refusal(code, f"no: {ZALO_BOT_TOKEN}", violation=False))
    assert not (await ret.say("alo")).texts
    await program.program.delivery.flush()
    async with program.engine.connect() as connection:
        due = (await connection.execute(text("SELECT due_at, tries FROM outgoing WHERE channel = 'zalo_bot'"))).all()
    assert len(due) == left, outcome
    if code == 429:
        assert (due[0].due_at - clock()).total_seconds() == limits.PAUSE_AFTER_429
        traffic = program.program.traffic[CHANNEL]
        assert traffic.stopped_until > time.monotonic()
        traffic.stopped_until = 0.0  # its pause is over
    clock.forward(minutes=2)
    await program.program.delivery.look()
    assert bool((await ret.answer()).texts) == bool(left), "what was postponed arrives"


async def test_no_answer_at_all_is_repeated(zalo_bot: ZaloBotStandIn, program: Running) -> None:
    bot = bot_of(program)
    chat_id = await bot.book.chat_of("somebody")
    bot.client._base = "http://127.0.0.1:9"
    with pytest.raises(TelegramNetworkError) as caught:
        await bot(SendMessage(chat_id=chat_id, text="x"))
    assert ZALO_BOT_TOKEN not in repr(caught.value)


async def test_neither_token_nor_number_reaches_the_log(
    ret: ZaloBotPhone, zalo_bot: ZaloBotStandIn, program: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await begin(ret)
    for words in PERSON:
        await ret.say(words)
    zalo_bot.faults.append(Refusal(400, f"bad address /bot{ZALO_BOT_TOKEN}/sendMessage", violation=False))
    await ret.say("may")
    bot_of(program).client._base = "http://127.0.0.1:9"
    await ret.say("menu")
    discreet = Discreet("%(name)s %(message)s")
    logged = "\n".join(discreet.format(record) for record in caplog.records)
    assert "refused a reply" in logged
    for secret in (
        ZALO_BOT_TOKEN,
        "abc-xyz",
        SECRET,
        "0912345678",
        "912 345 678",
        "912345678",
        ret.person.id,
        "Sa Rết",
    ):
        assert secret not in logged, secret


def test_a_token_in_an_address_is_taken_out_of_any_line() -> None:
    record = logging.LogRecord("x", 20, "", 0, "GET https://h/bot12345689:abc-xyz/getMe 0912345678", None, None)
    assert Discreet("%(message)s").format(record) == "GET https://h/bot[token]/getMe [phone]"


async def test_the_program_says_who_it_is(program: Running) -> None:
    assert (await bot_of(program).me()).username == "bot.viec"


async def test_the_webhook_is_registered_with_its_secret(program: Running, zalo_bot: ZaloBotStandIn) -> None:
    await set_webhook(bot_of(program), "https://viec.vn/zalo/bot/webhook", SECRET)
    assert zalo_bot.webhook == {"url": "https://viec.vn/zalo/bot/webhook", "secret_token": SECRET}
    await set_webhook(bot_of(program), "http://viec.vn/", SECRET)
    assert zalo_bot.violations == ["setWebhook: 400 url must be public https"]


def test_a_webhook_without_a_fit_secret_is_no_start(settings: Settings) -> None:
    assert fatal(settings) is None
    for secret in (None, SecretStr("short")):
        problem = fatal(settings.model_copy(update={"zalo_bot_webhook_secret": secret}))
        assert problem is not None
        assert "ZALO_BOT_WEBHOOK_SECRET" in problem


@asynccontextmanager
async def polling(settings: Settings, clock: MovableClock, zalo: ZaloBotStandIn) -> AsyncIterator[Running]:
    """The program with a poller, as ``zalo_bot_mode`` is by default."""
    update = {"zalo_bot_api_base": zalo.base_url, "zalo_bot_mode": "polling", "telegram_token": None}
    async with running(settings.model_copy(update=update), clock) as program:
        program.program.tasks.start_endless(lambda: poll(bot_of(program), program.program.intake), "polling")
        yield program


async def heard(person: ZaloPerson, words: str) -> str:
    """Wait for a message that has these words."""
    async with asyncio.timeout(20):
        while not (found := [m["text"] for m in person.inbox if words in m["text"]]):
            await asyncio.sleep(0.02)
    return str(found[-1])


async def test_polling_takes_one_event_after_the_other(
    settings: Settings, clock: MovableClock, zalo_bot: ZaloBotStandIn
) -> None:
    zalo_bot.webhook = {"url": "https://old/", "secret_token": SECRET}
    async with polling(settings, clock, zalo_bot) as program:
        await zalo_bot.asked("getUpdates")
        person = zalo_bot.person()
        for words in ("alo", "1", "tìm việc"):
            await person.say(words)
        await heard(person, "đồng ý")
        assert await count(program, "identity") == 1
    assert zalo_bot.calls[0][0] == "deleteWebhook"
    assert zalo_bot.violations == []


async def test_an_idle_poll_is_no_failure(
    settings: Settings,
    clock: MovableClock,
    zalo_bot: ZaloBotStandIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(limits, "POLL_SECONDS", 0.05)
    async with polling(settings, clock, zalo_bot):
        async with asyncio.timeout(20):
            while sum(name == "getUpdates" for name, _ in zalo_bot.calls) < 4:
                await asyncio.sleep(0.01)
        await zalo_bot.person().say("alo")
        await heard(zalo_bot.person(), "Chào")
    assert "waits" not in caplog.text


async def test_what_was_polled_while_the_database_was_away_is_not_lost(
    settings: Settings, clock: MovableClock, zalo_bot: ZaloBotStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with polling(settings, clock, zalo_bot) as program:
        book, real = bot_of(program).book, bot_of(program).book.chat_of
        failures = [ConnectionRefusedError(), ConnectionRefusedError()]

        async def chat_of(address: str) -> int:
            if failures:
                raise failures.pop()
            return await real(address)

        monkeypatch.setattr(book, "chat_of", chat_of)
        await zalo_bot.person().say("alo")
        await zalo_bot.person().say("1")
        await heard(zalo_bot.person(), "Tìm việc làm")
    assert failures == []


async def test_what_a_dead_process_had_kept_is_handled_by_the_next(
    settings: Settings, clock: MovableClock, zalo_bot: ZaloBotStandIn
) -> None:
    person = zalo_bot.person()
    async with running(settings, clock) as dead:
        for words in ("alo", "1"):
            await person.say(words)
            await bot_of(dead).inbox.keep({"ok": True, "result": zalo_bot.waiting.popleft()})
        await bot_of(dead).inbox.keep({"event_name": "something.new", "nul": "a\0b"})
    async with polling(settings, clock, zalo_bot) as program:
        await heard(person, "Tìm việc làm")
        await zalo_bot.asked("getUpdates")
        assert await count(program, "zalo_bot_event") == 0
        assert await count(program, "seen_update") == 2


async def test_an_event_that_cannot_be_stored_does_not_stop_those_after_it(
    settings: Settings, clock: MovableClock, zalo_bot: ZaloBotStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot._PAUSE", 0.01)
    async with polling(settings, clock, zalo_bot) as program:
        book, real = bot_of(program).book, bot_of(program).book.chat_of

        async def chat_of(address: str) -> int:
            if address == "poison":
                raise ConnectionRefusedError  # though the database is there
            return await real(address)

        monkeypatch.setattr(book, "chat_of", chat_of)
        await zalo_bot.person("poison").say("alo")
        await zalo_bot.person().say("alo")
        await heard(zalo_bot.person(), "Chào")
        async with program.engine.connect() as connection:
            aside = await connection.scalar(text("SELECT count(*) FROM zalo_bot_event WHERE put_aside_at IS NOT NULL"))
        assert aside == 1
        clock.forward(days=4)
        await forget_old(program.engine, program.program.files, datetime.now(UTC) + timedelta(days=4))
        assert await count(program, "zalo_bot_event") == 0


async def test_a_webhook_keeps_what_it_cannot_handle_now(
    ret: ZaloBotPhone, zalo_bot: ZaloBotStandIn, program: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, intake = bot_of(program), program.program.intake

    async def never(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("bot.channels.zalo_bot._ANSWER", 0.05)
    with monkeypatch.context() as patch:
        patch.setattr(intake, "take", never)
        await ret.person.say("alo")
    assert zalo_bot.answers == [200], "it is kept: Zalo need not wait"
    assert await count(program, "zalo_bot_event") == 1
    assert await take_left(bot, intake, timedelta(minutes=1)) == 0, "somebody may be at it"
    assert await take_left(bot, intake) == 1
    assert await heard(ret.person, "Chào")
    assert await count(program, "zalo_bot_event") == 0


def test_an_event_has_one_number_and_a_later_one_a_higher() -> None:
    def said(message_id: str, date: int) -> Said:
        return Said.model_validate({"from": {"id": 1}, "chat": {"id": "c"}, "message_id": message_id, "date": date})

    first = said("a", 1750316131602)
    assert update_number(first) == update_number(said("a", 1750316131602))
    assert update_number(first) != update_number(said("b", 1750316131602))
    assert update_number(first) < update_number(said("0", 1750316131603)) < 2**63
    assert said("a", 1750316131).milliseconds == 1750316131000, "some have seen seconds"


def test_a_bots_own_words_are_no_event() -> None:
    message = {"from": {"id": "1", "is_bot": True}, "chat": {"id": "1"}, "message_id": "m", "date": 1, "text": "x"}
    assert read_event({"event_name": "message.text.received", "message": message}) is None


async def test_the_stand_in_is_strict(zalo_bot: ZaloBotStandIn, program: Running) -> None:
    client, person = bot_of(program).client, zalo_bot.person()
    zalo_bot.met.add(person.id)
    for method, params, code in (
        ("sendMessage", {"chat_id": person.id, "text": "x" * 2001}, 400),
        ("sendMessage", {"chat_id": person.id, "text": ""}, 400),
        ("sendMessage", {"chat_id": person.id, "text": "x", "reply_markup": "{}"}, 400),
        ("sendMessage", {"chat_id": "stranger", "text": "x"}, 404),
        ("editMessageText", {"chat_id": person.id, "text": "x"}, 404),
        ("sendVoice", {"chat_id": person.id, "voice_url": "https://a/1.mp3"}, 400),
        ("getUpdates", {"timeout": "1"}, 400),
    ):
        with pytest.raises(ZaloBotError) as caught:
            await client.call(method, params, 10)
        assert caught.value.code == code, method
    assert len(zalo_bot.violations) == 7

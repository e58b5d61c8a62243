"""Each rule of the Bot API that the stand-in holds the bot to, and that breaking it is put on record."""

import json
from typing import Any

import httpx
import pytest
import telegram
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton
from aiogram.types import ReplyKeyboardMarkup as Keyboard

from tests.standins.telegram import Person, TelegramStandIn
from tests.standins.telegram.loopback import NO_TLS
from tests.standins.telegram.texts import parse_html

pytestmark = pytest.mark.asyncio
BOTH_REQUESTS = ("request_contact", "request_location")


async def call(tg: TelegramStandIn, method: str, token: str = "42:TEST", **request: Any) -> httpx.Response:  # noqa: S107
    async with httpx.AsyncClient(base_url=tg.base_url, trust_env=False, verify=NO_TLS) as client:
        return await client.post(f"/bot{token}/{method}", **request)


async def said(tg: TelegramStandIn, **params: Any) -> httpx.Response:
    """sendMessage with a JSON body, to someone who has written."""
    await tg.person(1001).start()
    return await call(tg, "sendMessage", json={"chat_id": 1001, "text": "chào"} | params)


def button(**fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Có"} | fields]]}


@pytest.mark.parametrize("content_type", ["json", "form", "multipart", "get"])
async def test_every_kind_of_body(tg: TelegramStandIn, content_type: str) -> None:
    ana = tg.person(1001)
    await ana.start()
    params = {"chat_id": "1001", "text": "chào", "protect_content": "true"}
    if content_type == "json":
        answer = await call(tg, "sendMessage", json=params | {"protect_content": True})
    elif content_type == "form":
        answer = await call(tg, "sendMessage", data=params)
    elif content_type == "multipart":
        answer = await call(tg, "sendMessage", files={key: (None, value) for key, value in params.items()})
    else:
        async with httpx.AsyncClient(trust_env=False, verify=NO_TLS) as client:
            answer = await client.get(f"{tg.base_url}/bot42:TEST/sendmessage", params=params)
    assert answer.json()["ok"] and (await ana.reply()).has_protected_content
    assert tg.violations == []


async def test_wrong_token_and_unknown_method(tg: TelegramStandIn) -> None:
    answer = await call(tg, "getMe", token="42:OTHER")
    assert answer.status_code == 401
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert (await call(tg, "sendPigeon")).status_code == 404
    assert tg.violations == ["getMe: Unauthorized", "sendPigeon: Not Found: method not found"]


async def test_chat_must_exist_and_have_written_first(tg: TelegramStandIn, peer: telegram.Bot) -> None:
    tg.person(1001)
    with pytest.raises(telegram.error.Forbidden, match="can't initiate conversation"):
        await peer.send_message(1001, "chào")
    with pytest.raises(telegram.error.BadRequest, match="Chat not found"):
        await peer.send_message(9999, "chào")
    assert tg.violations == [] and tg.stats.errors == {403: 1, 400: 1}


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"txt": "chào"}, "unknown parameter 'txt'"),
        ({"protect_content": "true"}, "is not a boolean"),
        ({"text": 5}, "is not a string"),
        ({"message_thread_id": "5"}, "is not an integer"),
        ({"reply_markup": "{}"}, "is not an object"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "<b>a", "parse_mode": "HTML"}, "Can't find end tag"),
        ({"text": "<b>a</i>", "parse_mode": "HTML"}, "Unmatched end tag"),
        ({"text": "a</i>", "parse_mode": "HTML"}, "Unexpected end tag"),
        ({"text": "<div>a</div>", "parse_mode": "HTML"}, "Unsupported start tag"),
        ({"text": "5 < 6", "parse_mode": "HTML"}, "Unsupported start tag"),
        ({"text": "*a*", "parse_mode": "MarkdownV2"}, "unsupported parse_mode"),
        ({"entities": [{"type": "bold", "offset": 0, "length": 9}]}, "outside the text"),
        ({"entities": [{"type": "bold", "start": 0}]}, "has no field start"),
        ({"link_preview_options": {"disabled": True}}, "has no field disabled"),
        ({"reply_parameters": {"id": 5}}, "has no field id"),
        ({"reply_markup": {}}, "can't parse reply keyboard"),
        ({"reply_markup": {"inline_keyboard": [{"text": "a", "callback_data": "b"}]}}, "Array of Arrays"),
        ({"reply_markup": {"inline_keyboard": [["a"]]}}, "must be an object"),
        ({"reply_markup": button()}, "exactly one action"),
        ({"reply_markup": button(url="https://a.vn", callback_data="a")}, "exactly one action"),
        ({"reply_markup": button(callback_data="")}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": button(callback_data="ệ" * 22)}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": button(callback_data=5)}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": button(url="tel:0909")}, "BUTTON_URL_INVALID"),
        ({"reply_markup": button(callback="a")}, "has no field callback"),
        ({"reply_markup": button(text=" ", callback_data="a")}, "must have a text"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]] * 101}},
            "reply markup is too long",
        ),
        ({"reply_markup": {"keyboard": [["a"]], "resize": True}}, "has no field resize"),
        ({"reply_markup": {"remove_keyboard": False}}, "can only be true"),
        (
            {"reply_markup": {"keyboard": [[{"text": "a"} | dict.fromkeys(BOTH_REQUESTS, True)]]}},
            "at most one",
        ),
    ],
)
async def test_a_broken_message_is_refused_and_recorded(
    tg: TelegramStandIn, params: dict[str, Any], complaint: str
) -> None:
    answer = await said(tg, **params)
    assert answer.status_code == 400 and complaint in answer.json()["description"]
    (violation,) = tg.violations
    assert violation.startswith("sendMessage: ") and complaint in violation
    assert tg.person(1001).inbox == []


@pytest.mark.parametrize(
    "params",
    [
        {"text": "a" * 4096},
        {"text": "<b>" + "a" * 4096 + "</b>", "parse_mode": "HTML"},
        {"reply_markup": button(callback_data="a" * 64)},
        {"reply_markup": button(url="tg://user?id=1001")},
        {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]] * 100}},
        {"reply_markup": {"keyboard": [["a", {"text": "b", "request_contact": True}]]}},
        {"reply_markup": {"force_reply": True, "input_field_placeholder": "tên"}},
        {"reply_markup": {"remove_keyboard": True}},
        {"reply_parameters": {"message_id": 1}},
        {"reply_parameters": {"message_id": 99, "allow_sending_without_reply": True}},
    ],
)
async def test_what_just_fits_is_taken(tg: TelegramStandIn, params: dict[str, Any]) -> None:
    answer = await said(tg, **params)
    assert answer.json()["ok"], answer.text
    assert tg.violations == []


async def test_missing_and_doubled_parameters(tg: TelegramStandIn) -> None:
    assert "'text' is required" in (await call(tg, "sendMessage", json={"chat_id": 1})).text
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    twice = await call(tg, "sendMessage", content="chat_id=1&chat_id=2", headers=form)
    assert "given twice" in twice.text
    cut = await call(tg, "sendMessage", content="{", headers={"Content-Type": "application/json"})
    assert "as JSON" in cut.text


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("😀<code>x</code>", "😀x", [("code", 2, 1)]),
        ("&lt;b&gt; &amp; &copy; &#273;", "<b> & &copy; đ", []),
        ('<a href="https://a.vn?x=1&amp;y=2">đây</a>', "đây", [("text_link", 0, 3)]),
        ('<span class="tg-spoiler">kín</span>', "kín", [("spoiler", 0, 3)]),
    ],
)
async def test_html_becomes_entities(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    found, marks = parse_html(source)
    assert found == text
    assert [(mark["type"], mark["offset"], mark["length"]) for mark in marks] == entities


async def test_text_is_trimmed_and_entities_follow(tg: TelegramStandIn) -> None:
    await said(tg, text="  <b>chào</b>\n", parse_mode="HTML")
    message = await tg.person(1001).reply()
    assert message.text == "chào" and message.parse_entities() == {message.entities[0]: "chào"}


async def test_captions_photos_and_attachments(tg: TelegramStandIn, peer: telegram.Bot) -> None:
    await tg.person(1001).start()
    with pytest.raises(telegram.error.BadRequest, match="caption is too long"):
        await peer.send_photo(1001, b"\xff\xd8\xff", caption="a" * 1025)
    with pytest.raises(telegram.error.BadRequest, match="Image_process_failed"):
        await peer.send_photo(1001, b"not a picture")
    with pytest.raises(telegram.error.BadRequest, match="Wrong file identifier"):
        await peer.send_voice(1001, "F999999")
    stray = await call(tg, "sendMessage", data={"chat_id": "1001", "text": "a"}, files={"photo": b"x"})
    assert "nothing refers to it" in stray.text


async def test_big_files_are_not_fetched(tg: TelegramStandIn, bot: Bot) -> None:
    document = (await tg.person(1001).send_document(bytes(20 * 1024 * 1024 + 1))).document
    assert document is not None
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(document.file_id)


async def test_contacts_are_asked_for_in_private_only(tg: TelegramStandIn, bot: Bot) -> None:
    tg.group(-100123)
    keyboard = Keyboard(keyboard=[[KeyboardButton(text="Số", request_contact=True)]])
    with pytest.raises(TelegramBadRequest, match="in private chats only"):
        await bot.send_message(-100123, "Số?", reply_markup=keyboard)


async def test_edits(tg: TelegramStandIn, bot: Bot) -> None:
    ana = tg.person(1001)
    asked = await ana.say("chào")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="b")]])
    sent = await bot.send_message(1001, "một", reply_markup=keyboard)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await sent.edit_text("một", reply_markup=keyboard)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await sent.edit_reply_markup(reply_markup=keyboard)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("hai", chat_id=1001, message_id=99)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("hai", chat_id=1001, message_id=asked.message_id)
    await sent.edit_text("hai")
    (shown,) = ana.inbox
    assert shown.text == "hai" and shown.reply_markup is None and shown.edit_date
    await sent.edit_reply_markup(reply_markup=keyboard)
    await sent.edit_reply_markup()
    await sent.delete()
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await sent.delete()
    assert ana.inbox == []


async def asked(tg: TelegramStandIn, bot: Bot) -> Person:
    """Someone with a button in sight."""
    ana = tg.person(1001)
    await ana.start()
    await said(tg, reply_markup=button(callback_data="yes"))
    return ana


async def test_taps_are_answered_once_and_in_time(tg: TelegramStandIn, bot: Bot) -> None:
    ana = await asked(tg, bot)
    tap = await ana.tap("có")
    assert tg.unanswered == [tap]
    *_, update = await bot.get_updates()
    assert update.callback_query and update.callback_query.data == "yes"
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(update.callback_query.id, "a" * 201)
    await bot.answer_callback_query(update.callback_query.id, "được")
    assert tg.unanswered == [] and ana.toast == ["được"]
    for query_id in (update.callback_query.id, "77"):
        with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
            await bot.answer_callback_query(query_id)


async def test_old_taps_come_too_late(tg: TelegramStandIn, bot: Bot) -> None:
    ana = await asked(tg, bot)
    (message,) = ana.inbox
    await ana.tap("có")
    tg.expire_queries()
    await ana.tap_on(message, "of last year", expired=True, inaccessible=True)
    updates = await bot.get_updates()
    queries = [update.callback_query for update in updates if update.callback_query]
    assert [query.data for query in queries] == ["yes", "of last year"]
    for query in queries:
        with pytest.raises(TelegramBadRequest, match="query is too old"):
            await bot.answer_callback_query(query.id)


@pytest.mark.parametrize(
    ("method", "params", "complaint"),
    [
        ("setMyCommands", {"commands": [{"command": "Menu", "description": "a"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "menu", "description": ""}]}, "DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [{"command": "menu"}]}, "can't parse BotCommand"),
        ("setMyCommands", {"commands": []}, "must not be empty"),
        (
            "setMyCommands",
            {"commands": [{"command": "menu", "description": "a"}], "language_code": "vie"},
            "invalid language code",
        ),
        ("setMyName", {"name": "a" * 65}, "0-64"),
        ("setMyDescription", {"description": "a" * 513}, "0-512"),
        ("setMyShortDescription", {"short_description": "a" * 121}, "0-120"),
        ("setWebhook", {"url": "http://example.org/hook"}, "HTTPS URL must be provided"),
        ("setWebhook", {"url": "https://example.org", "secret_token": "a b"}, "secret token"),
        ("setWebhook", {"url": "https://example.org", "max_connections": 0}, "1-100"),
        ("getUpdates", {"limit": 101}, "limit must be 1-100"),
        ("sendChatAction", {"chat_id": 1001, "action": "thinking"}, "wrong parameter action"),
        ("sendLocation", {"chat_id": 1001, "latitude": 91, "longitude": 0}, "out of the world"),
        ("setChatMenuButton", {"menu_button": {"type": "door"}}, "can't parse MenuButton"),
    ],
)
async def test_settings_are_checked(tg: TelegramStandIn, method: str, params: dict[str, Any], complaint: str) -> None:
    answer = await call(tg, method, json=params)
    assert answer.status_code == 400 and complaint in json.loads(answer.text)["description"]
    assert len(tg.violations) == 1


async def test_settings_are_kept_by_language(tg: TelegramStandIn, bot: Bot) -> None:
    menu = [BotCommand(command="menu", description="Danh mục")]
    await bot.set_my_commands(menu)
    await bot.set_my_commands([BotCommand(command="menu", description="ម៉ឺនុយ")], language_code="km")
    await bot.set_my_name("Việc làm")
    await bot.set_my_description("Tìm việc", language_code="vi")
    await bot.set_my_short_description("Việc")
    await bot.set_chat_menu_button()
    assert [command.description for command in await bot.get_my_commands()] == ["Danh mục"]
    assert tg.setting("commands", language="km") == [{"command": "menu", "description": "ម៉ឺនុយ"}]
    assert tg.setting("name") == "Việc làm" and tg.setting("description", language="vi") == "Tìm việc"
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == []
    assert (await bot.get_me()).username == "vieclam_bot"


async def test_chat_actions_are_seen(tg: TelegramStandIn, bot: Bot) -> None:
    await tg.person(1001).start()
    await bot.send_chat_action(1001, "typing")
    assert tg.person(1001).actions == ["typing"]

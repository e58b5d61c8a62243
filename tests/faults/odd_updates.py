"""Odd updates without end: every kind of message with every kind of wrong or strange content, the same for one seed."""

import random
import string
from collections.abc import Iterator
from typing import Any

WORDS = (
    "tìm việc", "1", "2", "3", "១", "menu", "quay lại", "bỏ qua", "dừng", "tiếp tục", "tôi đồng ý", "không", "1990", "nữ",
    "ham giang", "Ấp Chợ", "thạch thị sa rết", "0912345678", "gặp cán bộ", "xóa thông tin của tôi", "đăng ký của tôi",
    "Tiếng Việt", "ភាសាខ្មែរ", "រកការងារធ្វើ", "យល់ព្រម", "học nghề", "đi nhật", "vay vốn", "/start", "/start hamgiang",
    "/menu", "/lang", "/my", "/delete", "/start " + "x" * 200, "đúng", "dung", "có, tôi chắc", "lương bao nhiêu?",
)  # fmt: skip
NASTY = (
    "", " ", "\u0000", "a\u0000b", "\ud83d", "\u202e\u202d", "\u200b" * 50, "﷽" * 30, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "🙂" * 300, "{0}{x}%s%(y)s", "'; DROP TABLE worker;--",
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "\r\n\r\n", "\x1b[31m", "٣", "৩", "１２３", "1e999", "-0", "NaN", "0x10",
    "99999999999999999999999", "-1", "31/02/2001", "០" * 500, "ក" * 4000, "đ" * 4096, "a " * 2000, "/", "//", "/\u0000", "@", "#",
)  # fmt: skip
TAPS = (
    "lang:vi", "lang:km", "lang:xx", "go:register_job", "go:menu", "go:loans", "go:my_registrations", "consent:yes", "consent:no",
    "consent:more", "form:resume", "form:restart", "form:later", "my:see", "my:change", "my:delete", "my:delete_sure:yes",
    "my:withdraw:1", "my:withdraw_sure:yes", "my:withdraw_consent", "loans:who", "q:1:sex:male", "q:1:commune:29488",
    "q:1:review:send", "q:1:review:change", "q:2:phone_owner:own", "p:1:commune:1", "p:1:commune:99999999999", "b:1:sex", "s:1:sex",
    "q:1:change:name", "", ":", "q", "q:1", "q:1:sex", "q:1:sex:male:more", "\u0000", "x" * 64, "q:٣:sex:male", "my:withdraw:٣",
)  # fmt: skip


def odd_updates(count: int, chats: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """``count`` updates from ``chats`` private chats; a few come twice."""
    chance = random.Random(seed)
    last: dict[str, Any] | None = None
    for number in range(1, count + 1):
        if last is not None and chance.random() < 0.02:
            yield last
            continue
        last = _update(chance, number, chance.randrange(1, chats + 1))
        yield last


def _update(chance: random.Random, number: int, chat: int) -> dict[str, Any]:
    kind = chance.choices(
        ("message", "callback_query", "edited_message", "my_chat_member", "other"), (70, 22, 4, 2, 2)
    )[0]
    make = {"message": _message, "edited_message": _message, "callback_query": _tap, "my_chat_member": _member}
    if kind == "other":
        return {"update_id": number} | chance.choice(({}, {"poll": {}}, {"something_new": {"a": 1}}, {"message": None}))
    return {"update_id": number, kind: make[kind](chance, number, chat)}


def _person(chance: random.Random, chat: int) -> dict[str, Any]:
    code = chance.choice(("vi", "km", "en", "zh-hans", "", None, "x" * 40))
    return {"id": chat, "is_bot": False, "first_name": _text(chance)[:64] or "A"} | (
        {"language_code": code} if code else {}
    )


def _message(chance: random.Random, number: int, chat: int) -> dict[str, Any]:
    message = {
        "message_id": number,
        "date": chance.choice((0, 1700000000, 1795000000, 4000000000)),
        "chat": {"id": chat, "type": "private"},
        "from": _person(chance, chat),
    }
    return message | _content(chance, chat)


def _content(chance: random.Random, chat: int) -> dict[str, Any]:
    file = {"file_id": "f" * chance.randrange(1, 90), "file_unique_id": "u"}
    picked = chance.randrange(20)
    if picked < 14:
        return {"text": _text(chance)}
    return chance.choice(
        (
            {"voice": file | {"duration": 1, "file_size": chance.choice((0, 1, 10**12))}},
            {"photo": [file | {"width": 1, "height": 1}], "caption": _text(chance)},
            {"photo": []},
            {"location": {"latitude": chance.uniform(-90, 90), "longitude": chance.uniform(-180, 180)}},
            {"contact": {"phone_number": chance.choice(("+84912345678", "abc", "", "٣")), "first_name": "x", "user_id": chat}},
            {"contact": {"phone_number": "0987654321", "first_name": "x"}},
            {"sticker": file | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}},
            {"document": file | {"file_name": "../../x\u0000", "mime_type": "a/b"}},
            {"video": file | {"width": 1, "height": 1, "duration": 1}},
            {"dice": {"emoji": "🎲", "value": 3}},
            {"new_chat_title": "x"},
            {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private"}}},
            {},
        )
    )  # fmt: skip


def _text(chance: random.Random) -> str:
    picked = chance.random()
    if picked < 0.62:
        return chance.choice(WORDS)
    if picked < 0.8:
        return chance.choice(NASTY)
    letters = string.printable + "ăâđêôơưạảấầẩẫậ" + "កខគឃងចឆជឈញ្ាិី០១២៣"
    return "".join(chance.choices(letters, k=chance.randrange(1, 60)))


def _tap(chance: random.Random, number: int, chat: int) -> dict[str, Any]:
    message = {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private"}}
    tap: dict[str, Any] = {"id": str(number), "from": _person(chance, chat), "chat_instance": "1"}
    if chance.random() < 0.95:
        tap["data"] = chance.choice(TAPS)
    return tap | ({"message": message} if chance.random() < 0.9 else {})


def _member(chance: random.Random, number: int, chat: int) -> dict[str, Any]:
    user = {"id": 42, "is_bot": True, "first_name": "b"}
    before, after = chance.choice((("member", "kicked"), ("kicked", "member")))
    return {
        "chat": {"id": chat, "type": "private"},
        "from": _person(chance, chat),
        "date": number,
        "old_chat_member": {"status": before, "user": user, "until_date": 0},
        "new_chat_member": {"status": after, "user": user, "until_date": 0},
    }

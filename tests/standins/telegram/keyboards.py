"""Keyboards under a message, checked button by button and read once more by python-telegram-bot."""

from typing import Any, Final
from urllib.parse import urlsplit

from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    TelegramObject,
)

from tests.standins.telegram import wire
from tests.standins.telegram.errors import broken
from tests.standins.telegram.wire import Json

MAX_BUTTONS: Final = 100
"""Buttons a keyboard may hold."""
MAX_CALLBACK_BYTES: Final = 64
"""Bytes of callback_data (Bot API, InlineKeyboardButton)."""

_ACTIONS: Final = wire.fields(InlineKeyboardButton) - {"text", "style", "icon_custom_emoji_id"}
_REQUESTS: Final = wire.fields(KeyboardButton) - {"text", "style", "icon_custom_emoji_id"}
_KINDS: Final[dict[str, type[TelegramObject]]] = {
    "inline_keyboard": InlineKeyboardMarkup,
    "keyboard": ReplyKeyboardMarkup,
    "remove_keyboard": ReplyKeyboardRemove,
    "force_reply": ForceReply,
}


def check_markup(markup: Json, *, private: bool, inline_only: bool = False, fast: bool = False) -> None:
    """Raises what Telegram (or a strict reader of its manual) would say of `markup`."""
    kinds = [kind for name, kind in _KINDS.items() if name in markup]
    if len(kinds) != 1:
        raise broken("can't parse reply keyboard markup JSON object")
    if inline_only and kinds[0] is not InlineKeyboardMarkup:
        raise broken("inline keyboard expected")
    wire.require_known(kinds[0], markup, "reply_markup")
    if "inline_keyboard" in markup:
        for button in _buttons(markup["inline_keyboard"]):
            _check_inline(button, private)
    elif "keyboard" in markup:
        for button in _buttons(markup["keyboard"]):
            _check_reply(button, private)
    elif markup.get("remove_keyboard", markup.get("force_reply")) is not True:
        raise broken("remove_keyboard and force_reply can only be true")
    if not fast:
        wire.read(kinds[0], _spelled_out(markup), "reply_markup")


def _buttons(rows: Any) -> list[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise broken("field of the keyboard must be an Array of Arrays of buttons")
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise broken(f"reply markup is too long: {len(buttons)} buttons")
    return buttons


def _labelled(button: Any, kind: type[TelegramObject]) -> Json:
    if not isinstance(button, dict):
        raise broken(f"a button must be an object, not {button!r}")
    wire.require_known(kind, button, "button")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise broken("a button must have a text")
    return button


def _check_inline(button: Any, private: bool) -> None:
    actions = _labelled(button, InlineKeyboardButton).keys() & _ACTIONS
    if len(actions) != 1:
        raise broken(f"inline button {button['text']!r} must have exactly one action, it has {sorted(actions)}")
    if "callback_data" in actions:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
            raise broken(f"BUTTON_DATA_INVALID: {data!r}")
    if "url" in actions:
        _check_url(button["url"])
    if "web_app" in actions and not private:
        raise broken("BUTTON_TYPE_INVALID: web_app buttons are for private chats")


def _check_url(url: Any) -> None:
    parts = urlsplit(url if isinstance(url, str) else "")
    if parts.scheme == "tg" or (parts.scheme in ("http", "https") and "." in (parts.hostname or "")):
        return
    raise broken(f"BUTTON_URL_INVALID: {url!r}")


def _check_reply(button: Any, private: bool) -> None:
    if isinstance(button, str):
        return
    requests = _labelled(button, KeyboardButton).keys() & _REQUESTS
    if len(requests) > 1:
        raise broken(f"button {button['text']!r} must have at most one of {sorted(requests)}")
    if requests & {"request_contact", "request_location"} and not private:
        raise broken("phone number and location can be requested in private chats only")


def _spelled_out(markup: Json) -> Json:
    """Reply buttons may be bare strings; python-telegram-bot always writes them as objects."""
    if "keyboard" not in markup:
        return markup
    rows = [[{"text": one} if isinstance(one, str) else one for one in row] for row in markup["keyboard"]]
    return markup | {"keyboard": rows}

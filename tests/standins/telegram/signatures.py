"""Which parameters each method takes, and of which type; anything else is refused."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.standins.telegram.calls import Call
from tests.standins.telegram.errors import broken

Reader: TypeAlias = Callable[[Any, bool], Any]
"""Turns a value (and whether it arrived as form text) into its type, or raises ValueError."""

_INTEGER = re.compile(r"-?\d{1,19}")


def integer(value: Any, textual: bool) -> int:
    if textual and isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if not textual and type(value) is int:
        return value
    raise ValueError("an integer")


def number(value: Any, textual: bool) -> float:
    if textual and isinstance(value, str):
        return float(value)
    if not textual and type(value) in (int, float):
        return float(value)
    raise ValueError("a number")


def boolean(value: Any, textual: bool) -> bool:
    if textual and value in ("true", "false"):
        return bool(value == "true")
    if not textual and isinstance(value, bool):
        return value
    raise ValueError("a boolean")


def string(value: Any, textual: bool) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("a string")


def chat(value: Any, textual: bool) -> int | str:
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if isinstance(value, str) and value.startswith("@"):
        return value
    if not textual and type(value) is int:
        return value
    raise ValueError("a chat id")


def _json(value: Any, textual: bool, kind: type, name: str) -> Any:
    found = json.loads(value) if textual and isinstance(value, str) else value
    if isinstance(found, kind):
        return found
    raise ValueError(name)


def record(value: Any, textual: bool) -> dict[str, Any]:
    found: dict[str, Any] = _json(value, textual, dict, "an object")
    return found


def array(value: Any, textual: bool) -> list[Any]:
    found: list[Any] = _json(value, textual, list, "an array")
    return found


@dataclass(frozen=True)
class Signature:
    """The parameters of one method; `attached` ones may also be an uploaded file."""

    required: Mapping[str, Reader]
    optional: Mapping[str, Reader]
    attached: frozenset[str] = frozenset()

    def read(self, call: Call) -> dict[str, Any]:
        values = {name: self._value(name, raw, call.textual) for name, raw in call.params.items()}
        given = values.keys() | call.uploads.keys()
        if missing := self.required.keys() - given:
            raise broken(f"{call.method}: parameter {min(missing)!r} is required")
        self._no_stray_uploads(call, values)
        return values

    def _value(self, name: str, raw: Any, textual: bool) -> Any:
        reader = self.required.get(name) or self.optional.get(name)
        if reader is None:
            raise broken(f"unknown parameter {name!r}")
        try:
            return reader(raw, textual)
        except ValueError as error:
            raise broken(f"parameter {name!r}: {raw!r} is not {error}") from error

    def _no_stray_uploads(self, call: Call, values: Mapping[str, Any]) -> None:
        meant = {f"attach://{name}": name for name in call.uploads}
        used = {meant[value] for value in values.values() if isinstance(value, str) and value in meant}
        if stray := call.uploads.keys() - used - self.attached:
            raise broken(f"a file is attached as {min(stray)!r}, and nothing refers to it")


_SEND: dict[str, Reader] = {
    "business_connection_id": string,
    "message_thread_id": integer,
    "direct_messages_topic_id": integer,
    "disable_notification": boolean,
    "protect_content": boolean,
    "allow_paid_broadcast": boolean,
    "message_effect_id": string,
    "suggested_post_parameters": record,
    "reply_parameters": record,
    "reply_markup": record,
}
_CAPTION: dict[str, Reader] = {"caption": string, "parse_mode": string, "caption_entities": array}
_TO: dict[str, Reader] = {"chat_id": chat}
_FILE = string
_LANGUAGE: dict[str, Reader] = {"language_code": string}
_ONE: dict[str, Reader] = {
    "business_connection_id": string,
    "chat_id": chat,
    "message_id": integer,
    "inline_message_id": string,
}

SIGNATURES: dict[str, Signature] = {
    "getMe": Signature({}, {}),
    "getUpdates": Signature({}, {"offset": integer, "limit": integer, "timeout": integer, "allowed_updates": array}),
    "setWebhook": Signature(
        {"url": string},
        {
            "certificate": _FILE,
            "ip_address": string,
            "max_connections": integer,
            "allowed_updates": array,
            "drop_pending_updates": boolean,
            "secret_token": string,
        },
        frozenset({"certificate"}),
    ),
    "deleteWebhook": Signature({}, {"drop_pending_updates": boolean}),
    "getWebhookInfo": Signature({}, {}),
    "sendMessage": Signature(
        _TO | {"text": string},
        _SEND | {"parse_mode": string, "entities": array, "link_preview_options": record},
    ),
    "sendPhoto": Signature(
        _TO | {"photo": _FILE},
        _SEND | _CAPTION | {"show_caption_above_media": boolean, "has_spoiler": boolean},
        frozenset({"photo"}),
    ),
    "sendVoice": Signature(_TO | {"voice": _FILE}, _SEND | _CAPTION | {"duration": integer}, frozenset({"voice"})),
    "sendDocument": Signature(
        _TO | {"document": _FILE},
        _SEND | _CAPTION | {"thumbnail": _FILE, "disable_content_type_detection": boolean},
        frozenset({"document", "thumbnail"}),
    ),
    "sendLocation": Signature(
        _TO | {"latitude": number, "longitude": number},
        _SEND
        | {
            "horizontal_accuracy": number,
            "live_period": integer,
            "heading": integer,
            "proximity_alert_radius": integer,
        },
    ),
    "sendChatAction": Signature(
        _TO | {"action": string}, {"business_connection_id": string, "message_thread_id": integer}
    ),
    "editMessageText": Signature(
        {"text": string},
        _ONE | {"parse_mode": string, "entities": array, "link_preview_options": record, "reply_markup": record},
    ),
    "editMessageReplyMarkup": Signature({}, _ONE | {"reply_markup": record}),
    "deleteMessage": Signature(_TO | {"message_id": integer}, {}),
    "answerCallbackQuery": Signature(
        {"callback_query_id": string},
        {"text": string, "show_alert": boolean, "url": string, "cache_time": integer},
    ),
    "setMyCommands": Signature({"commands": array}, _LANGUAGE | {"scope": record}),
    "deleteMyCommands": Signature({}, _LANGUAGE | {"scope": record}),
    "getMyCommands": Signature({}, _LANGUAGE | {"scope": record}),
    "setMyName": Signature({}, _LANGUAGE | {"name": string}),
    "setMyDescription": Signature({}, _LANGUAGE | {"description": string}),
    "setMyShortDescription": Signature({}, _LANGUAGE | {"short_description": string}),
    "setChatMenuButton": Signature({}, {"chat_id": chat, "menu_button": record}),
    "getFile": Signature({"file_id": string}, {}),
}

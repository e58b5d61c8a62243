"""Finding the button a person means among those in a chat."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.standins.telegram.chats import ChatRoom
from tests.standins.telegram.wire import Json


@dataclass(frozen=True, slots=True)
class Button:
    """A button in sight and the message that carries it."""

    message: Json
    fields: Json
    inline: bool

    @property
    def label(self) -> str:
        return str(self.fields["text"])


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def inline_buttons(message: Json) -> list[Button]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [Button(message, fields, True) for row in rows for fields in row]


def reply_keyboard(room: ChatRoom) -> list[Button]:
    """The keyboard shown in place of the letters: the last one sent, unless it was removed."""
    for message in room.from_bot():
        markup = room.markup(message)
        if "remove_keyboard" in markup:
            return []
        if "keyboard" in markup:
            return [Button(message, _as_object(one), False) for row in markup["keyboard"] for one in row]
    return []


def _as_object(button: Any) -> Json:
    return {"text": button} if isinstance(button, str) else dict(button)


def in_sight(room: ChatRoom) -> Iterator[list[Button]]:
    """All buttons that can be tapped, grouped by message, newest message first."""
    keyboard = reply_keyboard(room)
    carrier = keyboard[0].message["message_id"] if keyboard else None
    for message in room.from_bot():
        yield keyboard if message["message_id"] == carrier else inline_buttons(message)


def find(room: ChatRoom, label: str | None = None, data: str | None = None) -> Button | None:
    """The newest button with exactly this label or data, or else one whose label contains it."""
    for group in in_sight(room):
        for fits in (_same, _within):
            for button in group:
                if _meant(button, label, data, fits):
                    return button
    return None


def _meant(button: Button, label: str | None, data: str | None, fits: Any) -> bool:
    if data is not None and button.fields.get("callback_data") != data:
        return False
    return label is None or bool(fits(_folded(label), _folded(button.label)))


def _same(wanted: str, label: str) -> bool:
    return wanted == label


def _within(wanted: str, label: str) -> bool:
    return wanted in label

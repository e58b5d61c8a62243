"""What the Zalo Bot Platform brings, by poll or webhook, as the updates that handlers know."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any

from aiogram.types import Chat, Message, PhotoSize, Update, User, Voice
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.channels.channel import ChannelBot
from handlers.unreadable import MARK

PRIVATE = "PRIVATE"
_IN_SECONDS = 100_000_000_000
"""Dates below this are seconds: in milliseconds it is the year 1973."""
_SPREAD = 22
"""Bits of an update's number that tell apart what came in the same millisecond."""

Words = Annotated[str, AfterValidator(lambda words: words.replace("\0", ""))]
"""PostgreSQL keeps no NUL in a text."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class Sender(_Part):
    """Who wrote."""

    id: str
    is_bot: bool = False


class Place(_Part):
    """Where it was written; only a private chat concerns us."""

    id: str
    chat_type: str = PRIVATE


class Said(_Part):
    """A message. Its date is in milliseconds by the documentation; some have seen seconds."""

    sender: Sender = Field(alias="from")
    chat: Place
    message_id: str
    date: int = 0
    text: Words | None = None
    caption: Words | None = None
    photo: Any = None
    photo_url: Any = None
    voice_url: Any = None

    @property
    def milliseconds(self) -> int:
        """When it was written."""
        return self.date * 1000 if 0 < self.date < _IN_SECONDS else self.date


class Event(_Part):
    """One event: wrapped in ``result`` by the documentation, bare as somebody saw it arrive."""

    event_name: str
    message: Said


def read_event(body: Any) -> Event | None:
    """Read an event of ours; None for one to leave alone: unknown, of a group, or of a bot. Raises ``ValueError``."""
    inner = body.get("result", body) if isinstance(body, dict) else None
    if not isinstance(inner, dict):
        raise ValueError("no event")
    if str(inner.get("event_name")) not in READERS:
        return None
    event = Event.model_validate(inner)
    is_ours = event.message.chat.chat_type == PRIVATE and not event.message.sender.is_bot
    return event if is_ours else None


def update_of(bot: ChannelBot, chat_id: int, event: Event) -> Update:
    """The event as an update, in the chat that has this number of ours."""
    said = event.message
    number = update_number(said)
    person = User(id=chat_id, is_bot=False, first_name="")
    plain = Message(
        message_id=number,
        date=datetime.fromtimestamp(said.milliseconds / 1000, UTC),
        chat=Chat(id=chat_id, type="private"),
        from_user=person,
    )
    message = plain.model_copy(update=READERS[event.event_name](said))
    # aiogram makes an update anew from JSON unless it is mounted on the bot already
    return Update(update_id=number, message=message).as_(bot)


def update_number(said: Said) -> int:
    """A message's own number: the same whenever it comes again, and higher for a later one (until the year 2039)."""
    name = f"{said.chat.id}:{said.message_id}".encode()
    spread = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")
    return (said.milliseconds & 0x1FFFFFFFFFF) << _SPREAD | spread & ((1 << _SPREAD) - 1)


def _text(said: Said) -> dict[str, Any]:
    return {"text": said.text or ""}


def _photo(said: Said) -> dict[str, Any]:
    url = _url(said.photo) or _url(said.photo_url)
    if url is None:
        return {"caption": said.caption} if said.caption else {}
    photo = PhotoSize(file_id=url, file_unique_id=said.message_id, width=0, height=0)
    return {"photo": [photo], "caption": said.caption}


def _voice(said: Said) -> dict[str, Any]:
    url = _url(said.voice_url)
    if url is None:
        return _unreadable(said)
    return {"voice": Voice(file_id=url, file_unique_id=said.message_id, duration=0, mime_type="audio/aac")}


def _sticker(_: Said) -> dict[str, Any]:
    return {}


def _unreadable(_: Said) -> dict[str, Any]:
    return {MARK: True}


def _url(value: Any) -> str | None:
    return value if isinstance(value, str) and value.startswith("http") else None


READERS = {
    "message.text.received": _text,
    "message.image.received": _photo,
    "message.voice.received": _voice,
    "message.sticker.received": _sticker,
    "message.unsupported.received": _unreadable,
}
"""How each kind of event is read into a message; every other kind is left alone."""

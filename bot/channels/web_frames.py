"""The web chat's JSON frames (docs/chat-protocol.md): checking what comes in, writing what goes out."""

import hashlib
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from bot.channels.limits import web as limits
from content.clips import NAMED
from handlers.notices.files import NAMED as NOTICE_FILE
from handlers.picture import DRAWN

PICTURES = "/chat/picture/"
CLIPS = "/chat/lesson/"
NOTICE_FILES = "/chat/notice/"
"""Where pictures that are drawn on demand are shown, what goes with lessons, and what with notices."""
_MEDIA = {"photo": "photo", "voice": "voice", "document": "file"}
"""What the page calls each."""
EVERYTHING = 2**62
"""A ``seen`` that says: all of it. It stands where a page does not tell."""
_BEGINNING = 4_000
_ID = re.compile(r'"id"\s*:\s*"([0-9a-fA-F-]{8,64})"')
_HALF_A_SIGN = re.compile("surrogate|hex escape")
Words = Annotated[str, AfterValidator(lambda words: words.replace("\0", ""))]
"""PostgreSQL keeps no NUL in a text."""
Uuid = Annotated[str, Field(pattern=r"^[0-9a-fA-F-]{8,64}$")]


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class Hello(_Frame):
    """The first frame: the newest message that the phone has, its language, the poster it came by."""

    type: Literal["hello"]
    after: int = Field(default=0, ge=0, le=EVERYTHING)
    lang: str | None = Field(default=None, max_length=35)
    source: Words | None = Field(default=None, max_length=64)


class Said(_Frame):
    """Words."""

    type: Literal["text"]
    id: Uuid
    text: Words = Field(max_length=limits.TEXT)
    seen: int = Field(default=EVERYTHING, ge=0, le=EVERYTHING)


class Tap(_Frame):
    """A button of message ``message``."""

    type: Literal["tap"]
    id: Uuid
    data: Words = Field(max_length=64)
    message: int = Field(default=0, ge=0, le=EVERYTHING)
    seen: int = Field(default=EVERYTHING, ge=0, le=EVERYTHING)


class Got(_Frame):
    """Everything up to this number has arrived."""

    type: Literal["got"]
    up_to: int = Field(ge=0, le=EVERYTHING)


class Ping(_Frame):
    """The line is alive."""

    type: Literal["ping"]


ClientFrame = Annotated[Hello | Said | Tap | Got | Ping, Field(discriminator="type")]
read_frame: TypeAdapter[ClientFrame] = TypeAdapter(ClientFrame)


class NotOurs(Exception):
    """A frame that no page of ours ever sends."""


class Malformed(Exception):
    """A frame that can't be taken; ``id`` is the page's own number for it, where it tells one."""

    def __init__(self, id: str | None) -> None:
        super().__init__(id)
        self.id = id


def parse_frame(raw: str) -> ClientFrame:
    """Read a frame. Raises ``Malformed``, or ``NotOurs`` for one that is not worth an answer."""
    try:
        if len(raw) > limits.FRAME_BYTES:
            raise ValueError("too long")
        return read_frame.validate_json(raw)
    except ValueError as error:  # pydantic's ValidationError among them
        found = _ID.search(raw[:_BEGINNING])
        if "recursion limit" in str(error) or (not found and _HALF_A_SIGN.search(str(error))):
            raise NotOurs from None
        raise Malformed(found[1] if found else None) from None


def update_number(chat_id: int, frame_id: str) -> int:
    """A phone's own message id as an update number, so that one sent twice is handled once."""
    digest = hashlib.blake2b(f"{chat_id}:{frame_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def message_frame(number: int, payload: dict[str, Any]) -> dict[str, Any]:
    """A ``SendMessage``, ``SendPhoto``, ``SendVoice`` or ``SendDocument`` as the page shows it."""
    markup = payload.get("reply_markup") or {}
    return {
        "type": "message",
        "id": number,
        "text": payload["text"] if "text" in payload else payload.get("caption", ""),
        "choices": [[_choice(button) for button in row] for row in markup.get("inline_keyboard", [])],
        "ask": "phone" if _asks_phone(markup) else None,
        "media": [_medium(kind, payload) for kind in _MEDIA if kind in payload],
    }


def _medium(kind: str, payload: dict[str, Any]) -> dict[str, str]:
    """A picture or recording of ours by its name, or any other by its address; its caption is read out instead."""
    source: str = payload[kind]
    if source.startswith(DRAWN):
        source = f"{PICTURES}{source.removeprefix(DRAWN)}.png"
    elif source.startswith(NAMED):
        source = f"{CLIPS}{source.removeprefix(NAMED)}"
    elif source.startswith(NOTICE_FILE):
        source = f"{NOTICE_FILES}{source.removeprefix(NOTICE_FILE)}"
    return {"kind": _MEDIA[kind], "url": source, "name": payload.get("caption", "")}


def _choice(button: dict[str, Any]) -> dict[str, Any]:
    if button.get("url"):
        return {"label": button["text"], "url": button["url"]}
    return {"label": button["text"], "data": button["callback_data"]}


def _asks_phone(markup: dict[str, Any]) -> bool:
    return any(key.get("request_contact") for row in markup.get("keyboard", []) for key in row)

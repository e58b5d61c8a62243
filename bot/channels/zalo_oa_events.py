"""Reading what Zalo's webhook brings: who did what and when, and the update that handlers know."""

import mimetypes
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberUpdated,
    Contact,
    Document,
    Location,
    Message,
    PhotoSize,
    Update,
    User,
    Video,
    Voice,
)

from bot.channels.channel import ChannelBot

Json = dict[str, Any]
Does = Literal[
    "says", "taps", "sends", "shares", "follows", "leaves", "opens", "human", "received", "template", "quota"
]

_TAP = re.compile(r"#([a-z_]{1,20}:\S{0,900})")
_SOURCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SPEAKS = "user_send_"
OUR_ECHOES = "oa_send_"
_OTHERS: dict[str, Does] = {
    "follow": "follows",
    "unfollow": "leaves",
    "user_click_chatnow": "opens",
    "user_submit_info": "shares",
    "user_received_message": "received",
    "change_template_status": "template",
    "change_oa_daily_quota": "quota",
}
OPENING: tuple[Does, ...] = ("says", "taps", "sends", "shares", "follows", "opens")
"""What counts as an interaction and opens the window (Zalo's appendix on interactions)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event: what was done, by (or, for our side, towards) whom, when."""

    does: Does
    user: str
    at: datetime
    raw: Json

    @property
    def message(self) -> Json:
        """What was sent, as it came."""
        found = self.raw.get("message")
        return found if isinstance(found, dict) else {}


def read_event(raw: Json) -> Event | None:
    """The event; None for one that we have no use for. Raises ``ValueError`` for one that is not as Zalo writes."""
    name = str(raw.get("event_name", ""))
    does = _does(name, raw)
    if does is None:
        return None
    return Event(does, _user(does, raw), moment_of(raw), raw)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Zalo tells that messages of ours arrived, or were seen."""

    messages: tuple[str, ...]
    at: datetime
    seen: bool


_MOST_SEEN = 500
"""Messages that one receipt may name; ours: no real one comes near it."""


def read_receipt(raw: Json) -> Receipt | None:
    """The receipt; None for any other event. Raises ``ValueError``."""
    message = _message_of(raw)
    match raw.get("event_name"):
        case "user_received_message":
            named = [message.get("msg_id")]
        case "user_seen_message":
            several = message.get("msg_ids")
            named = several[:_MOST_SEEN] if isinstance(several, list) else [message.get("msg_id")]
        case _:
            return None
    names = tuple(str(one) for one in named if isinstance(one, str | int) and one)
    return Receipt(names, moment_of(raw), seen=raw["event_name"] == "user_seen_message") if names else None


def moment_of(raw: Json) -> datetime:
    """The event's own time. Raises ``ValueError``."""
    try:
        return datetime.fromtimestamp(int(raw["timestamp"]) / 1000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise ValueError("an event without its time") from error


def key_of(raw: Json) -> str:
    """What an event is known again by when it is repeated."""
    name, message = str(raw.get("event_name", "")), raw.get("message")
    if isinstance(message, dict) and message.get("msg_id"):
        return f"{name}|{message['msg_id']}"
    who = _id(raw.get("sender")) or _id(raw.get("follower")) or str(raw.get("user_id", ""))
    return f"{name}|{raw.get('timestamp')}|{who}|{_id(raw.get('recipient'))}"


def _does(name: str, raw: Json) -> Does | None:
    if name == "user_send_text":
        return "taps" if _tapped(raw) else "says"
    if name.startswith(_SPEAKS):
        return "sends" if name.removeprefix(_SPEAKS) in _KINDS else "says"
    if name.startswith(OUR_ECHOES):
        # an echo of our own sending has no admin_id; a person at the Official Account's chat tool has one
        sender = raw.get("sender")
        return "human" if isinstance(sender, dict) and sender.get("admin_id") else None
    if name == "user_received_message" and not _message_of(raw).get("tracking_id"):
        return None
    return _OTHERS.get(name)


def _message_of(raw: Json) -> Json:
    found = raw.get("message")
    return found if isinstance(found, dict) else {}


def _tapped(raw: Json) -> str | None:
    found = _TAP.fullmatch(str(_message_of(raw).get("text", "")))
    return found[1] if found else None


def _user(does: Does, raw: Json) -> str:
    match does:
        case "follows" | "leaves":
            user = _id(raw.get("follower"))
        case "opens":
            user = str(raw.get("user_id", ""))
        case "human" | "received":
            user = _id(raw.get("recipient"))
        case "template" | "quota":
            return ""
        case _:
            user = _id(raw.get("sender"))
    if not user:
        raise ValueError("an event of nobody")
    return user


def _id(who: Any) -> str:
    return str(who.get("id", "")) if isinstance(who, dict) else ""


def update_of(bot: ChannelBot, event: Event, number: int, chat_id: int) -> Update | None:
    """The event as the update that handlers know; None where the conversation has nothing to answer."""
    person = User(id=chat_id, is_bot=False, first_name="")
    chat = Chat(id=chat_id, type="private")
    if event.does == "taps":
        tap = CallbackQuery(id=str(number), from_user=person, chat_instance=str(chat_id), data=_tapped(event.raw) or "")
        return Update(update_id=number, callback_query=tap).as_(bot)
    if event.does == "leaves":
        me = User(id=bot.id, is_bot=True, first_name="")
        gone = ChatMemberUpdated.model_construct(
            chat=chat,
            from_user=person,
            date=event.at,
            old_chat_member=ChatMemberMember(user=me),
            new_chat_member=ChatMemberLeft.model_construct(user=me, status="kicked"),
        )
        return Update.model_construct(update_id=number, my_chat_member=gone).as_(bot)
    content = _content(event, chat_id)
    if content is None:
        return None
    message = Message(message_id=number, date=event.at, chat=chat, from_user=person)
    return Update(update_id=number, message=message.model_copy(update=content)).as_(bot)


def _content(event: Event, chat_id: int) -> Json | None:
    match event.does:
        case "says":
            return {"text": _words(event)}
        case "follows":
            source = str(event.raw.get("source", ""))
            return {"text": f"/start {source}" if _SOURCE.fullmatch(source) else "/start"}
        case "opens":
            return {"text": "/start"}
        case "shares":
            return _contact(event, chat_id)
        case "sends":
            return _file(event)
    return None


def _words(event: Event) -> str | None:
    """What was written; of a link that was sent, its words or its address."""
    if words := event.message.get("text"):
        return str(words)
    payload = _payload(event)
    found = payload.get("description") or payload.get("url")
    return str(found) if found else None


def _payload(event: Event) -> Json:
    attachments = event.message.get("attachments")
    first = attachments[0] if isinstance(attachments, list) and attachments else {}
    found = first.get("payload") if isinstance(first, dict) else None
    return found if isinstance(found, dict) else {}


def _contact(event: Event, chat_id: int) -> Json | None:
    """Name and number, in the shape of 2026 or the older flat one; the number may be a number or words."""
    info = event.raw.get("info")
    if not isinstance(info, dict) or not info.get("phone"):
        return None
    phone = str(info["phone"])
    name = str(info.get("name") or "")
    return {"contact": Contact(phone_number=phone, first_name=name, user_id=chat_id)}


def _file(event: Event) -> Json:
    """What was sent besides words; a sticker, or what can't be read, is a message that holds nothing."""
    kind = str(event.raw["event_name"]).removeprefix(_SPEAKS)
    payload = _payload(event)
    if kind == "location":
        return _location(payload)
    make = _KINDS[kind]
    url = payload.get("url")
    if make is None or not isinstance(url, str):
        return {}
    caption = event.message.get("text")
    made: Json = make(url, payload)
    return made | ({"caption": str(caption)} if caption else {})


def _location(payload: Json) -> Json:
    found = payload.get("coordinates")
    try:
        latitude, longitude = float(found["latitude"]), float(found["longitude"])  # type: ignore[index]  # TypeError is caught
    except (TypeError, KeyError, ValueError):
        return {}
    return {"location": Location(latitude=latitude, longitude=longitude)}


def _ids(url: str) -> Json:
    return {"file_id": url, "file_unique_id": url[-40:]}


def _photo(url: str, _: Json) -> Json:
    return {"photo": [PhotoSize(**_ids(url), width=0, height=0)]}


def _voice(url: str, _: Json) -> Json:
    mime, _encoding = mimetypes.guess_type(urlsplit(url).path)
    return {"voice": Voice(**_ids(url), duration=0, mime_type=mime or "audio/aac")}


def _video(url: str, _: Json) -> Json:
    return {"video": Video(**_ids(url), width=0, height=0, duration=0)}


def _document(url: str, payload: Json) -> Json:
    name = str(payload.get("name") or "")
    mime, _encoding = mimetypes.guess_type(name)
    size = str(payload.get("size"))
    counted = int(size) if size.isdecimal() else None
    return {"document": Document(**_ids(url), file_name=name, mime_type=mime, file_size=counted)}


_KINDS: dict[str, Any] = {
    "image": _photo,
    "gif": _photo,
    "audio": _voice,
    "video": _video,
    "file": _document,
    "location": None,
    "sticker": None,
    "business_card": None,
}

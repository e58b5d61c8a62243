"""Chats as Telegram keeps them: who is in, what was said, and what the people in it have seen arrive."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.standins.telegram.bell import Bell
from tests.standins.telegram.errors import ApiError, refused
from tests.standins.telegram.wire import Json


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message of the bot's reaching the chat, new or edited."""

    kind: Literal["new", "edit"]
    message: Json
    at: float


@dataclass
class ChatRoom:
    """One private chat or group, seen from the server."""

    chat: Json
    open: bool = False
    """Someone in it has written to the bot, which may write from then on."""
    blocked: bool = False
    messages: dict[int, Json] = field(default_factory=dict)
    keyboards: dict[int, Json] = field(default_factory=dict)
    """Reply keyboards by the message that brought or removed them; a Message carries inline ones only."""
    arrivals: list[Arrival] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    """Chat actions shown ("typing")."""
    calls_running: int = 0
    history: int | None = None
    """How many messages and arrivals to remember (None: all)."""
    bell: Bell = field(default_factory=Bell)

    @property
    def id(self) -> int:
        return int(self.chat["id"])

    @property
    def private(self) -> bool:
        return bool(self.chat["type"] == "private")

    @property
    def name(self) -> str:
        return str(self.chat.get("first_name") or self.chat.get("title"))

    def keep(self, message: Json) -> None:
        self.messages[message["message_id"]] = message
        if self.history is not None and len(self.messages) > self.history:
            del self.messages[next(iter(self.messages))]

    def arrive(self, kind: Literal["new", "edit"], message: Json, at: float) -> None:
        self.keep(message)
        self.arrivals.append(Arrival(kind, message, at))
        if self.history is not None and len(self.arrivals) > self.history:
            del self.arrivals[0]
        self.bell.ring()

    def markup(self, message: Json) -> Json:
        """The keyboard of either kind that came with `message`."""
        found: Json = message.get("reply_markup") or self.keyboards.get(message["message_id"], {})
        return found

    def from_bot(self) -> Iterator[Json]:
        """The bot's messages as they stand now, newest first."""
        return (message for message in reversed(self.messages.values()) if message["from"]["is_bot"])


@dataclass
class Chats:
    """All chats the server knows, and the numbering of messages."""

    history: int | None = None
    rooms: dict[int, ChatRoom] = field(default_factory=dict)
    message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, chat: Json) -> ChatRoom:
        return self.rooms.setdefault(chat["id"], ChatRoom(chat, history=self.history))

    def reachable(self, chat_id: int | str) -> ChatRoom:
        """The chat to send to, or the refusal a bot gets."""
        room = self.rooms.get(chat_id) if isinstance(chat_id, int) else None
        if room is None:
            raise refused("chat not found")
        if room.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if not room.open:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        return room

"""Everything the server knows, shared by its methods, its people and its webhook."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from telegram import Message

from tests.standins.telegram import wire
from tests.standins.telegram.bell import Bell
from tests.standins.telegram.chats import ChatRoom, Chats
from tests.standins.telegram.faults import Faults
from tests.standins.telegram.files import FileStore
from tests.standins.telegram.limits import Limits, RateLimiter
from tests.standins.telegram.queries import Queries
from tests.standins.telegram.stats import Stats
from tests.standins.telegram.updates import Updates
from tests.standins.telegram.webhook import Webhook
from tests.standins.telegram.wire import Json

FAST_HISTORY: Final = 50
"""Messages a chat remembers in fast mode, so that long benchmarks don't measure the growth of this server."""


@dataclass
class World:
    """The state of one bot's Telegram.

    `fast` leaves out python-telegram-bot's reading and writing, and all but the last messages of a chat.
    """

    token: str
    fast: bool = False
    latency: float = 0.0
    limits: Limits | None = None
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self.bell = Bell()
        self.called = Bell()
        """Rung at every call of the bot's."""
        self.broken: list[Exception] = []
        """Errors of the stand-in's own, raised when it closes."""
        self.updates = Updates(self.bell, self.fast, self._taken)
        self.webhook = Webhook(self.updates, on_broken=self.broken.append)
        self.chats = Chats(history=FAST_HISTORY if self.fast else None)
        self.files = FileStore()
        self.faults = Faults()
        self.queries = Queries(self.clock)
        self.stats = Stats()
        self.limiter = RateLimiter(self.limits, self.clock) if self.limits else None
        self.violations: list[str] = []
        self.me: Json = {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Việc làm",
            "username": "vieclam_bot",
        }
        self.settings: dict[tuple[str, str, str], Any] = {}
        """What set… methods left: (field, scope, language) to value."""

    def _taken(self, chat_id: int) -> None:
        if room := self.chats.rooms.get(chat_id):
            room.bell.ring()

    def publish(self, chat_id: int, content: Json, *, raw: bool = False) -> None:
        """Queues an update and sets the webhook going."""
        self.updates.add(chat_id, content, raw=raw)
        self.webhook.dispatch()

    def date(self) -> int:
        return int(self.now())

    def message(self, room: ChatRoom, sender: Json, content: Json) -> Json:
        """A new Message of `sender` in `room`, certified unless in fast mode."""
        message = {
            "message_id": next(self.chats.message_ids),
            "from": sender,
            "chat": room.chat,
            "date": self.date(),
        } | content
        return self.certify(message)

    def certify(self, message: Json) -> Json:
        return message if self.fast else wire.certified(Message, message)

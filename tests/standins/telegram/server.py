"""The stand-in as tests use it: a Bot API server on loopback, with people who chat to the bot."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

from tests.standins.telegram.calls import Call
from tests.standins.telegram.faults import Faults
from tests.standins.telegram.http import application
from tests.standins.telegram.limits import Limits
from tests.standins.telegram.loopback import LoopbackServer
from tests.standins.telegram.methods import method_named, perform
from tests.standins.telegram.onlooker import Onlooker
from tests.standins.telegram.person import Person
from tests.standins.telegram.queries import Query
from tests.standins.telegram.stats import Stats
from tests.standins.telegram.webhook import Webhook, WebhookFailure
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import World

TELEGRAMS_LIMITS: Final = Limits()


class TelegramStandIn:
    """``async with TelegramStandIn() as tg`` serves one bot at ``tg.base_url`` until the block ends."""

    def __init__(
        self,
        token: str = "42:TEST",  # noqa: S107
        *,
        limits: Limits | None = TELEGRAMS_LIMITS,
        latency: float = 0.0,
        fast: bool = False,
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.world = World(token, fast, latency, limits, clock, now)
        self.world.webhook.on_reply = self._reply
        self._http = LoopbackServer(application(self.world), port)
        self._people: dict[int, Person] = {}
        self.base_url = ""

    async def __aenter__(self) -> Self:
        self.base_url = f"http://127.0.0.1:{await self._http.open()}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.world.updates.close()
        await self.world.webhook.clear()
        await self._http.close()
        if self.world.broken:
            raise ExceptionGroup("the stand-in itself broke", self.world.broken)

    def person(
        self,
        user_id: int,
        first_name: str = "Ana",
        *,
        language_code: str | None = "vi",
        last_name: str | None = None,
        username: str | None = None,
        phone: str = "+84901234567",
    ) -> Person:
        """The person with this id, made at the first mention; they have not written to the bot yet."""
        if user_id in self._people:
            return self._people[user_id]
        names: Json = {"first_name": first_name, "last_name": last_name, "username": username}
        names = {key: value for key, value in names.items() if value}
        user: Json = {"id": user_id, "is_bot": False} | names
        if language_code:
            user["language_code"] = language_code
        room = self.world.chats.add({"id": user_id, "type": "private"} | names)
        return self._people.setdefault(user_id, Person(self.world, room, user, phone))

    def group(self, chat_id: int, title: str = "Ấp Kosla") -> Onlooker:
        """A group (its id is negative) that the bot is in."""
        room = self.world.chats.add({"id": chat_id, "type": "supergroup", "title": title})
        room.open = True
        return Onlooker(self.world, room)

    async def _reply(self, method: str, params: Json) -> None:
        await perform(self.world, Call(method_named(method), params))

    @property
    def faults(self) -> Faults:
        return self.world.faults

    @property
    def stats(self) -> Stats:
        return self.world.stats

    @property
    def violations(self) -> list[str]:
        """The bot's own mistakes: a correct bot leaves this empty."""
        return self.world.violations

    @property
    def webhook(self) -> Webhook:
        return self.world.webhook

    @property
    def webhook_failures(self) -> list[WebhookFailure]:
        return self.world.webhook.failures

    @property
    def unanswered(self) -> list[Query]:
        """Taps that still show a spinner."""
        return self.world.queries.unanswered()

    def expire_queries(self) -> None:
        self.world.queries.expire()

    def setting(self, name: str, *, scope: str = "default", language: str = "") -> Any:
        """What the bot set for itself: "commands", "name", "description", "short_description"."""
        return self.world.settings.get((name, scope, language))

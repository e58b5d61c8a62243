"""Keeping a channel's rate: what goes out is counted here, bulk goes at given moments, and replies come first."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import SendChatAction, TelegramMethod
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.limits.rules import Rules
from db import pace

in_bulk: ContextVar[bool] = ContextVar("in_bulk", default=False)
"""This call is one of many, so it waits where a reply does not."""

REMEMBERED = 20_000
"""Chats of which the last message's time is known."""
A_MOMENT = 0.005
"""Seconds between looks for room."""
REPLY_WAITS = 1.0
"""Seconds at most that a reply waits for room in the channel's window, while bulk leaves none."""


class Traffic(BaseRequestMiddleware):
    """Sees every message to a channel: how many in the last second, when the last one to each chat, what it refused."""

    def __init__(self, rules: Rules, clock: Callable[[], float] = time.monotonic) -> None:
        self._rules = rules
        self._clock = clock
        self._under_way = 0
        self._took: deque[float] = deque(maxlen=100)
        self._ended: deque[float] = deque()
        self._chats: OrderedDict[Any, float] = OrderedDict()
        self._bulk_at = float("-inf")
        self._waiting = 0
        """Replies that wait for room; they go before bulk."""
        self.share = rules.count
        """What this process may send in one window: less than all of it, where others send too."""
        self.stopped_until = float("-inf")
        self.replies = 0
        """Since somebody last set it to 0."""

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        """Count one call, if it is a message, and perform it."""
        if not type(method).__name__.startswith("Send") or isinstance(method, SendChatAction):
            return await make_request(bot, method)
        await self._make_room()
        chat, begun = getattr(method, "chat_id", None), self._clock()
        self._under_way += 1
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as error:
            self.stop(error.retry_after)
            raise
        finally:
            self._note(chat, begun)

    def stop(self, seconds: float) -> None:
        """The channel wants no bulk for so long."""
        self.stopped_until = max(self.stopped_until, self._clock() + seconds)

    def _note(self, chat: Any, begun: float) -> None:
        now = self._clock()
        self._under_way -= 1
        self._took.append(now - begun)
        self._ended.append(now - min(self._took))
        self._chats[chat] = now
        self._chats.move_to_end(chat)
        if len(self._chats) > REMEMBERED:
            self._chats.popitem(last=False)

    async def _make_room(self) -> None:
        if in_bulk.get():
            while self.room() - self._waiting <= 0:  # noqa: ASYNC110 - time makes room, nobody tells of it
                await asyncio.sleep(A_MOMENT)
            self._bulk_at = self._clock()
            return
        self.replies += 1
        self._waiting += 1
        try:
            deadline = self._clock() + REPLY_WAITS
            while self._crowded_by_bulk() and self._clock() < deadline:  # noqa: ASYNC110 - as above
                await asyncio.sleep(A_MOMENT)
        finally:
            self._waiting -= 1

    def _crowded_by_bulk(self) -> bool:
        # Without bulk replies are not held back: a server of our own has no limit, and people's words keep the rate.
        return self._clock() - self._bulk_at < self._rules.seconds and self.room() <= 0

    def room(self) -> float:
        """How many messages may begin now so that the channel never counts too many in its window.

        The channel counts a call somewhere between its beginning and its end, and the way there and back takes at least
        the least that was seen: by so much it was counted before its end, and the next one will be after its start.
        """
        if self.share is None:
            return float("inf")
        gone = self._clock() - self._rules.seconds
        while self._ended and self._ended[0] <= gone:
            self._ended.popleft()
        return self.share - self._under_way - len(self._ended)

    def chat_rests(self, chat: Any) -> float:
        """Seconds until the chat may get another message."""
        last = self._chats.get(chat)
        return 0.0 if last is None else max(0.0, last + self._rules.chat_seconds - self._clock())


class Budget:
    """The moments at which this process may send in bulk on a channel, leased from the shared budget."""

    def __init__(
        self,
        engine: AsyncEngine,
        channel: str,
        holder: int,
        rules: Rules,
        traffic: Traffic,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._channel = channel
        self._holder = holder
        self._rules = rules
        self._traffic = traffic
        self._clock = clock
        self._slots: deque[float] = deque()
        self._debited_at = clock()

    async def take(self, most: int, patience: float) -> list[float]:
        """Up to ``most`` near moments, by the monotonic clock; none where none comes within ``patience`` seconds."""
        if self._rules.bulk_rate is None:
            return [0.0] * most
        if (stopped := self._traffic.stopped_until - self._clock()) > 0:
            await self._stop(stopped)
            await asyncio.sleep(min(stopped, patience))
            return []
        self._drop_stale()
        if len(self._slots) <= self._rules.slice // 2:
            await self._lease(self._rules.bulk_rate)
        if (far := self._slots[0] - self._clock() - self._rules.ahead) > 0:
            await asyncio.sleep(min(far, patience))
        near = self._clock() + self._rules.ahead
        taken: list[float] = []
        while self._slots and len(taken) < most and self._slots[0] <= near:
            taken.append(self._slots.popleft())
        return taken

    def give_back(self, moments: list[float]) -> None:
        """These were not needed."""
        self._slots.extendleft(reversed(moments))

    async def _stop(self, seconds: float) -> None:
        """The channel told us to wait: so does everybody."""
        if self._slots:
            self._slots.clear()
            async with self._engine.begin() as connection:
                await pace.stop(connection, self._channel, seconds)

    def _drop_stale(self) -> None:
        """A moment that was missed by a whole window is lost."""
        while self._slots and self._slots[0] < self._clock() - self._rules.seconds:
            self._slots.popleft()

    async def _lease(self, rate: float) -> None:
        now = self._clock()
        # what people's replies took beyond their reserve is not there for bulk
        beyond = self._traffic.replies - self._rules.reserve * (now - self._debited_at)
        self._traffic.replies, self._debited_at = 0, now
        async with self._engine.begin() as connection:
            spent = max(0.0, beyond) / rate
            slots = await pace.take(connection, self._channel, self._holder, rate, self._rules.slice, spent=spent)
        self._traffic.share = self._rules.share(self._holder, slots.senders)
        first = self._clock() + slots.starts_in
        self._slots.extend(first + n * slots.every for n in range(slots.count))


async def tell_of_replies(engine: AsyncEngine, channel: str, rules: Rules, traffic: Traffic) -> None:
    """For ever, in a process that sends no bulk: what its replies take beyond their reserve, bulk goes without."""
    assert rules.bulk_rate is not None, "without a limit there is nothing to tell"
    while True:
        await asyncio.sleep(rules.seconds)
        beyond, traffic.replies = traffic.replies - rules.reserve * rules.seconds, 0
        if beyond > 0:
            async with engine.begin() as connection:
                await pace.spend(connection, channel, beyond / rules.bulk_rate)

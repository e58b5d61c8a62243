"""What goes out on a channel: every message is counted, bulk waits for room, replies go first, and a pause is kept."""

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import SendChatAction, TelegramMethod

from bot.channels.limits.rules import Rules

in_bulk: ContextVar[bool] = ContextVar("in_bulk", default=False)
"""This call is one of many, so it waits where a reply does not."""

REMEMBERED = 20_000
"""Chats of which the last message's time is known."""
A_MOMENT = 0.001
MARGIN = 0.005
"""Seconds by which the ways there and back may differ from what was seen; what it costs bulk, bulk may catch up."""
REMEMBERED_FOR = 600.0
"""Seconds for which the shortest way is believed."""
FEW = 20
"""Calls, before which nothing is known of the way."""
REPLY_WAITS = 5.0
"""Seconds at most that a reply waits for room in the channel's window, where bulk or a refusal left none."""
WARY_FOR = 60.0
"""Seconds after a refusal for which replies, too, keep within the window."""
ONE_CHAT = 1.5
"""A chat that got something so many seconds ago, and is refused alone, was written to too fast by itself."""
OTHERS = 5.0
"""Seconds between refusals of two chats that are no matter of one chat."""


class Ways:
    """The way there and back: the least that a call took in the last ten to twenty minutes.

    Not in the last few calls: while a server is slow they all wait before they are counted, which is no way.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since, self._calls = clock(), 0
        self._now, self._before = math.inf, math.inf

    def note(self, took: float) -> None:
        """A call took so long."""
        if self._clock() - self._since > REMEMBERED_FOR:
            self._since, self._before, self._now = self._clock(), self._now, math.inf
        self._now = min(self._now, took)
        self._calls += 1

    @property
    def least(self) -> float:
        """Nothing until there were a few calls: the first ones open connections."""
        return min(self._now, self._before) if self._calls >= FEW else 0.0


class Window:
    """How many messages the channel may have counted in its last ``seconds``.

    It counts a call somewhere between its beginning and its end. The way there and back takes at least the least that
    was seen: by so much a call was counted before its end, and the next one will be after its beginning.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._under_way = 0
        self._counted: deque[float] = deque()

    def begin(self) -> None:
        """A call begins."""
        self._under_way += 1

    def end(self, counted_at: float) -> None:
        """It has ended, and was counted at that moment at the latest."""
        self._under_way -= 1
        self._counted.append(counted_at)

    @property
    def used(self) -> int:
        """Calls under way, and those that may still be in the window."""
        gone = self._clock() - self._seconds
        while self._counted and self._counted[0] <= gone:
            self._counted.popleft()
        return self._under_way + len(self._counted)

    @property
    def frees_in(self) -> float:
        """Seconds until the next one leaves it."""
        if not self._counted:
            return A_MOMENT
        return max(A_MOMENT, self._counted[0] + self._seconds - self._clock())


class Traffic(BaseRequestMiddleware):
    """Sits in a channel's session, whoever sends."""

    def __init__(self, rules: Rules, clock: Callable[[], float] = time.monotonic) -> None:
        self._rules = rules
        self._clock = clock
        self._all, self._bulk = Window(rules.seconds, clock), Window(rules.seconds, clock)
        self._ways = Ways(clock)
        self._chats: OrderedDict[Any, float] = OrderedDict()
        self._bulk_at = float("-inf")
        self.waiting = 0
        """Replies that wait for room; they go before bulk."""
        self.beside_bulk = False
        """Another process sends in bulk, and this one keeps to the reserve."""
        self.paused = asyncio.Event()
        """Set when the channel has just asked for a pause."""
        self._refused: tuple[Any, float] = (None, float("-inf"))
        """The last chat that was refused, and when."""
        self.share, self.bulk_share = rules.count, rules.bulk_count
        """What this process may send in one window, and in bulk: less, where others send too."""
        self.stopped_until = float("-inf")
        """The channel wants nothing before, from anybody."""
        self.replies = 0
        """Since somebody last set it to 0."""

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        """Count one call, if it is a message, and perform it. Raises ``TelegramRetryAfter`` during a pause."""
        if not type(method).__name__.startswith("Send") or isinstance(method, SendChatAction):
            return await make_request(bot, method)
        bulk, chat = in_bulk.get(), getattr(method, "chat_id", None)
        await (self._wait_in_bulk() if bulk else self._wait_as_reply(method))
        windows = (self._all, self._bulk) if bulk else (self._all,)
        begun = self._clock()
        for window in windows:
            window.begin()
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as error:
            self._take_refusal(chat, error.retry_after, bulk=bulk)
            raise
        finally:
            ended = self._clock()
            self._ways.note(ended - begun)
            for window in windows:
                window.end(ended - self._ways.least + MARGIN)
            self._note_chat(chat)

    def stop(self, seconds: float) -> None:
        """The channel wants to be left alone for so long."""
        self.stopped_until = max(self.stopped_until, self._clock() + seconds)

    def room(self) -> float:
        """How many messages may begin in bulk now."""
        if self.share is None or self.bulk_share is None:
            return math.inf
        return min(self.bulk_share - self._bulk.used, self.share - self._all.used - self.waiting)

    def chat_rests(self, chat: Any) -> float:
        """Seconds until the chat may get another message."""
        last = self._chats.get(chat)
        return 0.0 if last is None else max(0.0, last + self._rules.chat_seconds - self._clock())

    async def _wait_in_bulk(self) -> None:
        while self.room() <= 0:  # noqa: ASYNC110 - time makes room, nobody tells of it
            await asyncio.sleep(min(self._bulk.frees_in, self._all.frees_in))
        self._bulk_at = self._clock()

    async def _wait_as_reply(self, method: TelegramMethod[Any]) -> None:
        if (left := self.stopped_until - self._clock()) > 0:
            # a try would be wasted, and makes the pause longer for everybody
            raise TelegramRetryAfter(method, "the channel asked for a pause", math.ceil(left))
        self.replies += 1
        self.waiting += 1
        try:
            deadline = self._clock() + REPLY_WAITS
            while self._is_crowded() and self._clock() < deadline:  # noqa: ASYNC110 - as above
                await asyncio.sleep(self._all.frees_in)
        finally:
            self.waiting -= 1

    def _is_crowded(self) -> bool:
        # Without bulk replies are not held back: a server of our own has no limit, and people's words keep the rate.
        # Bulk that began long ago, and is with a slow server still, has yet to be counted there.
        now = self._clock()
        lately = now - self._bulk_at < self._rules.seconds or self._bulk.used > 0
        wary = lately or now - self.stopped_until < WARY_FOR
        return (wary or self.beside_bulk) and self.share is not None and self._all.used >= self.share

    def _take_refusal(self, chat: Any, seconds: float, *, bulk: bool) -> None:
        """Pause everything, unless one chat alone was written to too fast."""
        now, last = self._clock(), self._chats.get(chat, float("-inf"))
        other, at = self._refused
        self._refused = chat, now
        alone = not bulk and now - last < ONE_CHAT and (other == chat or now - at > OTHERS)
        if not alone:
            self.stop(seconds)
            self.paused.set()

    def _note_chat(self, chat: Any) -> None:
        self._chats[chat] = self._clock()
        self._chats.move_to_end(chat)
        if len(self._chats) > REMEMBERED:
            self._chats.popitem(last=False)

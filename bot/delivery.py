"""Sending what turns owe, after their commit and in each chat's order; what fails for now is tried again later."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.channel import ChannelBot, outgoing_number
from bot.lanes import Chat, Lanes
from bot.metrics import SENT
from bot.sent import SentReplies
from bot.sight import Sight
from db import outbox
from db.engine import is_away
from db.outbox import OwedReply
from db.turn import Owed

log = logging.getLogger(__name__)

SEND_TIMEOUT = 10
"""Seconds for one call while its chat waits; a slower answer is treated as lost, and the question is sent again."""
FLUSH_EVERY = 0.2
LOOK_EVERY = 1.0
"""Seconds between looks for replies that were postponed or left by a process that died."""
FIRST_LOOK_AGAIN = 0.1
"""At the start the looks come quicker: it takes PostgreSQL a moment to notice that our predecessor died."""


class Delivery:
    """Sends replies, and remembers which are sent but not yet marked so."""

    def __init__(
        self,
        engine: AsyncEngine,
        bots: Mapping[str, ChannelBot],
        lanes: Lanes,
        holder: int,
        clock: Callable[[], datetime],
    ) -> None:
        self.holder = holder
        self._engine = engine
        self._bots = bots
        self._lanes = lanes
        self._clock = clock
        self._sent = SentReplies()
        self._in_hand: set[int] = set()
        """Rows that this process is sending now; any other row in its name was dropped by an accident."""
        self.sight = Sight()

    def arrived(self, owed: frozenset[int]) -> frozenset[int]:
        """Those of the owed replies that were sent, though not yet marked so."""
        return self._sent.among(owed)

    async def send(self, bot: ChannelBot, chat: Chat, replies: Sequence[Owed], *, after_others: bool = False) -> None:
        """Send one turn's replies in order; the first that fails for now holds back those after it.

        ``after_others``: the chat is owed earlier replies, which go first.
        """
        mine = {reply.id for reply in replies if reply.id is not None}
        self._in_hand |= mine
        try:
            if after_others and not bot.confirms and not await self._send_earlier(chat, replies):
                return
            await self._send_in_order(bot, chat, replies)
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("%s: replies are left for later: %s", bot.channel, type(error).__name__)
        finally:
            self._in_hand -= mine

    async def _send_in_order(self, bot: ChannelBot, chat: Chat, replies: Sequence[Owed]) -> None:
        for position, reply in enumerate(replies):
            if reply.id is None:
                await self._pass(bot, reply)
                continue
            pause = await self._try(bot, chat, reply)
            if pause is not None:
                rest = [r.id for r in replies[position:] if r.id is not None]
                await outbox.postpone(self._engine, rest, self._clock() + pause, tried=1)
                return

    async def _send_earlier(self, chat: Chat, replies: Sequence[Owed]) -> bool:
        """Send what the chat was owed before; False when that fails for now, so that the new ones must wait too."""
        mine = [reply.id for reply in replies if reply.id is not None]
        if not mine:
            return True
        earlier = await outbox.take_over_chat(self._engine, self.holder, *chat, before=mine[0])
        waiting = [reply for reply in earlier if reply.id not in self._sent]
        if await self._send_taken(chat, waiting):
            return True
        await outbox.postpone(self._engine, mine, self._clock() + backoff(0), tried=0)
        return False

    async def _pass(self, bot: ChannelBot, reply: Owed) -> None:
        # A tap's acknowledgement is worth a try: an old one is refused, and that harms nobody.
        try:
            await bot(reply.method, request_timeout=SEND_TIMEOUT)
        except AiogramError as error:
            log.debug("%s was not taken: %s", type(reply.method).__name__, type(error).__name__)

    async def _try(self, bot: ChannelBot, chat: Chat, reply: Owed, tries: int = 0) -> timedelta | None:
        """Send one reply; returns how long to wait when it may succeed later, None when it is settled."""
        begun = time.monotonic()
        token = outgoing_number.set(reply.id)
        try:
            taken = await bot(reply.method, request_timeout=SEND_TIMEOUT)
        except TelegramRetryAfter as error:
            SENT.labels(bot.channel, "later").inc()
            return timedelta(seconds=error.retry_after)
        except TelegramForbiddenError:
            await self._block(chat)
            self._settle(reply, bot, "blocked")
        except (TelegramBadRequest, TelegramMigrateToChat, TelegramEntityTooLarge) as error:
            log.error("%s refused a reply: %s", bot.channel, error.message)
            self._settle(reply, bot, "refused")
        except (AiogramError, TimeoutError) as error:
            # the network, the server, an answer that is no JSON: the same reply may arrive later
            log.warning("%s: a reply is postponed: %s", bot.channel, type(error).__name__)
            SENT.labels(bot.channel, "later").inc()
            return backoff(tries)
        else:
            self.sight.question_sent(chat, begun, getattr(taken, "date", None))
            self._settle(reply, bot, "sent")
        finally:
            outgoing_number.reset(token)
        return None

    def _settle(self, reply: Owed, bot: ChannelBot, outcome: str) -> None:
        SENT.labels(bot.channel, outcome).inc()
        if reply.id is not None and not bot.confirms:
            self._sent.add(reply.id)

    async def _block(self, chat: Chat) -> None:
        query = text("UPDATE identity SET blocked_at = :now WHERE channel = :channel AND chat_id = :chat_id")
        values = {"now": self._clock(), "channel": chat[0], "chat_id": chat[1]}
        async with self._engine.begin() as connection:
            await connection.execute(query, values)

    async def flush(self) -> None:
        """Mark as sent what was sent since the last flush."""
        if batch := self._sent.unmarked():
            await outbox.mark_sent(self._engine, batch)
            self._sent.mark(batch)

    async def flush_forever(self) -> None:
        """Flush at short intervals; a database that is away for a while is waited for."""
        while True:
            await asyncio.sleep(FLUSH_EVERY)
            await _patiently(self.flush, "marking replies as sent")

    async def look_forever(self) -> None:
        """Find replies that nobody is sending and send them, at the start and ever after."""
        pause = FIRST_LOOK_AGAIN
        while True:
            await _patiently(self.look, "looking for owed replies")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LOOK_EVERY)

    async def look(self) -> int:
        """Send what is due and unheld; returns how many replies were taken over."""
        channels = [name for name, bot in self._bots.items() if not bot.confirms]
        taken = await outbox.take_over(self._engine, self.holder, channels, self._clock())
        chats: dict[Chat, list[OwedReply]] = {}
        for reply in taken:
            if reply.id not in self._in_hand and reply.id not in self._sent:
                chats.setdefault((reply.channel, reply.chat_id), []).append(reply)
        results = await asyncio.gather(*(self._resend(c, r) for c, r in chats.items()), return_exceptions=True)
        for error in results:
            if isinstance(error, BaseException) and not is_away(error):
                log.error("A chat's owed replies could not be sent", exc_info=error)
        return sum(map(len, chats.values()))

    async def _resend(self, chat: Chat, replies: Sequence[OwedReply]) -> None:
        mine = {reply.id for reply in replies}
        self._in_hand |= mine
        try:
            async with self._lanes.hold(chat):
                # a turn that had the chat before us may have sent them on its way
                held = await outbox.still_held(self._engine, self.holder, mine)
                await self._send_taken(chat, [r for r in replies if r.id in held and r.id not in self._sent])
        finally:
            self._in_hand -= mine

    async def _send_taken(self, chat: Chat, replies: Sequence[OwedReply]) -> bool:
        """Send replies that were taken over; False when one failed for now and the rest were let go."""
        bot = self._bots[chat[0]]
        for position, reply in enumerate(replies):
            if self._clock() - reply.created_at > outbox.GIVE_UP_AFTER:
                log.warning("%s: reply %d is a day old and is dropped", bot.channel, reply.id)
                self._sent.add(reply.id)
                continue
            pause = await self._try(bot, chat, Owed(reply.id, reply.method), reply.tries)
            if pause is not None:
                rest = [r.id for r in replies[position:]]
                await outbox.postpone(self._engine, rest, self._clock() + pause, tried=1)
                return False
        return True


def backoff(tries: int) -> timedelta:
    """1, 2, 4 … seconds, at most five minutes."""
    return timedelta(seconds=min(2.0**tries, 300.0))


async def _patiently(work: Callable[[], Awaitable[object]], what: str) -> None:
    try:
        await work()
    except Exception as error:
        if not is_away(error):
            raise
        log.warning("The database is away (%s) while %s", type(error).__name__, what)

"""Sending broadcasts: rows of the ledger are claimed as the channel's pace allows, sent, and settled in batches.

One sender a channel and process; several processes may run, for rows and pace are shared through the database.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiogram.exceptions import AiogramError
from aiogram.methods import TelegramMethod
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cards import Cards, Made
from bot.channels.channel import ChannelBot, external_id, message_key
from bot.channels.limits.rules import Rules
from bot.channels.outcome import STOPPED, Outcome, Result, outcome_of
from bot.metrics import DELIVERIES
from bot.pacing import Budget
from bot.tasks import Tasks
from bot.traffic import Traffic, in_bulk
from bot.verdict import Blocked, after_try, before_sending
from content.quiet import Manners, when_allowed
from db import ledger
from db.ledger import Claimed, Hours, Settled
from db.offers import offer_many

log = logging.getLogger(__name__)

SEND_TIMEOUT = 20
"""Seconds for one call; after that nobody knows whether it arrived."""
IDLE = 1.0
"""Seconds between looks for work."""
RECOVER_EVERY = 5.0
"""Seconds between looks for what a dead process left, while there is work."""
FLUSH = 0.1
"""Seconds at most that a result waits to be written down."""


def hours_at(now: datetime, manners: Manners) -> Hours:
    """Which broadcasts may go now."""
    return Hours(when_allowed(now, manners) == now, when_allowed(now, manners, on_holidays=True) == now)


@dataclass
class Post:
    """What every sender of a process shares."""

    engine: AsyncEngine
    holder: int
    """This process's number (db/outbox.py)."""
    clock: Callable[[], datetime]
    manners: Manners
    cards: Cards
    tasks: Tasks
    served: Collection[str]
    chance: random.Random


class Sender:
    """Sends what the ledger holds for one channel."""

    def __init__(self, post: Post, bot: ChannelBot, rules: Rules, traffic: Traffic) -> None:
        self._post = post
        self._bot = bot
        self._rules = rules
        self._traffic = traffic
        self._budget = Budget(post.engine, bot.channel, post.holder, rules, traffic)
        self._in_hand: set[int] = set()
        """Rows that were claimed and whose result is not written down yet."""
        self._results: list[Settled] = []
        self._blocked: list[Blocked] = []
        self._moved: list[tuple[int, int]] = []
        self._offered: dict[int, str] = {}
        self._news = asyncio.Event()
        self._not_begun = 0
        """Rows in hand that wait for their moment."""
        self._calls = asyncio.Semaphore(rules.calls)
        self._recovered_at = 0.0

    async def run(self) -> None:
        """Look for work for ever; when it is cancelled, what is under way is finished and written down."""
        try:
            while True:
                await self.work()
                await asyncio.sleep(IDLE)
        except asyncio.CancelledError:
            await self.close()
            raise

    async def work(self) -> int:
        """Decide what a crash left, and send until nothing is due; returns how many rows were claimed."""
        await self._recover()
        claimed = 0
        while self._in_hand or await self._has_work():
            if time.monotonic() - self._recovered_at > RECOVER_EVERY:
                await self._recover()
            rows = await self._turn()
            claimed += len(rows)
            if not rows or self._under_way > self._rules.in_hand // 2:
                await self._some_news()
        return claimed

    @property
    def _under_way(self) -> int:
        return len(self._in_hand) - len(self._results) - len(self._blocked)

    async def _turn(self) -> list[Claimed]:
        """Take moments, claim as many rows, and have each sent at its moment."""
        coming = self._traffic.room() + self._rules.soon - self._not_begun
        free = min(self._rules.in_hand - len(self._in_hand), coming)
        moments = await self._budget.take(int(free), FLUSH) if free >= 1 else []
        rows = await self._turn_over(len(moments))
        going = [row for row in rows if not self._is_held_back(row)]
        self._budget.give_back(moments[len(going) :])
        for row, moment in zip(going, moments, strict=False):
            self._not_begun += 1
            self._post.tasks.start(self._deliver(row, moment), "deliver")
        return rows

    def _is_held_back(self, row: Claimed) -> bool:
        verdict = before_sending(row, self._post.manners, self._post.clock())
        if verdict is not None:
            self._take(verdict, row.not_now or "postponed")
        return verdict is not None

    def _take(self, verdict: Settled | Blocked, outcome: str) -> None:
        DELIVERIES.labels(self._bot.channel, outcome).inc()
        if isinstance(verdict, Blocked):
            self._blocked.append(verdict)
        else:
            self._results.append(verdict)
        if self._under_way <= self._rules.in_hand // 2:
            self._news.set()

    async def _some_news(self) -> None:
        """Wait until much of what is under way has ended, but not for long."""
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH):
                await self._news.wait()

    async def _turn_over(self, room: int) -> list[Claimed]:
        """Write down what has come back, and claim up to ``room`` rows: one transaction."""
        if not (room or self._results or self._blocked):
            return []
        results, blocked, moved = self._results, self._blocked, self._moved
        self._results, self._blocked, self._moved = [], [], []
        offered, self._offered = self._offered, {}
        try:
            rows = await self._write(results, blocked, moved, offered, room)
        except BaseException:
            self._results, self._blocked, self._moved = results + self._results, blocked + self._blocked, moved
            self._offered |= offered
            raise
        self._in_hand.difference_update(one.id for one in results)
        self._in_hand.difference_update(one.id for one in blocked)
        self._in_hand.update(row.id for row in rows)
        return rows

    async def _write(
        self,
        results: list[Settled],
        blocked: list[Blocked],
        moved: list[tuple[int, int]],
        offered: dict[int, str],
        room: int,
    ) -> list[Claimed]:
        post, now = self._post, self._post.clock()
        async with post.engine.begin() as connection:
            await offer_many(connection, offered)
            for identity, chat in moved:
                await ledger.move(connection, identity, chat)
            await ledger.settle(connection, post.holder, results, now)
            await ledger.fall_back(connection, post.holder, [one.id for one in blocked], post.served, now)
            if not room:
                return []
            hours = hours_at(now, post.manners)
            return await ledger.claim(connection, self._bot.channel, post.holder, hours, room, now)

    async def _deliver(self, row: Claimed, moment: float) -> None:
        """Make one try at its moment."""
        await asyncio.sleep(max(0.0, moment - time.monotonic()))
        self._not_begun -= 1
        made, outcome = Made(), Outcome(Result.LATER)
        try:
            made = await self._post.cards.get(row.broadcast_id, row.lang)
            outcome = Outcome(Result.DOUBT)
            outcome = await self._try(row, made)
        except Exception:
            # the row must not stay in hand for ever, whatever it was
            log.exception("%s: delivery %d failed", self._bot.channel, row.id)
        if outcome.result is Result.MOVED and outcome.moved_to is not None:
            self._moved.append((row.identity_id, outcome.moved_to))
        post = self._post
        between = self._rules.chat_seconds
        verdict = after_try(row, outcome, len(made.messages), between, post.clock(), post.chance)
        if isinstance(verdict, Settled) and verdict.state == "sent":
            self._offered[row.identity_id] = made.offered
        self._take(verdict, outcome.result)

    async def _try(self, row: Claimed, made: Made) -> Outcome:
        if row.part >= len(made.messages):
            return Outcome(Result.SENT)  # the notice has become shorter meanwhile
        return await self._call(row, made.messages[row.part].model_copy(update={"chat_id": row.chat_id}))

    async def _call(self, row: Claimed, method: TelegramMethod[Any]) -> Outcome:
        if (rests := self._traffic.chat_rests(row.chat_id)) > 0:
            return Outcome(Result.THROTTLED, timedelta(seconds=rests))
        token, key = in_bulk.set(True), message_key.set(f"delivery:{row.id}:{row.part}")
        try:
            async with self._calls:
                taken = await self._bot(method, request_timeout=SEND_TIMEOUT)
        except (AiogramError, TimeoutError, OSError) as error:
            outcome = outcome_of(error)
            if outcome.result is Result.STOPPED:
                log.error("%s takes nothing from us: %s", self._bot.channel, type(error).__name__)
                self._traffic.stop((outcome.after or STOPPED).total_seconds())
            return outcome
        finally:
            in_bulk.reset(token)
            message_key.reset(key)
        return Outcome(Result.SENT, external_id=external_id(taken))

    async def _recover(self) -> None:
        post = self._post
        self._recovered_at = time.monotonic()
        async with post.engine.begin() as connection:
            held = list(self._in_hand)
            found = await ledger.recover(connection, self._bot.channel, post.holder, held, post.clock())
        if found:
            log.warning("%s: %d deliveries were in the air when a process died", self._bot.channel, len(found))

    async def _has_work(self) -> bool:
        now = self._post.clock()
        async with self._post.engine.connect() as connection:
            return await ledger.has_work(connection, self._bot.channel, hours_at(now, self._post.manners), now)

    async def close(self) -> None:
        """Wait for what is under way, and write it down."""
        while self._in_hand:
            await self._some_news()
            await self._turn_over(0)

"""When this process may send in bulk: moments leased from a budget that all processes share."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from math import ceil

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.channels.limits.rules import Rules
from bot.traffic import Traffic
from db import pace

LOOK_EVERY = 1.0
"""Seconds between looks of a process that only replies."""


class Budget:
    """The moments of one channel, leased in small slices, and this process's share of the channel's window."""

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
        self._credit = rules.reserve * rules.seconds
        """Replies that may still go out of the reserve: no more than one window's gather."""
        self._debited_at = clock()

    async def take(self, most: int, patience: float) -> list[float]:
        """Up to ``most`` near moments, by the monotonic clock; none where none comes within ``patience`` seconds."""
        if self._rules.bulk_rate is None:
            return [0.0] * most
        if await self._is_stopped(patience):
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

    async def _is_stopped(self, patience: float) -> bool:
        """Whether the channel wants to be left alone: the others are told once, and it is waited for a while."""
        seconds = self._traffic.stopped_until - self._clock()
        if seconds <= 0:
            return False
        if self._slots:
            self._slots.clear()
            async with self._engine.begin() as connection:
                await pace.stop(connection, self._channel, seconds)
        await asyncio.sleep(min(seconds, patience))
        return True

    def _drop_stale(self) -> None:
        """A moment that was missed by a whole window is lost."""
        while self._slots and self._slots[0] < self._clock() - self._rules.seconds:
            self._slots.popleft()

    async def _lease(self, rate: float) -> None:
        async with self._engine.begin() as connection:
            spent = self._beyond_reserve() / rate
            slots = await pace.take(connection, self._channel, self._holder, rate, self._rules.slice, spent=spent)
        self._traffic.share, self._traffic.bulk_share = self._rules.shares(
            self._holder, slots.senders, answered_beside=slots.answered_beside
        )
        first = self._clock() + slots.starts_in
        self._slots.extend(first + n * slots.every for n in range(slots.count))

    def _beyond_reserve(self) -> float:
        """What people's replies took beyond their reserve since this was asked last: it is not there for bulk."""
        now, rules = self._clock(), self._rules
        gathered = min(rules.reserve * rules.seconds, self._credit + rules.reserve * (now - self._debited_at))
        left = gathered - self._traffic.replies
        self._traffic.replies, self._debited_at, self._credit = 0, now, max(0.0, left)
        return max(0.0, -left)


async def reply_beside_bulk(engine: AsyncEngine, channel: str, rules: Rules, traffic: Traffic) -> None:
    """For ever, in a process that only replies: keep to the reserve while others send in bulk, and share pauses.

    What people are owed beyond the reserve is taken out of the shared budget a second later.
    """
    assert rules.count is not None, "without a limit there is nothing to keep"
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await traffic.paused.wait()
        traffic.paused.clear()
        async with engine.begin() as connection:
            standing = await pace.look(connection, channel)
            if (left := traffic.stopped_until - time.monotonic()) > standing.stopped_for:
                await pace.stop(connection, channel, left)
            elif standing.stopped_for > 0:
                traffic.stop(standing.stopped_for)
            owed = 0
            if standing.bulk:
                await pace.answer_beside(connection, channel)
                owed = await _buy(connection, channel, rules, traffic)
        traffic.beside_bulk = standing.bulk
        traffic.share = ceil(rules.reserve * rules.seconds) + owed if standing.bulk else rules.count


async def _buy(connection: AsyncConnection, channel: str, rules: Rules, traffic: Traffic) -> int:
    """Take what is owed beyond the reserve out of the budget; returns how many messages that is."""
    owed = max(0, ceil(traffic.replies + traffic.waiting - rules.reserve * LOOK_EVERY))
    traffic.replies = 0
    if owed and rules.bulk_rate is not None:
        await pace.spend(connection, channel, owed / rules.bulk_rate)
    return owed

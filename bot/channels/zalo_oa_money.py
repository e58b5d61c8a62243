"""Whether a message to somebody is free, billed or barred now, and paying for a billed one within the budget."""

import uuid
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.channel import message_key, outgoing_number
from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_errors import ZaloAway, ZaloError
from content.zalo_prices import FREE, OPEN
from db.zalo_budget import charged, reserve, settle


class Window(StrEnum):
    """What Zalo allows towards a person now."""

    FREE = "free"
    BILLED = "billed"
    SHUT = "shut"


def window_of(interacted_at: datetime | None, now: datetime) -> Window:
    """The window by the person's last interaction."""
    if interacted_at is None or now - interacted_at > OPEN:
        return Window.SHUT
    return Window.FREE if now - interacted_at <= FREE else Window.BILLED


def key_of_message() -> str:
    """What the message that is being sent is paid for by, and known by to Zalo as its tracking id."""
    number = outgoing_number.get()
    key = message_key.get() or (f"outgoing:{number}" if number is not None else f"once:{uuid.uuid4().hex}")
    assert len(key) <= limits.TRACKING - 2, "row numbers are short"
    return key


class Purse:
    """Pays for messages out of the month's budget."""

    def __init__(self, engine: AsyncEngine, budget: int, clock: Callable[[], datetime], zone: ZoneInfo) -> None:
        self._engine = engine
        self.budget = budget
        self._clock = clock
        self._zone = zone

    async def take(self, price: int, key: str) -> bool:
        """Reserve the price of one try of a message; False without the money."""
        day = self._clock().astimezone(self._zone).date()
        async with self._engine.begin() as connection:
            return await reserve(connection, key, day, price, self.budget)

    async def settle(self, key: str, cost: int) -> None:
        """Say what it cost in the end; 0 gives the money back."""
        async with self._engine.begin() as connection:
            await settle(connection, key, self._clock(), cost=cost)

    async def give_back(self, key: str, error: ZaloError | ZaloAway) -> None:
        """A try failed: its money comes back, unless nobody knows whether Zalo has acted on it."""
        if isinstance(error, ZaloError) or not error.sent:
            await self.settle(key, 0)

    async def spend(self, price: int, key: str) -> None:
        """Note what Zalo has charged without our having thought so."""
        now = self._clock()
        async with self._engine.begin() as connection:
            await charged(connection, key, now.astimezone(self._zone).date(), price, now)

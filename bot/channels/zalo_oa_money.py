"""Whether a message to somebody is free, billed or barred now, and paying for a billed one within the budget."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.channel import outgoing_number
from content.zalo_prices import FREE, OPEN, prices
from db.zalo_budget import reserve, settle

charge_key: ContextVar[str | None] = ContextVar("charge_key", default=None)
"""What a paid message is for, where its sender knows better than the ``outgoing`` row: it is paid for once a key."""


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


class Purse:
    """Pays for messages out of the month's budget."""

    def __init__(self, engine: AsyncEngine, budget: int, clock: Callable[[], datetime], zone: ZoneInfo) -> None:
        self._engine = engine
        self.budget = budget
        self._clock = clock
        self._zone = zone

    async def take(self, price: int | None = None) -> str | None:
        """Reserve the price of one message (by default of one outside of the free window); None without the money."""
        number = outgoing_number.get()
        key = charge_key.get() or (f"outgoing:{number}" if number is not None else f"once:{uuid.uuid4()}")
        cost = prices().outside_window if price is None else price
        day = self._clock().astimezone(self._zone).date()
        async with self._engine.begin() as connection:
            return key if await reserve(connection, key, day, cost, self.budget) else None

    async def settle(self, key: str, cost: int) -> None:
        """Say what it cost in the end; 0 gives the money back."""
        async with self._engine.begin() as connection:
            await settle(connection, key, self._clock(), cost=cost)

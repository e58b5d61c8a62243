"""A bell that wakes whoever waits for a change, so that nobody sleeps and looks again."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Bell:
    """`ring` after each change; `until` returns as soon as its condition holds."""

    _waiting: set[asyncio.Future[None]] = field(default_factory=set)

    def ring(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Whether `condition` came true within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    await self._next()
        except TimeoutError:
            return condition()
        return True

    async def _next(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)

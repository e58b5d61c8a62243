"""One chat's turns in order and one at a time, within this process; the advisory lock does it between processes."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

Chat = tuple[str, int]
"""A channel and the chat's number on it."""


class Lanes:
    """A first-come lock a chat, kept only while somebody holds or awaits it."""

    def __init__(self) -> None:
        self._locks: defaultdict[Chat, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._users: defaultdict[Chat, int] = defaultdict(int)

    @asynccontextmanager
    async def hold(self, chat: Chat) -> AsyncIterator[None]:
        """Wait for those who came before, then have the chat alone."""
        self._users[chat] += 1
        try:
            async with self._locks[chat]:
                yield
        finally:
            self._users[chat] -= 1
            if not self._users[chat]:
                del self._users[chat], self._locks[chat]

    def __len__(self) -> int:
        return len(self._users)

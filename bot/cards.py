"""What a broadcast says: its messages for a language and a channel, made from the notice as it is now."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from aiogram.methods import TelegramMethod
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from content.notices.telling import card_messages, told_card
from content.office import Office
from db.broadcasts import Broadcast
from db.notice_queries import read_notice

KEPT = 10.0
"""Seconds for which a made message is used again: a notice that is changed meanwhile is told as it is."""
NOBODY = 0
"""The chat of a message that is still to be copied for each recipient."""


@dataclass(frozen=True)
class Made:
    """A broadcast in one language."""

    messages: Sequence[TelegramMethod[Any]] = ()
    """To ``NOBODY``, in their order."""
    offered: str = "[]"
    """What a number means that somebody types after it (db/offers.py), as JSON."""


class Cards:
    """Makes each broadcast's messages once for all who speak a language."""

    def __init__(
        self,
        engine: AsyncEngine,
        office: Office,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._office = office
        self._now = now
        self._clock = clock
        self._made: dict[tuple[int, str], tuple[float, Made]] = {}
        self._making = asyncio.Lock()

    async def get(self, broadcast_id: int, lang: str) -> Made:
        """The messages. Raises ``NoResultFound`` when there is no such broadcast any more."""
        if made := self._kept(broadcast_id, lang):
            return made
        async with self._making:  # a batch asks for the same one at once
            if made := self._kept(broadcast_id, lang):
                return made
            made = await self._make(broadcast_id, lang)
            self._made = {key: one for key, one in self._made.items() if self._clock() - one[0] <= KEPT}
            self._made[broadcast_id, lang] = self._clock(), made
            return made

    def _kept(self, broadcast_id: int, lang: str) -> Made | None:
        at, made = self._made.get((broadcast_id, lang), (float("-inf"), None))
        return made if self._clock() - at <= KEPT else None

    async def _make(self, broadcast_id: int, lang: str) -> Made:
        async with AsyncSession(self._engine) as session:
            broadcast = await session.get_one(Broadcast, broadcast_id)
            notice = await read_notice(session, broadcast.notice_id)
        assert notice is not None, "a broadcast goes with its notice"
        card = told_card(notice, broadcast.words, lang, self._office, self._now())
        return Made(card_messages(card, lang, NOBODY), orjson.dumps(card.choices).decode())

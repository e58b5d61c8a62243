"""What a broadcast says: its messages for a language and a channel, made from the notice as it is now."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from aiogram.methods import SendMessage, TelegramMethod
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

KEPT = 10.0
"""Seconds for which a made message is used again: a notice that is changed meanwhile is told as it is."""
NOBODY = 0
"""The chat of a message that is still to be copied for each recipient."""

Card = Sequence[TelegramMethod[Any]]

_WORDS = text(
    """
    SELECT b.words, n.title, n.body FROM broadcast b JOIN notice_text n ON n.notice_id = b.notice_id
    WHERE b.id = :broadcast AND n.lang = :lang
    """
)


class Cards:
    """Makes each broadcast's messages once for all who speak a language on a channel."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._made: dict[tuple[int, str, str], tuple[float, Card]] = {}

    async def get(self, broadcast_id: int, lang: str, channel: str) -> Card:
        """The messages, to ``NOBODY``."""
        key = broadcast_id, lang, channel
        at, card = self._made.get(key, (float("-inf"), ()))
        if self._clock() - at > KEPT:
            async with self._engine.connect() as connection:
                card = await make_card(connection, broadcast_id, lang)
            self._made = {k: v for k, v in self._made.items() if self._clock() - v[0] <= KEPT}
            self._made[key] = self._clock(), card
        return card


async def make_card(connection: AsyncConnection, broadcast_id: int, lang: str) -> Card:
    """The messages of a broadcast in one language."""
    row = (await connection.execute(_WORDS, {"broadcast": broadcast_id, "lang": lang})).one()
    words = (row.words or {}).get(lang) or f"{row.title}\n{row.body}"
    return [SendMessage(chat_id=NOBODY, text=words)]

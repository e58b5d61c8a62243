"""Broadcasts to the web chat: rows of the ledger become messages that the page fetches, in one transaction."""

import asyncio
from itertools import groupby
from typing import Any

import orjson
from aiogram.methods import TelegramMethod
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.sender import IDLE, Post, hours_at
from bot.verdict import Blocked, before_sending
from db import ledger, web_chat
from db.ledger import Claimed, Settled
from db.offers import offer_many
from db.turn import payload_of

BATCH = 200
"""Rows a transaction."""

_OWE = text(
    """
    WITH owed AS (
        INSERT INTO outgoing (channel, chat_id, method, payload, due_at)
        SELECT 'web', chat, :method, CAST(:payload AS jsonb) || jsonb_build_object('chat_id', chat), :now
        FROM unnest(CAST(:chats AS bigint[])) chat RETURNING id, chat_id)
    SELECT pg_notify(:signal, chat_id || ' ' || id) FROM owed
    """
)


class WebPost:
    """Sends what the ledger holds for the web chat: it is sent when its message is kept for the page."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def run(self) -> None:
        """Look for work for ever."""
        while True:
            if not await self.work():
                await asyncio.sleep(IDLE)

    async def work(self) -> int:
        """Write one batch; returns how many rows were claimed."""
        post, now = self._post, self._post.clock()
        async with post.engine.begin() as connection:
            hours = hours_at(now, post.manners)
            rows = await ledger.claim(connection, web_chat.CHANNEL, post.holder, hours, BATCH, now)
            verdicts = {row.id: before_sending(row, post.manners, now) for row in rows}
            going = [row for row in rows if verdicts[row.id] is None]
            for _, same in groupby(sorted(going, key=_alike), key=_alike):
                await self._owe(connection, list(same))
            held = [one for one in verdicts.values() if isinstance(one, Settled)]
            sent = [Settled(row.id, "sent", part=1, tries=row.tries, doubts=row.doubts) for row in going]
            await ledger.settle(connection, post.holder, held + sent, now)
            blocked = [one.id for one in verdicts.values() if isinstance(one, Blocked)]
            await ledger.fall_back(connection, post.holder, blocked, post.served, now)
        return len(rows)

    async def _owe(self, connection: AsyncConnection, rows: list[Claimed]) -> None:
        card = await self._post.cards.get(rows[0].broadcast_id, rows[0].lang)
        chats = [row.chat_id for row in rows]
        for method in card.messages:
            await connection.execute(_OWE, self._values(method) | {"chats": chats})
        await offer_many(connection, {row.identity_id: card.offered for row in rows})

    def _values(self, method: TelegramMethod[Any]) -> dict[str, Any]:
        return {
            "method": type(method).__name__,
            "payload": orjson.dumps(payload_of(method)).decode(),
            "now": self._post.clock(),
            "signal": web_chat.SIGNAL,
        }


def _alike(row: Claimed) -> tuple[int, str]:
    return row.broadcast_id, row.lang

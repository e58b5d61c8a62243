"""What a message that nobody asked for offers: a number typed at the menu picks from it, not from what came before."""

from collections.abc import Sequence

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Turns write the account's data whole, under the same lock (db/turn.py): without it one of the two would be lost.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:channel, :chat))")
_OFFER = text(
    """
    UPDATE identity SET data = jsonb_set(data, '{offered}', CAST(:offered AS jsonb))
    WHERE channel = :channel AND chat_id = :chat AND state IS NULL
    """
)


async def offer(connection: AsyncConnection, channel: str, chat_id: int, choices: Sequence[tuple[str, str]]) -> None:
    """Make these labels and taps what a typed number means, unless a question is open there."""
    where = {"channel": channel, "chat": chat_id}
    await connection.execute(_LOCK, where)
    await connection.execute(_OFFER, where | {"offered": orjson.dumps(choices).decode()})

"""What a message that nobody asked for offers: a number typed at the menu picks from it, not from what came before."""

from collections.abc import Mapping, Sequence

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


# Somebody whose turn is under way is in a conversation, where a number means what they see there: they are passed over.
_OFFER_MANY = text(
    """
    UPDATE identity i SET data = jsonb_set(i.data, '{offered}', o.offered)
    FROM unnest(CAST(:ids AS bigint[]), CAST(:offered AS jsonb[])) AS o (id, offered)
    WHERE i.id = o.id AND i.state IS NULL AND pg_try_advisory_xact_lock(hashtextextended(i.channel, i.chat_id))
    """
)


async def offer_many(connection: AsyncConnection, offered: Mapping[int, str]) -> None:
    """The same for many accounts by their numbers, each with its labels and taps as JSON; waits for nobody."""
    if offered:
        ids = sorted(offered)
        await connection.execute(_OFFER_MANY, {"ids": ids, "offered": [offered[one] for one in ids]})


async def offer(connection: AsyncConnection, channel: str, chat_id: int, choices: Sequence[tuple[str, str]]) -> None:
    """Make these labels and taps what a typed number means, unless a question is open there."""
    where = {"channel": channel, "chat": chat_id}
    await connection.execute(_LOCK, where)
    await connection.execute(_OFFER, where | {"offered": orjson.dumps(choices).decode()})

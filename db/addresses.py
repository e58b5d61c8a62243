"""Chat numbers of our own for channels that know an account by a word, as Zalo does."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine


async def chat_of(engine: AsyncEngine, channel: str, address: str) -> int:
    """The chat of an account, which is given its number now if it has none; safe when two do it at once."""
    known = text("SELECT chat_id FROM identity WHERE channel = :channel AND address = :address")
    values = {"channel": channel, "address": address}
    async with engine.connect() as connection:
        if found := await connection.scalar(known, values):
            return int(found)
    async with engine.begin() as connection:
        return int(await connection.scalar(_OPEN, values) or 0)


_OPEN = text(
    """
    INSERT INTO identity (channel, address, chat_id) VALUES (:channel, :address, nextval('web_chat_id'))
    ON CONFLICT (channel, address) DO UPDATE SET address = excluded.address RETURNING chat_id
    """
)


async def address_of(engine: AsyncEngine, channel: str, chat_id: int) -> str | None:
    """What the channel itself calls a chat; None for one that was deleted."""
    query = text("SELECT address FROM identity WHERE channel = :channel AND chat_id = :chat")
    async with engine.connect() as connection:
        found: str | None = await connection.scalar(query, {"channel": channel, "chat": chat_id})
        return found

"""The web chat's accounts and kept messages, and hearing of messages that other processes wrote."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

CHANNEL = "web"
SIGNAL = "web_outgoing"


async def chat_of_token(engine: AsyncEngine, token_hash: str) -> int | None:
    """The chat that a cookie's token opens; None for a token that nothing is kept of."""
    query = text("SELECT chat_id FROM identity WHERE channel = 'web' AND address = :address")
    async with engine.connect() as connection:
        found: int | None = await connection.scalar(query, {"address": token_hash})
        return found


async def open_chat(engine: AsyncEngine, token_hash: str) -> int:
    """Give a token its chat; safe when two connections do it at once."""
    query = text(
        """
        INSERT INTO identity (channel, address, chat_id) VALUES ('web', :address, nextval('web_chat_id'))
        ON CONFLICT (channel, address) DO UPDATE SET address = excluded.address RETURNING chat_id
        """
    )
    async with engine.begin() as connection:
        return int(await connection.scalar(query, {"address": token_hash}) or 0)


async def messages_after(engine: AsyncEngine, chat_id: int, number: int, limit: int) -> Sequence[Any]:
    """The chat's newest messages numbered above ``number``, oldest first: rows of id, method, payload."""
    query = text(
        """
        SELECT * FROM (SELECT id, method, payload FROM outgoing
                       WHERE channel = 'web' AND chat_id = :chat AND id > :number ORDER BY id DESC LIMIT :limit) AS o
        ORDER BY id
        """
    )
    async with engine.connect() as connection:
        return (await connection.execute(query, {"chat": chat_id, "number": number, "limit": limit})).all()


async def mark_received(engine: AsyncEngine, chat_id: int, up_to: int, now: datetime, keep: int) -> None:
    """Note that a phone has these messages, and forget those of them that are older than the newest ``keep``."""
    query = text(
        "UPDATE outgoing SET sent_at = :now "
        "WHERE channel = 'web' AND chat_id = :chat AND id <= :up_to AND sent_at IS NULL"
    )
    values = {"chat": chat_id, "up_to": up_to}
    async with engine.begin() as connection:
        if (await connection.execute(query, values | {"now": now})).rowcount:
            await connection.execute(_FORGET, values | {"keep": keep})


_FORGET = text(
    """
    DELETE FROM outgoing WHERE channel = 'web' AND chat_id = :chat AND id <= :up_to AND id <= (
        SELECT id FROM outgoing WHERE channel = 'web' AND chat_id = :chat ORDER BY id DESC OFFSET :keep LIMIT 1)
    """
)


async def drop_stray(engine: AsyncEngine, chat_id: int) -> None:
    """Delete what was written for a chat while its account was being deleted: no cookie leads there any more."""
    query = text("DELETE FROM identity WHERE channel = 'web' AND chat_id = :chat AND address IS NULL")
    async with engine.begin() as connection:
        await connection.execute(query, {"chat": chat_id})


async def language_of(engine: AsyncEngine, chat_id: int) -> str | None:
    """The language that the chat has chosen."""
    query = text("SELECT lang FROM identity WHERE channel = 'web' AND chat_id = :chat")
    async with engine.connect() as connection:
        found: str | None = await connection.scalar(query, {"chat": chat_id})
        return found


@asynccontextmanager
async def listening(engine: AsyncEngine, heard: Callable[[int, int], None]) -> AsyncIterator[AsyncConnection]:
    """Call ``heard`` with the chat and the message's number whenever a process writes for the web by itself."""

    def take(_connection: object, _pid: int, _channel: str, payload: object) -> None:
        chat_id, number = map(int, str(payload).split())
        heard(chat_id, number)

    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await raw.add_listener(SIGNAL, take)
        try:
            yield connection
        finally:
            if not raw.is_closed():
                await raw.remove_listener(SIGNAL, take)

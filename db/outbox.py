"""The replies that are owed: who is sending them, which were left by a process that died, which are done.

Each running process holds a session-level advisory lock on its number for as long as it lives. PostgreSQL lets the lock
go when the process dies, however it dies, so a row whose holder's lock is free has nobody who will send it.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiogram import methods
from aiogram.methods import TelegramMethod
from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import web_chat
from db.messages import Outgoing
from db.turn import payload_of

CLASS = 0x76631  # the namespace of process numbers among advisory locks


@dataclass(frozen=True, slots=True)
class OwedReply:
    """A row of ``outgoing`` that this process has taken over."""

    id: int
    channel: str
    chat_id: int
    tries: int
    created_at: datetime
    method: TelegramMethod[Any]


async def new_process_number(engine: AsyncEngine) -> int:
    """A number for this process, never given before."""
    async with engine.begin() as connection:
        return int(await connection.scalar(text("SELECT nextval('process_number') % 2000000000")) or 0)


@asynccontextmanager
async def holding(engine: AsyncEngine, number: int) -> AsyncIterator[AsyncConnection]:
    """Hold the lock on a process's number, on a connection of its own; to be held again when that breaks."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("SELECT pg_advisory_lock(:c, :n)"), {"c": CLASS, "n": number})
        try:
            yield connection
        finally:
            await connection.invalidate()  # the lock goes with the connection, which must not go back to the pool


FORGOTTEN_AFTER = timedelta(seconds=30)
"""After this a row in our own name, which we are not sending, is one that we lost when the database was away."""


def has_died(row: str) -> str:
    """The condition that the process which holds ``row`` has died; its query binds ``class`` to ``CLASS``."""
    return f"""NOT EXISTS (
        SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = :class AND l.objid = {row}.holder
        AND l.objsubid = 2 AND l.granted
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
    """  # noqa: S608 - ours


# Rows that nobody sends: postponed ones that are due, those of a holder that has died, and our own lost ones.
_TAKE = text(
    f"""
    UPDATE outgoing SET holder = :holder WHERE id IN (
        SELECT id FROM outgoing o
        WHERE sent_at IS NULL AND channel <> 'web' AND channel = ANY(:channels) AND due_at <= :now
          AND (holder IS NULL OR (holder = :holder AND due_at < :forgotten) OR (holder <> :holder AND {has_died("o")}))
        ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING id, channel, chat_id, tries, created_at, method, payload
    """  # noqa: S608 - both parts are ours
)


async def take_over(
    engine: AsyncEngine, holder: int, channels: Collection[str], now: datetime, limit: int = 500
) -> list[OwedReply]:
    """Claim due replies that nobody is sending, oldest first; the caller knows which of its own it is sending."""
    values = {"holder": holder, "channels": list(channels), "now": now, "class": CLASS, "limit": limit}
    values["forgotten"] = now - FORGOTTEN_AFTER
    async with engine.begin() as connection:
        rows = (await connection.execute(_TAKE, values)).all()
    return sorted((_reply(row) for row in rows), key=lambda reply: reply.id)


_TAKE_CHAT = text(
    f"""
    UPDATE outgoing o SET holder = :holder
    WHERE channel = :channel AND chat_id = :chat AND sent_at IS NULL AND id < :before
      AND (holder IS NULL OR holder = :holder OR {has_died("o")})
    RETURNING id, channel, chat_id, tries, created_at, method, payload
    """  # noqa: S608 - both parts are ours
)


async def take_over_chat(engine: AsyncEngine, holder: int, channel: str, chat_id: int, before: int) -> list[OwedReply]:
    """Claim what one chat is still owed from before reply ``before``, oldest first, due or not."""
    values = {"holder": holder, "channel": channel, "chat": chat_id, "before": before, "class": CLASS}
    async with engine.begin() as connection:
        rows = (await connection.execute(_TAKE_CHAT, values)).all()
    return sorted((_reply(row) for row in rows), key=lambda reply: reply.id)


async def still_held(engine: AsyncEngine, holder: int, numbers: Collection[int]) -> set[int]:
    """Those of the replies that are still owed and still ours to send."""
    query = select(Outgoing.id).where(Outgoing.id.in_(numbers), Outgoing.holder == holder)
    async with engine.connect() as connection:
        return set((await connection.execute(query)).scalars())


def read_method(name: str, payload: dict[str, Any]) -> TelegramMethod[Any]:
    """Make an aiogram method again from its name and JSON."""
    kind: type[TelegramMethod[Any]] = getattr(methods, name)
    return kind.model_validate(payload)


def _reply(row: Any) -> OwedReply:
    method = read_method(row.method, row.payload)
    return OwedReply(row.id, row.channel, row.chat_id, row.tries, row.created_at, method)


async def mark_sent(engine: AsyncEngine, numbers: Sequence[int]) -> None:
    """Forget replies that arrived: their text has no use after that."""
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM outgoing WHERE id = ANY(:ids)"), {"ids": list(numbers)})


async def postpone(engine: AsyncEngine, numbers: Sequence[int], due_at: datetime, *, tried: int) -> None:
    """Let go of replies until ``due_at``; ``tried`` is how many of them, from the first, were really tried."""
    query = text(
        "UPDATE outgoing SET holder = NULL, due_at = :due, "
        "tries = tries + CASE WHEN id = ANY(:tried) THEN 1 ELSE 0 END WHERE id = ANY(:ids)"
    )
    async with engine.begin() as connection:
        await connection.execute(query, {"due": due_at, "ids": list(numbers), "tried": list(numbers[:tried])})


async def owe(
    connection: AsyncConnection, channel: str, chat_id: int, method: TelegramMethod[Any], due_at: datetime
) -> int:
    """Owe a message that no update asked for; whichever process serves the channel sends it after the commit."""
    query = insert(Outgoing).values(
        channel=channel,
        chat_id=chat_id,
        method=type(method).__name__,
        payload=payload_of(method),
        due_at=due_at,
        created_at=due_at,  # its day of usefulness (GIVE_UP_AFTER) begins when it is due
    )
    number: int | None = await connection.scalar(query.returning(Outgoing.id))
    assert number is not None
    if channel == web_chat.CHANNEL:
        await connection.execute(select(func.pg_notify(web_chat.SIGNAL, f"{chat_id} {number}")))
    return number


GIVE_UP_AFTER = timedelta(hours=24)
"""A reply older than this is dropped: the conversation has moved on, as Telegram's own updates do."""

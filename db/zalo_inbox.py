"""What the Official Account's webhook brought: kept before it is answered, handled after, forgotten when done."""

import re
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Key, Moment

SIGNAL = "zalo_event"


class ZaloEvent(Base):
    """One event; its number is the update's. The key stays for a while, so that a retry is known."""

    __tablename__ = "zalo_event"
    __table_args__ = (Index("ix_zalo_event_waiting", "id", postgresql_where=text("done_at IS NULL")),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(unique=True)
    body: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    """Null once it is handled: what a person wrote is not kept here."""
    done_at: Mapped[Moment | None] = mapped_column(index=True)
    created_at: Mapped[Born]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that is not handled yet."""

    id: int
    body: dict[str, Any]


def without_nul(json: str) -> str:
    """JSON without NUL, which PostgreSQL does not keep; an escaped backslash before ``u0000`` is none."""
    return re.sub(r"(?<!\\)((?:\\\\)*)\\u0000", r"\1", json)


async def keep_event(engine: AsyncEngine, key: str, body: bytes) -> bool:
    """Keep an event in a transaction of its own and wake the handler; False for one that is here already."""
    query = text(
        """
        WITH kept AS (INSERT INTO zalo_event (key, body) VALUES (:key, cast(:body AS jsonb))
                      ON CONFLICT (key) DO NOTHING RETURNING id)
        SELECT pg_notify(:signal, '') FROM kept
        """
    )
    async with engine.begin() as connection:
        result = await connection.execute(query, {"key": key, "body": without_nul(body.decode()), "signal": SIGNAL})
        return bool(result.all())


async def waiting_events(engine: AsyncEngine, in_hand: Collection[int], limit: int) -> Sequence[Waiting]:
    """What waits to be handled, in the order in which it came, without what the caller is at already."""
    query = text(
        "SELECT id, body FROM zalo_event WHERE done_at IS NULL AND id <> ALL(cast(:in_hand AS bigint[])) "
        "ORDER BY id LIMIT :limit"
    )
    async with engine.connect() as connection:
        rows = (await connection.execute(query, {"in_hand": list(in_hand), "limit": limit})).all()
    return [Waiting(row.id, row.body) for row in rows]


async def settle_event(engine: AsyncEngine, number: int, now: datetime) -> None:
    """The event is handled: only its key stays."""
    query = text("UPDATE zalo_event SET body = NULL, done_at = :now WHERE id = :id")
    async with engine.begin() as connection:
        await connection.execute(query, {"id": number, "now": now})


@asynccontextmanager
async def listening(engine: AsyncEngine, heard: Callable[[], None]) -> AsyncIterator[AsyncConnection]:
    """Call ``heard`` whenever an event was kept by any process."""

    def take(*_: object) -> None:
        heard()

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

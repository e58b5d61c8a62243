"""What the Zalo bot was handed: kept before anything else is done with it, since the platform hands it out once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Key, Moment
from db.zalo_inbox import without_nul


class ZaloBotEvent(Base):
    """One event that is not handled yet; it goes when it is."""

    __tablename__ = "zalo_bot_event"

    id: Mapped[Key]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    put_aside_at: Mapped[Moment | None]
    """When it was given up, since it can't be handled though the database is there; it is kept three days."""
    created_at: Mapped[Born]


class Inbox:
    """Keeps events until they are handled."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, body: Any) -> int:
        """Keep an event in a transaction of its own; returns its number."""
        values = {"body": without_nul(orjson.dumps(body).decode())}
        async with self._engine.begin() as connection:
            return int(await connection.scalar(_KEEP, values) or 0)

    async def waiting(self, age: timedelta = timedelta(0)) -> Sequence[Any]:
        """What is not handled, and at least so old, in the order in which it came: rows of id and body."""
        query = text(
            "SELECT id, body FROM zalo_bot_event "
            "WHERE put_aside_at IS NULL AND created_at <= now() - CAST(:age AS interval) ORDER BY id"
        )
        async with self._engine.connect() as connection:
            return (await connection.execute(query, {"age": age})).all()

    async def settle(self, number: int) -> None:
        """The event is handled."""
        async with self._engine.begin() as connection:
            await connection.execute(text("DELETE FROM zalo_bot_event WHERE id = :id"), {"id": number})

    async def put_aside(self, number: int) -> None:
        """The event can't be handled: it must not stand in the way of those after it."""
        async with self._engine.begin() as connection:
            query = text("UPDATE zalo_bot_event SET put_aside_at = now() WHERE id = :id")
            await connection.execute(query, {"id": number})


_KEEP = text("INSERT INTO zalo_bot_event (body) VALUES (cast(:body AS jsonb)) RETURNING id")

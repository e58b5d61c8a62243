"""What is broken and needs a person: seen at the desk until it is put right."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Json, Key, Moment


class Alarm(Base):
    """One thing that is broken; ``kind`` names the words that say what to do (desk words ``alarm.<kind>``)."""

    __tablename__ = "alarm"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(unique=True)
    detail: Mapped[Json]
    since: Mapped[Moment]
    told_at: Mapped[Moment | None]
    """When linked administrators were told in their chat."""


async def raise_alarm(engine: AsyncEngine, kind: str, now: datetime, **detail: Any) -> None:
    """Note that something is broken; what is noted already keeps its date."""
    async with engine.begin() as connection:
        await raise_within(connection, kind, now, **detail)


async def raise_within(connection: AsyncConnection, kind: str, now: datetime, **detail: Any) -> None:
    """Note it in a transaction that is under way."""
    query = text(
        "INSERT INTO alarm (kind, detail, since) VALUES (:kind, cast(:detail AS jsonb), :now) "
        "ON CONFLICT (kind) DO UPDATE SET detail = excluded.detail"
    )
    await connection.execute(query, {"kind": kind, "detail": orjson.dumps(detail).decode(), "now": now})


async def end_alarm(engine: AsyncEngine, kind: str) -> bool:
    """It works again; tells whether it was noted as broken."""
    async with engine.begin() as connection:
        return bool((await connection.execute(text("DELETE FROM alarm WHERE kind = :kind"), {"kind": kind})).rowcount)


async def open_alarms(connection: AsyncConnection) -> Sequence[Any]:
    """What is broken, longest first: rows of kind, detail, since."""
    return (await connection.execute(text("SELECT kind, detail, since FROM alarm ORDER BY since, id"))).all()

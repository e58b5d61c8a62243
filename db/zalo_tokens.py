"""The Official Account's tokens: sealed, replaced as a pair, with a mark from before a refresh is asked for.

A refresh token works once. Whoever asks Zalo writes ``asked_at`` first, so that a process that dies between the asking
and the keeping leaves a sign of doubt instead of a chain that is broken in silence.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Moment
from db.seal import Seal


class ZaloToken(Base):
    """The pair in force of one app; ``lost_at``: no refresh is possible any more, an administrator must log in."""

    __tablename__ = "zalo_token"

    app: Mapped[str] = mapped_column(primary_key=True)
    verifier: Mapped[bytes | None] = mapped_column(LargeBinary)
    """PKCE's secret half, sealed; its challenge stands in Zalo's console."""
    access: Mapped[bytes | None] = mapped_column(LargeBinary)
    refresh: Mapped[bytes | None] = mapped_column(LargeBinary)
    generation: Mapped[int] = mapped_column(server_default="0")
    got_at: Mapped[Moment | None]
    expires_at: Mapped[Moment | None]
    asked_at: Mapped[Moment | None]
    lost_at: Mapped[Moment | None]
    lost_why: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class Pair:
    """The tokens of one generation, opened."""

    access: str
    refresh: str
    generation: int
    got_at: datetime
    expires_at: datetime
    asked_at: datetime | None
    lost_at: datetime | None
    lost_why: str | None


class TokenRow:
    """Reads and writes one app's row."""

    def __init__(self, engine: AsyncEngine, seal: Seal, app: str) -> None:
        self._engine = engine
        self._seal = seal
        self.app = app

    async def read(self) -> Pair | None:
        """The pair in force; None before the first log-in."""
        query = text("SELECT * FROM zalo_token WHERE app = :app AND access IS NOT NULL")
        async with self._engine.connect() as connection:
            row = (await connection.execute(query, {"app": self.app})).one_or_none()
        return None if row is None else self._pair(row)

    def _pair(self, row: Any) -> Pair:
        return Pair(
            self._seal.open(row.access).decode(),
            self._seal.open(row.refresh).decode(),
            row.generation,
            row.got_at,
            row.expires_at,
            row.asked_at,
            row.lost_at,
            row.lost_why,
        )

    async def keep(self, access: str, refresh: str, now: datetime, expires_at: datetime) -> None:
        """Put a new pair in force: before anybody uses it, and with every mark of the old one gone."""
        query = text(
            """
            INSERT INTO zalo_token AS t (app, access, refresh, generation, got_at, expires_at)
            VALUES (:app, :access, :refresh, 1, :now, :expires_at)
            ON CONFLICT (app) DO UPDATE SET access = excluded.access, refresh = excluded.refresh,
                generation = t.generation + 1, got_at = excluded.got_at, expires_at = excluded.expires_at,
                asked_at = NULL, lost_at = NULL, lost_why = NULL
            """
        )
        sealed = {"access": self._seal.close(access.encode()), "refresh": self._seal.close(refresh.encode())}
        await self._write(query, **sealed, now=now, expires_at=expires_at)

    async def asking(self, now: datetime | None) -> None:
        """Mark that a refresh is about to be asked for; None takes the mark away."""
        await self._write(text("UPDATE zalo_token SET asked_at = :now WHERE app = :app"), now=now)

    async def lose(self, now: datetime, why: str) -> None:
        """Mark the chain as broken; the first reason stays."""
        query = "UPDATE zalo_token SET lost_at = :now, lost_why = :why WHERE app = :app AND lost_at IS NULL"
        await self._write(text(query), now=now, why=why)

    async def forgive(self) -> None:
        """Allow one more try with the refresh token that is kept, after what was wrong has been put right."""
        query = "UPDATE zalo_token SET lost_at = NULL, lost_why = NULL, asked_at = NULL WHERE app = :app"
        await self._write(text(query))

    async def verifier(self, fresh: str) -> str:
        """PKCE's verifier: the one that is kept, or ``fresh``, which is kept from now on."""
        query = text(
            """
            INSERT INTO zalo_token AS t (app, verifier) VALUES (:app, :fresh)
            ON CONFLICT (app) DO UPDATE SET verifier = coalesce(t.verifier, excluded.verifier) RETURNING verifier
            """
        )
        async with self._engine.begin() as connection:
            sealed = await connection.scalar(query, {"app": self.app, "fresh": self._seal.close(fresh.encode())})
        assert sealed is not None
        return self._seal.open(sealed).decode()

    async def _write(self, query: Any, **values: Any) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(query, {"app": self.app, **values})

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[AsyncConnection]:
        """Be the only one, among all processes, who refreshes; the lock goes with the connection, however it ends."""
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            query = text("SELECT pg_advisory_lock(hashtextextended('zalo refresh ' || :app, 0))")
            await connection.execute(query, {"app": self.app})
            try:
                yield connection
            finally:
                await connection.invalidate()


async def token_state(connection: AsyncConnection) -> Any:
    """What may be shown of the token: its times and why it was lost; None before a log-in."""
    query = "SELECT got_at, expires_at, asked_at, lost_at, lost_why FROM zalo_token WHERE access IS NOT NULL"
    return (await connection.execute(text(f"{query} ORDER BY got_at DESC LIMIT 1"))).one_or_none()

"""Hearing in one process what another has told the database (``LISTEN`` and ``NOTIFY``)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


@asynccontextmanager
async def hearing(engine: AsyncEngine, signal: str, heard: Callable[[str], None]) -> AsyncIterator[AsyncConnection]:
    """Call ``heard`` with what comes with each signal, on a connection of its own, which is yielded."""

    def take(_connection: object, _pid: int, _channel: str, payload: object) -> None:
        heard(str(payload))

    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None, "the connection is open"
        await raw.add_listener(signal, take)
        try:
            yield connection
        finally:
            if not raw.is_closed():
                await raw.remove_listener(signal, take)

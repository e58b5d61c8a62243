"""One process leads each clock: the one that holds an advisory lock for as long as it lives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

LOOK_EVERY = 5.0
"""Seconds between tries to take over from a leader that may have died."""


@asynccontextmanager
async def leading(engine: AsyncEngine, what: str) -> AsyncIterator[None]:
    """Wait until no other process leads ``what``, then lead it until leaving."""
    async with engine.connect() as connection:
        connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        query = text("SELECT pg_try_advisory_lock(hashtextextended(:what, 0))")

        while not await connection.scalar(query, {"what": f"leading {what}"}):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY)
        try:
            yield
        finally:
            await connection.execute(
                text("SELECT pg_advisory_unlock(hashtextextended(:what, 0))"), {"what": f"leading {what}"}
            )

"""One process leads each clock: the one that holds an advisory lock for as long as its connection lives."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

LOOK_EVERY = 5.0
"""Seconds between tries to take over from a leader that may have died, and between looks whether we still lead."""


async def lead(engine: AsyncEngine, what: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Wait until no other process leads ``what``, then do its work while the lock's connection lives.

    Raises the work's error, or the connection's when that is lost; the work is cancelled then, since another leads.
    """
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        query = text("SELECT pg_try_advisory_lock(hashtextextended(:what, 0))")
        while not await connection.scalar(query, {"what": f"leading {what}"}):  # noqa: ASYNC110 - another process's lock
            await asyncio.sleep(LOOK_EVERY)
        try:
            async with asyncio.TaskGroup() as group:
                doing = group.create_task(work())
                watching = group.create_task(stay_connected(connection))
                doing.add_done_callback(lambda _: watching.cancel())
        finally:
            await connection.invalidate()  # the lock goes with the connection, which must not go back to the pool


async def stay_connected(connection: AsyncConnection) -> None:
    """Return never; raises the database's error when the connection is lost."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        await connection.execute(text("SELECT 1"))

"""Broadcasts by the clock: those whose time has come are expanded into the ledger, and those that are through end."""

import logging
from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from content.repeats import Repeat
from db import broadcasting, ledger
from db.audiences import UnknownGroup
from db.broadcasts import Broadcast

log = logging.getLogger(__name__)


async def start_due(engine: AsyncEngine, served: Collection[str], zone: ZoneInfo, now: datetime) -> int:
    """Let the broadcasts run whose time has come; returns how many recipients were written down."""
    async with AsyncSession(engine) as session, session.begin():
        return sum([await _start(session, one, served, zone, now) for one in await broadcasting.due(session, now)])


async def _start(
    session: AsyncSession, broadcast: Broadcast, served: Collection[str], zone: ZoneInfo, now: datetime
) -> int:
    if broadcast.repeat is not None:
        # the next one after now: those that were missed while nothing ran are not made up one by one
        following = Repeat.from_json(broadcast.repeat).next_after(now, zone)
        if following is not None:
            await broadcasting.come_again(session, broadcast, following)
    try:
        written = await broadcasting.expand(session, broadcast, served, now)
    except UnknownGroup as error:
        log.error("Broadcast %d is cancelled: %s", broadcast.id, error)
        await broadcasting.cancel(session, broadcast, None, now)
        return 0
    log.info("Broadcast %d runs: %d recipients", broadcast.id, written)
    return written


async def end_done(engine: AsyncEngine, now: datetime) -> list[int]:
    """End what is through."""
    async with engine.begin() as connection:
        return await ledger.finish(connection, now)

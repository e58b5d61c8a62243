"""Fetching what people sent, sealing it, and noting where it lies; a file that can't be had now is tried again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from aiogram.exceptions import AiogramError
from aiohttp import ClientError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.files import KEPT, FileStore
from db.people import Identity
from db.registrations import Attachment

log = logging.getLogger(__name__)
Fetch = Callable[[str, str], Awaitable[bytes]]
"""Gets a file's bytes by channel and the channel's own file id."""

TRIES = 16
"""With the pauses doubling from ten seconds, the last is after about two days; a day is the longest pause."""
BATCH = 20


async def fetch_files(engine: AsyncEngine, store: FileStore, fetch: Fetch, now: datetime) -> int:
    """Fetch the files that are waiting; returns how many arrived."""
    async with AsyncSession(engine, expire_on_commit=False) as session:
        query = (
            select(Attachment, Identity.channel)
            .join(Identity, Identity.id == Attachment.identity_id)
            .where(Attachment.stored_at.is_(None), Attachment.tries < TRIES, Attachment.due_at <= now)
            .order_by(Attachment.id)
            .limit(BATCH)
        )
        waiting = (await session.execute(query)).all()
        await session.commit()
        return sum([await _fetch_one(session, store, fetch, now, *row) for row in waiting])


async def _fetch_one(
    session: AsyncSession, store: FileStore, fetch: Fetch, now: datetime, attachment: Attachment, channel: str
) -> bool:
    file_id = attachment.file_id or ""
    if file_id.startswith(KEPT):
        attachment.path, attachment.stored_at = file_id.removeprefix(KEPT), now
        await session.commit()
        return True
    try:
        content = await fetch(channel, file_id)
    except (AiogramError, ClientError, TimeoutError, OSError) as error:
        attachment.due_at = now + min(timedelta(seconds=10 * 2**attachment.tries), timedelta(days=1))
        attachment.tries += 1
        log.warning("Attachment %d did not arrive (try %d): %s", attachment.id, attachment.tries, type(error).__name__)
        await session.commit()
        return False
    attachment.path, attachment.stored_at, attachment.size = (
        await asyncio.to_thread(store.keep, content),
        now,
        len(content),
    )
    await session.commit()
    return True

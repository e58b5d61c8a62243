"""Fetching what people sent, sealing it, and noting where it lies; a file that can't be had now is tried again."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from aiogram.exceptions import TelegramAPIError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.files import KEPT, FileStore
from db.people import Identity
from db.registrations import Attachment

log = logging.getLogger(__name__)
Fetch = Callable[[str, str], Awaitable[bytes]]
"""Gets a file's bytes by channel and the channel's own file id."""

TRIES = 10
BATCH = 20


async def fetch_files(engine: AsyncEngine, store: FileStore, fetch: Fetch, now: datetime) -> int:
    """Fetch the files that are waiting; returns how many arrived."""
    async with AsyncSession(engine, expire_on_commit=False) as session:
        query = (
            select(Attachment, Identity.channel)
            .join(Identity, Identity.id == Attachment.identity_id)
            .where(Attachment.stored_at.is_(None), Attachment.tries < TRIES)
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
    except (TelegramAPIError, OSError) as error:
        attachment.tries += 1
        log.warning("Attachment %d did not arrive (try %d): %s", attachment.id, attachment.tries, type(error).__name__)
        await session.commit()
        return False
    attachment.path, attachment.stored_at, attachment.size = store.keep(content), now, len(content)
    await session.commit()
    return True

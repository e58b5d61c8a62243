"""A talk in which nobody has said anything for long is over: the bot speaks again, and says so."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from content.person_words import bot_is_back
from db import person_talks
from db.people import Identity

BATCH = 100


async def end_talks(engine: AsyncEngine, now: datetime) -> int:
    """End what is over; returns how many."""
    async with AsyncSession(engine, expire_on_commit=False) as session:
        found = [talk.identity_id for talk in await person_talks.over(session, now, BATCH)]
    for identity_id in found:
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            await _end(session, identity_id, now)
    return len(found)


async def _end(session: AsyncSession, identity_id: int, now: datetime) -> None:
    """Under the chat's lock look once more: the worker may have written meanwhile."""
    identity = await session.get_one(Identity, identity_id)
    await person_talks.lock(session, identity.channel, identity.chat_id)
    ongoing = await person_talks.open_talk(session, identity_id)
    if ongoing is not None and ongoing.until_at <= now:
        word = bot_is_back(identity.lang or "vi", identity.chat_id)
        await person_talks.close(session, identity, word, now)

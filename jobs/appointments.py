"""Reminding officers of what they agreed on with a worker: shortly before, in the chats that they linked."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.appointments import between
from db.officers import alert
from db.ownership import may_own

BEFORE = timedelta(minutes=30)
STILL_USEFUL = timedelta(hours=12)
"""What was missed for longer is told no more: the desk's first page shows it until it is done."""


async def remind_of_appointments(engine: AsyncEngine, now: datetime) -> int:
    """Have officers told of what is near: one alert a chat and date, however often this runs. Returns how many."""
    async with AsyncSession(engine) as session, session.begin():
        made = 0
        for agreed, case, staff in await between(session, now - STILL_USEFUL, now + BEFORE):
            if await may_own(session, staff, case):
                made += await alert(session, case.id, staff.id, agreed.kind, agreed.at, made_at=now)
        return made

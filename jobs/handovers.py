"""Giving anew what somebody may own no more, in small transactions: a crash neither loses nor doubles anything."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.handovers import hand_over_some

AT_ONCE = 20
"""Transactions in one run: others want the clock, too."""


async def hand_over(engine: AsyncEngine, now: datetime) -> None:
    """Look at the next cases of accounts that were changed."""
    for _ in range(AT_ONCE):
        async with AsyncSession(engine) as session, session.begin():
            if not await hand_over_some(session, now):
                return

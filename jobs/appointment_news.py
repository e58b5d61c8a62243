"""Telling a worker at once that a meeting or a promised call was moved or called off.

What is told is the difference between what they know and what holds now, so a time that was moved twice is told once,
and one that was moved there and back not at all. The new time's reminders follow by themselves (jobs/reminders.py).
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from content.catalogue import tell
from content.notices.reminder import Agreed, appointment_moved, appointment_off
from content.quiet import when_allowed
from db import proactive
from db.appointment_news import BATCH, news, note_told
from jobs.unasked import Unasked

ON_THE_WAY = timedelta(hours=2)
"""So long before an appointment people set out: what would be told later than that does not wait for the morning."""


async def tell_changes(unasked: Unasked, now: datetime) -> int:
    """Owe what is to be told, within the hours and caps while that is early enough; returns how many messages."""
    sent, after = 0, 0
    while True:
        async with unasked.engine.begin() as connection:
            them = await news(connection, now, unasked.served, after)
            told = await proactive.told(connection, [one.identity_id for one in them], now)
            for one in them:
                if _may_go(unasked, one, told[one.identity_id], now):
                    await _tell(unasked, connection, one, now)
                    sent += 1
        if len(them) < BATCH:
            return sent
        after = them[-1].id


def _may_go(unasked: Unasked, one: Any, told: list[datetime], now: datetime) -> bool:
    allowed = when_allowed(now, unasked.manners, told, on_holidays=True)  # it is about what they agreed on themselves
    ahead = [moment for moment in (one.known_at, one.at) if moment is not None and moment > now]
    return allowed == now or allowed > min(ahead) - ON_THE_WAY


async def _tell(unasked: Unasked, connection: AsyncConnection, one: Any, now: datetime) -> None:
    agreed = Agreed(one.kind, one.at, one.venue, one.known_at, one.name, one.officer, one.lang)
    words = (appointment_moved if one.stands else appointment_off)(agreed, unasked.office, now)
    person = [(tell(one.lang, "menu.staff_contact"), "go:staff_contact")]
    await unasked.tell(connection, one, words, person, "appointment", now)
    await note_told(connection, one, now)

"""Asking again, after 90 days, whether somebody still wants what they registered for, so that lists don't go stale."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from content.catalogue import tell
from content.notices.reminder import greeting
from db import proactive
from db.wishes import note_asked, note_silence, stale
from jobs.unasked import Unasked

AT_ONCE = 50
"""Questions in one run, so that the answers come to the office a few at a time."""
ANSWERS = ("yes", "no", "call")


async def ask_old_wishes(unasked: Unasked, now: datetime) -> int:
    """Ask the oldest wishes, on working days; returns how many. Silence of two weeks is noted."""
    local = now.astimezone(unasked.office.zone)
    async with unasked.engine.begin() as connection:
        await note_silence(connection, now)
        if not (unasked.office.works_on(local.date()) and unasked.may((), now)):
            return 0
        people = await stale(connection, unasked.served, now, AT_ONCE)
        told = await proactive.told(connection, [one.identity_id for one in people], now)
        allowed = [one for one in people if unasked.may(told[one.identity_id], now)]
        for one in _first_of_each(allowed):
            await _ask(unasked, connection, one, now)
    return len(_first_of_each(allowed))


def _first_of_each(people: list[Any]) -> list[Any]:
    """One question an account: the others come when this one is answered, or another day."""
    return list({one.identity_id: one for one in reversed(people)}.values())


async def _ask(unasked: Unasked, connection: AsyncConnection, one: Any, now: datetime) -> None:
    await note_asked(connection, one.id, one.identity_id, now)
    kind = tell(one.lang, f"kind.{one.kind}")
    text = tell(one.lang, "wish.ask", hello=greeting(one.name, one.lang), kind=kind)
    choices = [(tell(one.lang, f"wish.button.{answer}"), f"wish:{one.id}:{answer}") for answer in ANSWERS]
    await unasked.tell(connection, one, text, choices, "wish", now)

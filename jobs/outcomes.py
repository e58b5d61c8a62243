"""Asking how it goes, one, three, six and twelve months after a job, a course or leaving for abroad."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from content.catalogue import tell
from content.notices.reminder import greeting
from db import proactive
from db.asking_outcomes import due_outcomes, note_asked
from db.outcomes import ANSWERS
from jobs.unasked import Unasked

AT_ONCE = 100


async def ask_outcomes(unasked: Unasked, now: datetime) -> int:
    """Ask those for whom it is time, on working days and within everybody's cap; returns how many."""
    if not (unasked.office.works_on(now.astimezone(unasked.office.zone).date()) and unasked.may((), now)):
        return 0
    async with unasked.engine.begin() as connection:
        people = await due_outcomes(connection, unasked.served, now, AT_ONCE)
        told = await proactive.told(connection, [one.identity_id for one in people], now)
        allowed = [one for one in people if unasked.may(told[one.identity_id], now)]
        # one question an account: the others come another day
        firsts = {one.identity_id: one for one in reversed(allowed)}.values()
        for one in firsts:
            await _ask(unasked, connection, one, now)
    return len(firsts)


async def _ask(unasked: Unasked, connection: AsyncConnection, one: Any, now: datetime) -> None:
    number = await note_asked(connection, one.id, one.months, now)
    hello = greeting(one.name, one.lang)
    words = tell(one.lang, f"after.ask.{one.status}", hello=hello, months=one.months)
    choices = [
        (tell(one.lang, f"after.button.{one.status}.{answer}"), f"after:{number}:{answer}")
        for answer in ANSWERS[one.status]
    ]
    await unasked.tell(connection, one, words, choices, "outcome", now)

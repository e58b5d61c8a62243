"""Asking how the help was, once a case, when the case or a talk with a person has ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from content.catalogue import tell
from content.notices.reminder import greeting
from db import proactive
from db.asking_ratings import due_ratings, note_asked
from db.ratings import SCORES
from jobs.unasked import Unasked

AT_ONCE = 200


async def ask_ratings(unasked: Unasked, now: datetime) -> int:
    """Ask those for whom it is time, on working days and within everybody's cap; returns how many."""
    if not (unasked.office.works_on(now.astimezone(unasked.office.zone).date()) and unasked.may((), now)):
        return 0
    async with AsyncSession(unasked.engine) as session, session.begin():
        connection = await session.connection()
        people = await due_ratings(connection, unasked.served, now, AT_ONCE)
        told = await proactive.told(connection, [one.identity_id for one in people], now)
        firsts = _firsts([one for one in people if unasked.may(told[one.identity_id], now)])
        for one in firsts:
            await _ask(unasked, session, one, now)
    return len(firsts)


def _firsts(people: Sequence[Any]) -> Sequence[Any]:
    """One question a case, and one an account: the others come another day."""
    cases = {one.id: one for one in reversed(people)}.values()
    return list({one.identity_id: one for one in cases}.values())


async def _ask(unasked: Unasked, session: AsyncSession, one: Any, now: datetime) -> None:
    number = await note_asked(session, one, now)
    values = {"hello": greeting(one.name, one.lang), "number": str(one.id), "kind": tell(one.lang, f"kind.{one.kind}")}
    choices = [(tell(one.lang, f"choice.rating.{score}"), f"rate:{number}:{score}") for score in SCORES]
    words = tell(one.lang, f"rating.ask.{one.cause}", **values)
    await unasked.tell(await session.connection(), one, words, choices, "rating", now)

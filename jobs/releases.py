"""Mass notices that wait for a second person: telling those who may release them, and their authors what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from content.catalogue import tell
from content.numbered import message_to
from db import outbox
from db.offers import offer
from db.release_asking import WHYS, decisions, those_to_ask, untold
from jobs.nudges import EVENING, MORNING
from jobs.unasked import Unasked


async def tell_of_releases(unasked: Unasked, desk: str, now: datetime) -> int:
    """Owe what is to be told, each once; returns how many messages. ``desk`` is its address, for links.

    Who is asked gets it in working hours, or at once where the notice is urgent; who asked gets the answer at once.
    """
    local = now.astimezone(unasked.office.zone)
    by_day = MORNING <= local.time() < EVENING and unasked.office.works_on(local.date())
    sent = 0
    async with unasked.engine.begin() as connection:
        for number in await untold(connection, by_day=by_day):
            for chat in await those_to_ask(connection, number, unasked.served, now):
                values = {"who": chat.who or "", "people": chat.expected or 0, "link": f"{desk}/broadcast/{number}"}
                await _owe(connection, chat, tell(chat.lang, "release.waits", **_of(chat), **values), now)
                sent += 1
        for chat in await decisions(connection, unasked.served, now):
            await _owe(connection, chat, _decision(chat), now)
            sent += 1
    return sent


def _of(chat: Any) -> dict[str, str]:
    return {"number": str(chat.id), "title": chat.title or ""}


def _decision(chat: Any) -> str:
    """What became of it, with the reason in the author's language."""
    what = {"draft": "refused", "cancelled": "cancelled"}.get(chat.state, "released")
    words = tell(chat.lang, f"release.{what}", who=chat.who or "", **_of(chat))
    if what != "refused" or not chat.refused_why:
        return words
    why = tell(chat.lang, f"release.why.{chat.refused_why}") if chat.refused_why in WHYS else chat.refused_why
    return f"{words}\n{tell(chat.lang, 'release.because', why=why)}"


async def _owe(connection: AsyncConnection, chat: Any, words: str, now: datetime) -> None:
    taps = [(tell(chat.lang, "release.look"), f"bc:see:{chat.id}")]
    await offer(connection, chat.channel, chat.chat_id, taps)
    await outbox.owe(connection, chat.channel, chat.chat_id, message_to(chat.chat_id, words, taps, chat.lang), now)

"""While a person talks with the worker the bot keeps quiet: words and files go to the case, until somebody ends it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from content.commands import command
from db import person_talks
from db.cases import PersonTalk
from db.contacts import worker_spoke
from db.officers import alert
from db.ownership import may_own
from db.person_talks import KEY, LASTS
from db.registrations import Attachment, Registration
from db.staff import Staff
from handlers.talk import Choice, Talk

LEAVES = ("menu", "stop")
"""Commands with which the worker leaves the talk and has the bot again."""


async def takes_words(talk: Talk, text: str) -> bool:
    """Keep written words for the officer; False when nobody talks, or the worker has just left."""
    memory = await _ongoing(talk)
    if memory is None:
        return False
    if text.startswith("/") or command(text) in LEAVES:
        await leave(talk)
        return False
    await _keep(talk, memory, text)
    return True


async def takes_file(talk: Talk, kind: str, keep: Callable[[], Awaitable[Attachment]]) -> bool:
    """Keep a voice note, photo or file with the case; False when nobody talks."""
    memory = await _ongoing(talk)
    if memory is None:
        return False
    attachment = await keep()
    attachment.registration_id = memory["case"]
    await _keep(talk, memory, talk.text(f"person_talk.file.{'voice' if kind in ('voice', 'audio') else 'other'}"))
    return True


async def after_tap(talk: Talk) -> None:
    """A tap by which the bot now waits for an answer ends the talk: the next words are for the bot."""
    if talk.account.state is not None and KEY in talk.data:
        await leave(talk)


async def leave(talk: Talk) -> None:
    """The bot speaks again, and says so."""
    talk.data.pop(KEY, None)
    await person_talks.end(talk.turn.session, await talk.turn.identity_id(), talk.now)
    talk.say("person_talk.left", below=(Choice(talk.text("button.menu"), "go:menu"),))


async def _reader(session: AsyncSession, ongoing: PersonTalk) -> int | None:
    """Who is told of the worker's words: who talks, or whose the case is when they may not read it any more."""
    case = await session.get_one(Registration, ongoing.registration_id)
    staff = await session.get(Staff, ongoing.staff_id) if ongoing.staff_id is not None else None
    if staff is not None and staff.disabled_at is None and await may_own(session, staff, case):
        return staff.id
    return case.owner_id


async def _ongoing(talk: Talk) -> dict[str, Any] | None:
    memory: dict[str, Any] | None = talk.data.get(KEY)
    if memory is None:
        return None
    case = await talk.turn.session.get(Registration, memory["case"])
    if case is None or datetime.fromisoformat(memory["until"]) <= talk.now:
        talk.data.pop(KEY)
        await person_talks.end(talk.turn.session, await talk.turn.identity_id(), talk.now)
        return None
    return memory


async def _keep(talk: Talk, memory: dict[str, Any], words: str) -> None:
    """Keep the words, tell the officer once until they answer, and say once that a person will read them."""
    session, identity_id = talk.turn.session, await talk.turn.identity_id()
    person_talks.keep_words(session, memory["case"], identity_id, None, words, talk.now)
    await worker_spoke(session, memory["case"], talk.now)
    ongoing = await person_talks.open_talk(session, identity_id)
    until = talk.now + LASTS
    memory["until"] = until.isoformat()
    if ongoing is not None:
        ongoing.until_at = until
        if (reader := await _reader(session, ongoing)) is not None:
            await alert(session, memory["case"], reader, "message", datetime.fromisoformat(memory["since"]))
    if not memory.get("told"):
        memory["told"] = True
        below = (Choice(talk.text("person_talk.leave"), "go:menu"),)
        talk.say("person_talk.passed_on", below=below)

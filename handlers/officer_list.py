"""The month's list in an officer's own chat: who is on it in their places, a few at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from content.reading.phones import show_phone
from db.bounds import LOOKING, bounds_of
from db.monthly_making import kept_list, month_of
from db.monthly_reading import some_entries
from db.record import note
from handlers.officer import staff_here
from handlers.talk import Choice, Talk

SHOWN = 8
"""People in one message: more than two screens of a small phone nobody reads."""


async def tapped(talk: Talk, parts: Sequence[str]) -> bool:
    """Show the people of a month from one of them on; False for a tap that means nothing."""
    match list(parts):
        case [month, start] if start.isascii() and start.isdecimal() and len(start) < 6:
            return await _show(talk, month, int(start))
    return False


async def _show(talk: Talk, words: str, start: int) -> bool:
    try:
        month = month_of(words)
    except ValueError:
        return False
    staff, session = await staff_here(talk), talk.turn.session
    if staff is None:
        return True
    connection = await session.connection()
    number, bounds = await kept_list(connection, month), await bounds_of(session, staff)
    found = await some_entries(connection, number, bounds, start, SHOWN + 1) if number is not None else ()
    if not found:
        talk.say("monthly.chat.nobody", month=str(month.month), year=str(month.year))
        return True
    people = found[:SHOWN]
    note(session, staff, talk.now, "list", "monthly_list", count=len(people), month=words, source="chat")
    title = talk.text("monthly.chat.title", month=str(month.month), year=str(month.year))
    lines = [_line(talk, at, one, phones=staff.role not in LOOKING) for at, one in enumerate(people, start + 1)]
    more = [Choice(talk.text("monthly.chat.more"), f"ml:{words}:{start + SHOWN}")] if len(found) > SHOWN else []
    talk.send("\n".join((title, *lines)), more, below=[Choice(talk.text("officer.way.today"), "of:today")])
    return True


def _line(talk: Talk, at: int, one: Row[Any], *, phones: bool) -> str:
    """A neighbour in one line: who, where, how to call, and why they are on the list or left it."""
    name = one.name or talk.text("officer.card.no_name")
    phone = show_phone(one.phone) if one.phone and phones else ""
    who = ", ".join(str(part) for part in (name, one.birth_year, one.hamlet, phone) if part)
    why = [talk.text(f"monthly.chat.{one.work_state}")] if one.work_state else []
    why += [talk.text("monthly.chat.learns")] if one.learns else []
    change = talk.text(f"monthly.chat.{one.change}") if one.change in ("new", "left") else ""
    label = f"{who} – {', '.join(why)}{f' ({change})' if change else ''}"
    return talk.text("choice.numbered", number=str(at), label=label)

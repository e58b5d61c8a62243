"""An officer's own chat: linking it with a code from the desk, the cases of today, and outcomes with one tap."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from content.fold import fold
from content.officer_card import WHEN, CaseFacts, buttons, card
from db import officers, wrong_codes
from db.bounds import LOOKING, PUBLISHING, bounds_of
from db.case_steps import CaseClosed, noted_before, record_call
from db.officer_queries import after_case, case_of, due_cases, due_count
from db.record import note
from db.registrations import Registration
from db.staff import Staff
from db.taking_back import take_back_call
from handlers.talk import Choice, Talk

_CODE = re.compile(r"^(?:/start )?cb[- ]?([2-9a-hjkmnp-z]{4})[- ]?([2-9a-hjkmnp-z]{4})$", re.IGNORECASE)
TODAY = frozenset(("viec hom nay", "viec cua toi hom nay", "ho so hom nay", "/viec", "/today", "ការងារថ្ងៃនេះ"))
NEXT = frozenset(("ho so tiep", "ho so tiep theo", "/tiep", "/next", "ឯកសារបន្ទាប់"))
SHOWN = 5
"""Cases in one message of today's."""
MARK = "officer"
"""In the account's memory: this chat was linked once; whether it still is stands in ``staff_identity``."""
TWICE = timedelta(minutes=2)
"""The same outcome again within so long is the same tap."""
KIND = "officers"
"""Under which wrong codes are counted; those that join a worker's accounts are counted apart."""


def code_in(text: str) -> str | None:
    """The code that a message is, or carries as a link's payload."""
    found = _CODE.match(text.strip())
    return found[1] + found[2] if found else None


async def link(talk: Talk, code: str) -> None:
    """Link this chat to the account that asked for the code."""
    session, here = talk.turn.session, await talk.turn.identity_id()
    who = wrong_codes.Guesser.at(talk.seal, here, talk.turn.address)
    shut = await wrong_codes.are_all_shut(session, talk.now) or await wrong_codes.is_shut(session, who, KIND, talk.now)
    staff = None if shut else await officers.link(session, code, here, talk.now)
    if staff is None:
        if not shut:
            await wrong_codes.note_wrong(session, who, KIND, talk.now)
        talk.say("officer.code_wrong")
        return
    await wrong_codes.forgive(session, here, KIND)
    talk.data[MARK] = True
    talk.account.lang = talk.account.lang or staff.lang
    sends = [Choice(talk.text("broadcast.way"), "bc:home:0")] if staff.role in PUBLISHING else []
    helps = [Choice(talk.text("helped.way"), "hp:begin")] if _may(staff) else []
    talk.say("officer.linked", [*_ways(talk), *helps, *sends], name=staff.name)


def command_here(talk: Talk, text: str) -> str:
    """The words as commands are compared, in an officer's chat; empty in everybody else's."""
    if MARK not in talk.data:
        return ""
    return text.split("@")[0].strip().lower() if text.startswith("/") else fold(text)


async def takes_words(talk: Talk, text: str) -> bool:
    """Act on an officer's command; False for everybody and everything else."""
    said = command_here(talk, text)
    if said not in TODAY | NEXT:
        return False
    return await _act(talk, "today" if said in TODAY else "next", None, ())


async def tapped(talk: Talk, parts: Sequence[str]) -> bool:
    """Act on a tap under a case; False for a tap that means nothing."""
    match parts:
        case [("today" | "next") as what]:
            return await _act(talk, what, None, ())
        case [what, number, *more] if number.isascii() and number.isdecimal() and len(number) < 19:
            return await _act(talk, what, int(number), more)
    return False


async def staff_here(talk: Talk) -> Staff | None:
    """Whose chat this is; of a chat that is linked no more, that is said."""
    staff = await officers.officer_at(talk.turn.session, await talk.turn.identity_id())
    if staff is None:
        talk.data.pop(MARK, None)
        talk.say("officer.not_linked")
    return staff


async def _act(talk: Talk, what: str, number: int | None, more: Sequence[str]) -> bool:
    staff = await staff_here(talk)
    if staff is None:
        return True
    match what, number, list(more):
        case "today", None, []:
            await _show_today(talk, staff)
        case "next", None, []:
            await _show_next(talk, staff)
        case "see", int(), []:
            await _show_case(talk, staff, number)
        case "call_again", int(), []:
            _ask_when(talk, number)
        case "call_again", int(), [when] if when in WHEN:
            await _note_outcome(talk, staff, number, what, _when(talk, when))
        case (("called" | "no_answer" | "met" | "referred"), int(), []):
            await _note_outcome(talk, staff, number, what)
        case "slip", int(), [call] if call.isascii() and call.isdecimal() and len(call) < 19:
            await _take_back(talk, staff, number, int(call))
        case _:
            return False
    return True


def _ways(talk: Talk) -> Sequence[Choice]:
    return [Choice(talk.text(f"officer.way.{way}"), f"of:{way}") for way in ("today", "next")]


async def _show_today(talk: Talk, staff: Staff) -> None:
    """The first cases that are due today or were before, and how many there are."""
    session, bounds = talk.turn.session, await bounds_of(talk.turn.session, staff)
    tonight = datetime.combine(talk.today + timedelta(days=1), time.min, talk.office.zone)
    count = await due_count(session, bounds, staff.id, tonight)
    if not count:
        talk.say("officer.nothing_today", [*_ways(talk)][1:])
        return
    cases = await due_cases(session, bounds, staff.id, tonight, SHOWN)
    nameless = talk.text("officer.card.no_name")
    labels = [Choice(f"{case.id} – {case.name or nameless}", f"of:see:{case.id}") for case in cases]
    note(session, staff, talk.now, "list", "registration", count=len(cases), source="chat")
    talk.say("officer.today", labels, below=[*_ways(talk)][1:], count=count)


async def _show_next(talk: Talk, staff: Staff) -> None:
    """The next of the officer's cases; after the last they begin anew."""
    session, bounds = talk.turn.session, await bounds_of(talk.turn.session, staff)
    seen: list[int] = talk.data.get("officer_seen", [])
    found = await after_case(session, bounds, staff.id, seen) or await after_case(session, bounds, staff.id, ())
    if not found:
        talk.say("officer.nothing")
        return
    again = found[0].id in seen
    talk.data["officer_seen"] = [found[0].id] if again else [*seen, found[0].id][-200:]
    await _show_case(talk, staff, found[0].id)


async def _show_case(talk: Talk, staff: Staff, number: int) -> None:
    session = talk.turn.session
    row = await case_of(session, await bounds_of(session, staff), number)
    if row is None:
        talk.say("officer.gone", number=str(number))
        return
    note(session, staff, talk.now, "view", "registration", number, source="chat")
    commune = (row.code, row.version) if row.code else None
    facts = CaseFacts(row.id, row.name, row.birth_year, row.phone, commune, row.hamlet, row.kind, row.status, row.lang,
                      row.due_at)  # fmt: skip
    words = card(talk.lang, facts, talk.office.zone, phones=staff.role not in LOOKING)
    choices = [Choice(label, data) for label, data in buttons(talk.lang, number)] if _may(staff) else []
    talk.send(words, choices, below=[*_ways(talk)][1:])


def _may(staff: Staff) -> bool:
    return staff.role not in LOOKING


def _ask_when(talk: Talk, number: int) -> None:
    choices = [Choice(talk.text(f"officer.when.{when}"), f"of:call_again:{number}:{when}") for when in WHEN]
    talk.say("officer.ask_when", choices, number=str(number))


def _when(talk: Talk, when: str) -> datetime:
    """This evening, or in the morning of the next or the third working day."""
    if when == "evening":
        evening = datetime.combine(talk.today, time(18), talk.office.zone)
        return max(evening, talk.now + timedelta(hours=1))
    day, left = talk.today, 1 if when == "tomorrow" else 3
    while left:
        day += timedelta(days=1)
        left -= talk.office.works_on(day)
    return datetime.combine(day, time(8), talk.office.zone)


async def _note_outcome(talk: Talk, staff: Staff, number: int, outcome: str, again_at: datetime | None = None) -> None:
    """Write down how it went and say what comes next; once, however often the button is tapped."""
    session, bounds = talk.turn.session, await bounds_of(talk.turn.session, staff)
    case = await session.get(Registration, number, with_for_update=True)
    if case is None or not bounds.covers(case.place_id, case.hamlet_id) or not _may(staff):
        talk.say("officer.gone", number=str(number))
        return
    if await noted_before(session, staff, number, outcome, talk.now - TWICE):
        talk.toast(talk.text("officer.noted_before"))
        return
    try:
        call = await record_call(session, staff, case, outcome, talk.now, again_at=again_at, source="chat")
    except CaseClosed:
        talk.say("officer.closed", number=str(number))
        return
    await session.refresh(case, ["due_at"])
    day = (case.due_at or talk.now).astimezone(talk.office.zone).date()
    said = talk.text(f"officer.outcome.{outcome}")
    slip = Choice(talk.text("officer.slip"), f"of:slip:{number}:{call.id}")
    talk.say("officer.noted", below=[*_ways(talk), slip], number=str(number), outcome=said, day=day)


async def _take_back(talk: Talk, staff: Staff, number: int, call: int) -> None:
    """A thumb slips: what was noted by the last tap is as if it had not been, and the case is shown again."""
    session, bounds = talk.turn.session, await bounds_of(talk.turn.session, staff)
    case = await session.get(Registration, number, with_for_update=True)
    if case is None or not bounds.covers(case.place_id, case.hamlet_id) or not _may(staff):
        talk.say("officer.gone", number=str(number))
    elif await take_back_call(session, staff, case, call, talk.now):
        await session.flush()
        await session.refresh(case, ["due_at"])
        talk.say("officer.slip_done", number=str(number))
        await _show_case(talk, staff, number)
    else:
        talk.say("officer.slip_late", number=str(number))

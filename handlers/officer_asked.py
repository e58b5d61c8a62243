"""An officer's taps under a call for a person or a report: taking it shows whom to call, then that it is done."""

from collections.abc import Sequence

from content.reading.phones import show_phone
from db.bounds import PRIVATE, bounds_of
from db.help_requests import end, one_in_sight, take, who_waits
from db.record import note
from db.registrations import HelpRequest
from db.staff import Staff
from handlers.officer import staff_here
from handlers.talk import Choice, Talk


async def tapped(talk: Talk, parts: Sequence[str]) -> bool:
    """Act on a tap; False for one that means nothing."""
    match parts:
        case [("take" | "done") as what, number] if number.isascii() and number.isdecimal() and len(number) < 19:
            staff = await staff_here(talk)
            if staff is not None:
                await _act(talk, staff, what, int(number))
            return True
    return False


async def _act(talk: Talk, staff: Staff, what: str, number: int) -> None:
    session = talk.turn.session
    request = await one_in_sight(session, await bounds_of(session, staff), number)
    if request is None or staff.role not in PRIVATE:
        talk.say("officer.asked.gone", number=str(number))
    elif request.done_at is not None:
        talk.say("officer.asked.ended", number=str(number))
    elif what == "done":
        await end(session, staff, request, talk.now)
        talk.say("officer.asked.ended", number=str(number))
    elif other := await take(session, staff, request, talk.now):
        talk.say("officer.asked.theirs", number=str(number), name=other)
    else:
        await _show(talk, staff, request)


async def _show(talk: Talk, staff: Staff, request: HelpRequest) -> None:
    """Whom to call; what the person told is read at the desk."""
    who = await who_waits(talk.turn.session, request)
    note(talk.turn.session, staff, talk.now, "view", "help_request", request.id, source="chat")
    lines = [
        talk.text("officer.asked.taken", number=str(request.id)),
        talk.text("officer.card.who", name=who.name or talk.text("officer.card.no_name")),
    ]
    if request.phone:
        lines.append(talk.text("officer.card.phone", phone=show_phone(request.phone)))
    if who.lang == "km":
        lines.append(talk.text("officer.card.khmer"))
    talk.send("\n".join(lines), [Choice(talk.text("officer.asked.done"), f"asked:done:{request.id}")])

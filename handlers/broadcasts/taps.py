"""Where broadcasts in the chat begin, and which button does what; for linked staff with the right, nobody else."""

from collections.abc import Sequence

from sqlalchemy.exc import NoResultFound

from content.fold import fold
from db import broadcasting
from db.broadcasts import Broadcast
from db.release_asking import WHYS
from db.staff import Staff
from handlers.broadcasts.act import ask, ask_cancel, ask_why, cancel, pause_or_go_on, refuse, rehearse, release
from handlers.broadcasts.choose import OWN, choose, publishes, show_groups, show_home, show_notices
from handlers.broadcasts.show import below, notice_of, show
from handlers.officer import command_here, staff_here
from handlers.talk import Talk

WORDS = frozenset(("/broadcast", "/guitin", "gui tin", "gui tin cho ba con", fold("ផ្ញើដំណឹង")))


async def takes_words(talk: Talk, text: str) -> bool:
    """Begin at an officer's command; False for everybody and everything else."""
    if command_here(talk, text) not in WORDS:
        return False
    return await tapped(talk, ("home", "0"))


async def tapped(talk: Talk, parts: Sequence[str]) -> bool:
    """Act on a tap; False for a tap that means nothing."""
    what, *more = parts
    if not more or not all(_is_number(one) for one in more[:1]):
        return False
    staff = await staff_here(talk)
    if staff is None:
        return True
    if not publishes(staff):
        talk.say("broadcast.no_right")
        return True
    return await _choosing(talk, staff, what, more) or await _about(talk, staff, what, int(more[0]), more[1:])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


async def _choosing(talk: Talk, staff: Staff, what: str, more: Sequence[str]) -> bool:
    match what, more:
        case "home", [page]:
            await show_home(talk, staff, _page(page))
        case "new", [page]:
            await show_notices(talk, staff, _page(page))
        case "whom", [notice, page] if _is_number(page):
            await show_groups(talk, staff, int(notice), _page(page))
        case "for", [notice, whom] if whom == OWN or _is_number(whom):
            await choose(talk, staff, int(notice), whom)
        case _:
            return False
    return True


def _page(words: str) -> int:
    return min(int(words), 999)


async def _about(talk: Talk, staff: Staff, what: str, number: int, more: Sequence[str]) -> bool:
    broadcast = await _held(talk, staff, number)
    if broadcast is None:
        talk.say("broadcast.gone", below=below(talk), number=str(number))
        return True
    match what, more:
        case "see", []:
            await show(talk, staff, broadcast)
        case (("rehearse" | "again"), []):
            await rehearse(talk, staff, broadcast)
        case "release", [seen]:
            await release(talk, staff, broadcast, seen)
        case "ask", []:
            await ask(talk, staff, broadcast)
        case "refuse", []:
            ask_why(talk, staff, broadcast)
        case "refuse", [why] if why in WHYS:
            await refuse(talk, staff, broadcast, why)
        case ("pause" | "resume") as deed, []:
            await pause_or_go_on(talk, staff, broadcast, deed)
        case "cancel", []:
            ask_cancel(talk, staff, broadcast)
        case "cancel_sure", []:
            await cancel(talk, staff, broadcast)
        case _:
            return False
    return True


async def _held(talk: Talk, staff: Staff, number: int) -> Broadcast | None:
    """The broadcast, held for this turn, if its kind of notice is theirs."""
    try:
        broadcast = await broadcasting.locked(talk.turn.session, number)
    except NoResultFound:
        return None
    return broadcast if (await notice_of(talk, broadcast)).kind in publishes(staff) else None

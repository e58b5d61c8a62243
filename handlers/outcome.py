"""Answering how it goes, months after: it is kept, and who has nothing again is offered help."""

from db.asking_outcomes import keep_answer
from db.outcomes import ANSWERS, Outcome
from db.register import registrations_of
from db.registrations import Registration
from handlers.again import ask_again
from handlers.menu import entry, show_menu
from handlers.talk import Talk

NEEDS_HELP = ("stopped", "returned", "finished_none")
"""Answers after which somebody may look for something new."""
OFFERED = ("register_job", "register_training", "staff_contact")


async def answer_outcome(talk: Talk, number: int, answer: str) -> None:
    """Act on a tap under the question; it works at any time, and what was open stays open."""
    found = await _asked(talk, number)
    if found is None or answer not in ANSWERS.get(found[1].status, ()):
        _tell(talk, "after.gone")
        return
    await keep_answer(talk.turn.session, found[0], answer, talk.now)
    if answer in NEEDS_HELP and talk.account.state is None:
        talk.say("after.need", [entry(talk, intent) for intent in OFFERED])
    else:
        _tell(talk, "after.thanks")


async def _asked(talk: Talk, number: int) -> tuple[Outcome, Registration] | None:
    """The question with its registration, if it is one of this account's people."""
    outcome = await talk.turn.session.get(Outcome, number)
    mine = await registrations_of(talk.turn.session, await talk.turn.identity_id())
    known = {one.id: one for one in mine}
    if outcome is None or outcome.registration_id not in known:
        return None
    return outcome, known[outcome.registration_id]


def _tell(talk: Talk, key: str) -> None:
    if talk.account.state is None:
        show_menu(talk, "menu.after_form", lead=(talk.text(key),))
    else:
        ask_again(talk, talk.text(key))

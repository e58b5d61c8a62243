"""Answering whether an old wish still stands: yes keeps it fresh, no closes it, and a person may be asked for."""

from db.register import registrations_of
from db.registrations import CLOSED, Registration
from db.wishes import keep_wish_answer
from handlers.again import ask_again
from handlers.menu import show_menu
from handlers.person import call_person
from handlers.talk import Talk


async def answer_wish(talk: Talk, number: int, answer: str) -> None:
    """Act on a tap under the question; it works at any time, and what was open stays open."""
    registration = await _open(talk, number)
    state = talk.account.state
    if registration is None:
        _tell(talk, talk.text("wish.gone"))
    elif answer == "call":
        await call_person(talk, topic=f"registration:{number}")
        if state is not None:
            ask_again(talk)
    else:
        await keep_wish_answer(talk.turn.session, registration, answer, talk.now)
        _tell(talk, talk.text(f"wish.{answer}", kind=talk.text(f"kind.{registration.kind}")))


def _tell(talk: Talk, words: str) -> None:
    if talk.account.state is None:
        show_menu(talk, "menu.after_form", lead=(words,))
    else:
        ask_again(talk, words)


async def _open(talk: Talk, number: int) -> Registration | None:
    mine = await registrations_of(talk.turn.session, await talk.turn.identity_id())
    return next((one for one in mine if one.id == number and one.status not in CLOSED), None)

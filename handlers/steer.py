"""Acting on what a person wants, however they said it: an intent, a command word, or a menu entry."""

from handlers import call_words, consent, linking
from handlers.abroad import taps as abroad
from handlers.again import ask_again
from handlers.form import draft
from handlers.form.inputs import Back, Skip
from handlers.language import ask_language
from handlers.loans import guide as loan_guide
from handlers.loans.pages import show_loans
from handlers.menu import show_help, show_menu
from handlers.my_registrations import begin_delete, show_registrations
from handlers.notices import taps as notices
from handlers.notices.browse import show_notices
from handlers.person import call_person
from handlers.registration import (
    FOR_OTHER,
    KIND_OF,
    is_stale,
    offer_resume,
    restart,
    resume,
    start,
    start_for_other,
    take,
)
from handlers.stage import Stage
from handlers.talk import Talk


async def go(talk: Talk, intent: str) -> None:
    """Do what an intent asks for; one with a colon is a button that had to wait for consent."""
    if intent.removesuffix(FOR_OTHER) in KIND_OF:
        await _register(talk, intent)
    elif intent == "staff_contact":
        await call_person(talk)
        ask_again(talk)
    elif intent == "my_registrations":
        await show_registrations(talk)
    elif intent == "loans":
        show_loans(talk)
    elif intent == "notices":
        await show_notices(talk)
    elif intent.startswith("notice:"):
        await notices.tapped(talk, intent.split(":")[1:])
    elif intent == call_words.WISH:
        call_words.ask(talk)
    elif intent == linking.WISH:
        await linking.show(talk)
    elif (verb := intent.partition(":")[0]) in abroad.VERBS:
        await abroad.tapped(talk, verb, intent.split(":")[1:])
    elif intent == "change_language":
        ask_language(talk, talk.lang)
    elif intent == "delete_data":
        await begin_delete(talk)
    elif intent == "stop":
        stop(talk)
    else:
        home(talk)


async def _register(talk: Talk, intent: str) -> None:
    if not consent.has_consent(talk):
        consent.ask_consent(talk, intent)
    elif intent.endswith(FOR_OTHER):
        await start_for_other(talk, KIND_OF[intent.removesuffix(FOR_OTHER)])
    else:
        await start(talk, KIND_OF[intent])


def home(talk: Talk) -> None:
    """The menu; for one who comes back after long to an unfinished form, first the offer to go on."""
    talk.account.muted_at = None
    progress = draft.load(talk.data)
    if progress and progress.trail and is_stale(talk):
        offer_resume(talk, progress)
    else:
        show_menu(talk)


def stop(talk: Talk) -> None:
    """In a form: pause it, nothing is lost. At the menu: send nothing more until the person writes again."""
    helping = (Stage.helped_kind.state, Stage.helped_agreement.state, Stage.helped_twin.state)
    if talk.account.state in helping and not talk.data.get("draft"):
        show_menu(talk)
        return
    if talk.account.state in (Stage.form.state, Stage.resume.state, *helping) and talk.data.get("draft"):
        show_menu(talk, "form.paused")
        return
    if talk.account.state == Stage.rating.state:  # "thôi": nothing is to be added
        show_menu(talk, "menu.after_form", lead=(talk.text("rating.thanks"),))
        return
    talk.account.state = None
    talk.account.muted_at = talk.now
    talk.say("stop.done")


async def command(talk: Talk, name: str) -> bool:
    """Act on a command word; False when it means nothing where the conversation stands."""
    in_form = talk.account.state == Stage.form.state
    match name:
        case "menu":
            home(talk)
        case "help":
            show_help(talk)
            ask_again(talk)
        case "stop":
            stop(talk)
        case "person":
            await go(talk, "staff_contact")
        case "language":
            ask_language(talk, talk.lang)
        case "back" if in_form:
            await take(talk, Back())
        case "back" if talk.account.state == Stage.loan_guide.state:
            loan_guide.back(talk)
        case "back" if talk.account.state == Stage.helped_twin.state:
            resume(talk)
        case "skip" if in_form:
            await take(talk, Skip())
        case "resume" if draft.is_any(talk.data):
            resume(talk)
        case "restart" if talk.data.get("draft"):
            await restart(talk)
        case "back" | "restart" | "resume":
            home(talk)
        case _:
            return False
    return True

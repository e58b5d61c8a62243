"""Acting on a button. A button says which question it belongs to, so that an old one can do no harm."""

from content.catalogue import LANGUAGES
from handlers import (
    articles,
    consent,
    lessons,
    link_steps,
    my_registrations,
    officer,
    officer_asked,
    officer_list,
    person_talk,
    questions,
    rating,
    steer,
    stories,
    training,
)
from handlers.abroad import taps as abroad
from handlers.again import ask_again
from handlers.broadcasts import taps as broadcasts
from handlers.form import draft
from handlers.form.engine import Ask
from handlers.form.inputs import Back, Page, Skip, Tapped
from handlers.form.progress import Progress
from handlers.helping import taps as helping
from handlers.language import set_language
from handlers.loans import taps as loans
from handlers.menu import show_menu
from handlers.notices import taps as notices
from handlers.outcome import answer_outcome
from handlers.registration import repeat, restart, resume, start_for_other, take
from handlers.stage import Stage
from handlers.talk import Talk
from handlers.wishes import answer_wish


async def tapped(talk: Talk, data: str) -> None:
    """Act on the data of a button; one that no longer means anything says so and shows the way on."""
    talk.account.muted_at = None
    verb, _, rest = data.partition(":")
    match verb, rest.split(":"):
        case "lang", [lang] if lang in LANGUAGES:
            await choose_language(talk, lang)
        case "go", [intent]:
            await steer.go(talk, intent)
        case "consent", [answer] if answer in consent.CHOICES:
            await take_consent(talk, answer)
        case "form", [answer]:
            await take_resume(talk, answer)
        case "whom", [answer] if talk.account.state == Stage.whom.state:
            await take_whom(talk, answer)
        case ("q" | "p" | "s" | "b") as what, [run, key, *value] if run.isdecimal():
            await _form_button(talk, what, int(run), key, value)
        case ("loans" | "guide" | "sum") as what, more if await loans.tapped(talk, what, more):
            pass
        case verb, parts if verb in abroad.VERBS and await abroad.tapped(talk, verb, parts):
            pass
        case "training", parts if training.tapped(talk, parts):
            pass
        case "art", parts if articles.tapped(talk, parts):
            pass
        case "story", parts if stories.tapped(talk, parts):
            pass
        case "lesson", parts if lessons.tapped(talk, parts):
            pass
        case "my", [what, *more]:
            await _my_button(talk, what, more)
        case "wish", [number, ("yes" | "no" | "call") as answer] if number.isdecimal():
            await answer_wish(talk, int(number), answer)
        case "after", [number, answer] if number.isdecimal() and len(number) < 19:
            await answer_outcome(talk, int(number), answer)
        case "rate", parts if await rating.tapped(talk, parts):
            pass
        case "bc", parts if await broadcasts.tapped(talk, parts):
            pass
        case "hp", parts if await helping.tapped(talk, parts):
            pass
        case "of", parts if await officer.tapped(talk, parts):
            pass
        case "ml", parts if await officer_list.tapped(talk, parts):
            pass
        case "asked", parts if await officer_asked.tapped(talk, parts):
            pass
        case "notice", parts if await notices.tapped(talk, parts):
            pass
        case "link", step if await link_steps.tapped(talk, step):
            pass
        case _:
            _old(talk)
    await person_talk.after_tap(talk)
    talk.toast()


async def choose_language(talk: Talk, lang: str) -> None:
    """Speak ``lang`` and go on: with what was open, with the newcomer's wish, or with the menu."""
    set_language(talk, lang)
    if talk.account.state == Stage.form.state:
        repeat(talk)
    elif wish := talk.data.pop("wish", None):
        await steer.go(talk, wish)
    elif not questions.answer_kept(talk):
        show_menu(talk, "welcome.menu", office=talk.office.names[lang])


async def take_consent(talk: Talk, answer: str) -> None:
    """Take the answer to the agreement, and go on with what the person wanted."""
    wish = talk.data.get("wish")
    if consent.has_consent(talk):
        talk.toast(talk.text("consent.already"))
        if talk.account.state is None:
            await steer.go(talk, wish or "menu")
        else:  # tapped twice on a slow line: what the first tap opened stays open
            ask_again(talk)
    elif talk.account.state != Stage.consent.state:
        consent.ask_consent(talk, wish or "menu")
    elif answer == "more":
        talk.say("consent.more", office=talk.office.names[talk.lang])
        consent.ask_consent_again(talk)
    elif answer == "yes":
        await consent.agree(talk)
        talk.account.state = None
        talk.data.pop("wish", None)
        await steer.go(talk, wish or "menu")
    else:
        consent.refuse(talk)


async def take_resume(talk: Talk, answer: str) -> None:
    """Go on with an unfinished form, begin it again, or leave it for later."""
    if answer == "resume":
        resume(talk)
    elif answer == "other" and (progress := draft.load(talk.data)) and progress.whom == "self":
        await start_for_other(talk, progress.form)
    elif answer == "restart":
        await restart(talk)
    else:
        show_menu(talk, "form.paused")


async def take_whom(talk: Talk, answer: str) -> None:
    """The same person shows who they are by the year of birth; for somebody else nothing kept is used."""
    kind = talk.data.pop("whom_kind", "job")
    if answer == "me":
        await my_registrations.check_identity(talk, f"register:{kind}")
    else:
        await start_for_other(talk, kind)


async def _form_button(talk: Talk, what: str, run: int, key: str, value: list[str]) -> None:
    progress = draft.load(talk.data)
    if progress is None or progress.run != run:
        _old(talk)
    elif progress.at != key:
        talk.toast(talk.text("form.old_button"))
        repeat(talk, Ask(note="old_button"))
    else:
        await _current_button(talk, what, progress, value)


async def _current_button(talk: Talk, what: str, progress: Progress, value: list[str]) -> None:
    match what, value:
        case "b", _:
            await take(talk, Back())
        case "s", _:
            await take(talk, Skip())
        case "p", [number] if number.isdecimal():
            await take(talk, Page(progress.run, progress.at, int(number)))
        case "q", [chosen]:
            await take(talk, Tapped(progress.run, progress.at, chosen))
        case _:
            _old(talk)


async def _my_button(talk: Talk, what: str, more: list[str]) -> None:
    match what, more:
        case (("see" | "change"), []):
            await my_registrations.check_identity(talk, what)
        case "delete", []:
            await my_registrations.begin_delete(talk)
        case "delete_sure", [answer] if talk.account.state == Stage.deleting.state:
            await my_registrations.take_delete(talk, answer)
        case "withdraw_which", []:
            await my_registrations.ask_which(talk)
        case "withdraw", [number] if number.isdecimal():
            await my_registrations.ask_withdraw(talk, int(number))
        case "withdraw_sure", [answer] if talk.account.state == Stage.withdrawing.state:
            await my_registrations.take_withdraw(talk, answer)
        case "withdraw_consent", []:
            my_registrations.ask_withdraw_consent(talk)
        case "unagree_sure", [answer] if talk.account.state == Stage.unagreeing.state:
            await my_registrations.take_withdraw_consent(talk, answer)
        case _:
            _old(talk)


def _old(talk: Talk) -> None:
    talk.toast(talk.text("button.old"))
    if talk.account.state == Stage.form.state:
        repeat(talk, Ask(note="old_button"))
    else:
        show_menu(talk, "button.old")

"""Hearing what a person wrote: a command, an answer to what was asked, or a wish in their own words."""

import hashlib

from aiogram.types import Message

from content.commands import command as command_word
from content.commands import is_command_to_the_letter
from content.faq import faq
from content.options import choose, is_choice_to_the_letter
from content.reading.choices import Option, read_choice
from content.understand import understand
from handlers import consent, my_registrations, steer, taps
from handlers.again import ask_again
from handlers.form import draft
from handlers.form.engine import REVIEW_CHOICES, Ask, Missed, advance
from handlers.form.inputs import Typed
from handlers.form.progress import CHANGE, REVIEW
from handlers.menu import entry, show_menu
from handlers.person import offer_person
from handlers.reading import answer_faq
from handlers.registration import follow, is_stale, offer_resume, repeat
from handlers.stage import Stage
from handlers.talk import Choice, Talk

LONGEST = 1000
"""Longer texts are not read as answers; people are asked to say it shortly or to talk to somebody."""
SLASH = {
    "menu": "menu",
    "help": "help",
    "stop": "stop",
    "back": "back",
    "skip": "skip",
    "person": "person",
    "nguoi": "person",
    "language": "language",
    "lang": "language",
}
SURE = 0.7
"""From this confidence on, words are followed away from what was asked."""
EVERYWHERE = ("staff_contact", "change_language", "stop", "menu", "my_registrations")
"""Intents that are followed in the middle of a form when the words are no answer to its question."""
DELETE_SURE, ASIDE_SURE = 0.45, 0.95
"""Deletion asks once more before it acts, so that half a certainty is enough; where any words would be an answer,
the others must be quite clear."""
MILD = ("help", "language", "person")
"""Commands that yield to a choice said in the same words: «không biết», «Khmer»."""
AWAITED = {
    str(Stage.consent.state): ("consent", consent.CHOICES),
    str(Stage.resume.state): ("resume", ("resume", "restart", "later")),
    str(Stage.deleting.state): ("sure", ("yes", "no")),
    str(Stage.withdrawing.state): ("sure", ("yes", "no")),
}
"""The choices that each state waits for, by their key."""
LOOP_AFTER = 20
"""The same words so often in a row come from a machine, or from a phone in a pocket: it is answered no more."""


async def hear(talk: Talk, text: str) -> None:
    """Answer written words."""
    talk.account.muted_at = None
    if _is_loop(talk, text):
        return
    if not text.strip():
        offer_person(talk, "unknown.empty")
        ask_again(talk)
    elif text.startswith("/"):
        await _slash(talk, text)
    elif len(text) > LONGEST:
        offer_person(talk, "unknown.too_long")
        ask_again(talk)
    elif not (talk.account.state is None and await _offered(talk, text, words=False)):
        await _steer_or_answer(talk, text)


async def _steer_or_answer(talk: Talk, text: str) -> None:
    """A command, unless the words are (also) one of the choices that were offered."""
    name = command_word(text)
    asked = _asked(talk)
    if name and asked and choose(*asked, text) is not None:
        if is_choice_to_the_letter(*asked, text) or (name in MILD and not is_command_to_the_letter(text)):
            name = None
        elif not is_command_to_the_letter(text):
            # "dung" may be "đúng" or "dừng": sending and stopping are too different to guess
            talk.say("hint.choice.1")
            ask_again(talk)
            return
    if not (name and await steer.command(talk, name)):
        await _answer(talk, text)


def _asked(talk: Talk) -> tuple[str, tuple[str, ...]] | None:
    """The choices that are awaited, by their key."""
    state = talk.account.state
    progress = draft.load(talk.data)
    if state == Stage.form.state and progress is not None:
        if progress.at == REVIEW:
            return REVIEW, REVIEW_CHOICES
        if progress.at != CHANGE:
            question = draft.form_of(progress).question(progress.at)
            return (question.key, question.choices) if question.choices else None
    return AWAITED.get(state or "")


async def _slash(talk: Talk, text: str) -> None:
    name = text[1:].split("@")[0].split(" ")[0].lower()
    if name in ("my", "delete"):
        await steer.go(talk, {"my": "my_registrations", "delete": "delete_data"}[name])
    elif not (name in SLASH and await steer.command(talk, SLASH[name])):
        steer.home(talk)


async def _answer(talk: Talk, text: str) -> None:
    state = talk.account.state
    if talk.unseen and state is not None:
        # the question that these words seem to answer had not arrived when they were written
        _ask_unseen(talk)
    elif state == Stage.form.state:
        await _in_form(talk, text)
    elif state == Stage.identity_check.state:
        await my_registrations.take_year(talk, text)
    elif state is not None:
        await _at_question(talk, state, text)
    else:
        await _free(talk, text)


def _ask_unseen(talk: Talk) -> None:
    if talk.account.state == Stage.form.state:
        repeat(talk, Ask(note="unseen"))
    else:
        talk.say("form.unseen")
        ask_again(talk)


async def _at_question(talk: Talk, state: str, text: str) -> None:
    """A yes, a no or the like was asked for, outside a form."""
    if state == Stage.consent.state and (answer := consent.read_consent(text)):
        await taps.take_consent(talk, answer)
    elif state == Stage.resume.state and (answer := choose("resume", ("resume", "restart", "later"), text)):
        await taps.take_resume(talk, answer)
    elif state == Stage.deleting.state and (answer := my_registrations.read_sure(text)):
        await my_registrations.take_delete(talk, answer)
    elif state == Stage.withdrawing.state and (answer := my_registrations.read_sure(text)):
        await my_registrations.take_withdraw(talk, answer)
    elif key := faq(text, talk.lang):
        answer_faq(talk, key)
        ask_again(talk)
    elif not await _followed(talk, text):
        talk.say("hint.choice.1")
        ask_again(talk)


async def _in_form(talk: Talk, text: str) -> None:
    progress = draft.load(talk.data)
    if progress is None:
        show_menu(talk, "form.gone")
        return
    if is_stale(talk):
        offer_resume(talk, progress)
        return
    after, outcome = advance(draft.form_of(progress), progress, Typed(text), talk.today)
    missed = isinstance(outcome, Missed)
    if missed or not _asked(talk):
        # where any words would do, only a plain question or a plain wish leads away from the form
        key = faq(text, talk.lang) if missed or text.rstrip().endswith("?") else None
        if key:
            answer_faq(talk, key)
            repeat(talk)
            return
        if await _followed(talk, text, SURE if missed else ASIDE_SURE):
            return
    await follow(talk, after, outcome)


async def _followed(talk: Talk, text: str, sure: float = SURE) -> bool:
    """Follow words that clearly want something else than what was asked."""
    heard = understand(text, talk.lang)
    deletes = heard.intent == "delete_data" and heard.confidence >= DELETE_SURE
    if not deletes and (heard.intent not in EVERYWHERE or heard.confidence < sure):
        return False
    await steer.go(talk, heard.intent)
    return True


async def _free(talk: Talk, text: str) -> None:
    heard = understand(text, talk.lang)
    key = faq(text, talk.lang)
    if key and (heard.intent == "unknown" or heard.confidence < SURE or text.rstrip().endswith("?")):
        answer_faq(talk, key)
        show_menu(talk)
    elif heard.intent != "unknown":
        talk.data.pop("misses", None)
        await steer.go(talk, heard.intent)
    elif not await _offered(talk, text, words=True):
        _did_you_mean(talk, heard.alternatives)


def _did_you_mean(talk: Talk, alternatives: tuple[str, ...]) -> None:
    misses = talk.data.get("misses", 0) + 1
    talk.data["misses"] = misses
    if misses >= 3:
        talk.say("unknown.person", [entry(talk, "staff_contact")], office=talk.office.names[talk.lang])
        talk.data["misses"] = 0
    elif alternatives:
        talk.say(
            "unknown.did_you_mean",
            [entry(talk, intent) for intent in alternatives if _has_entry(talk, intent)],
            below=(entry(talk, "staff_contact"), Choice(talk.text("button.menu"), "go:menu")),
        )
    else:
        show_menu(talk, f"unknown.{misses}")


def _has_entry(talk: Talk, intent: str) -> bool:
    return intent != "staff_contact"


async def _offered(talk: Talk, text: str, *, words: bool) -> bool:
    """Take a number, or words, for one of the choices in our last message."""
    offered: list[list[str]] = talk.data.get("offered", [])
    options = [Option(data, (label,) if words else ()) for label, data in offered]
    chosen = read_choice(text, options) if options else None
    if chosen is None:
        return False
    await taps.tapped(talk, chosen)
    return True


def _is_loop(talk: Talk, text: str) -> bool:
    """Whether the same words have come many times in a row; the last answer says so, then there is silence."""
    sign = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
    before, count = talk.data.get("same", ["", 0])
    count = count + 1 if sign == before else 1
    talk.data["same"] = [sign, count]
    if count == LOOP_AFTER:
        offer_person(talk, "unknown.loop")
    return bool(count >= LOOP_AFTER)


def words_of(message: Message) -> str | None:
    """What a message says in words, a caption included."""
    return message.text if message.text is not None else message.caption

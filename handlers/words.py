"""Hearing what a person wrote: a command, an answer to what was asked, or a wish in their own words."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiogram.types import Message

from content.catalogue import tell
from content.commands import command as command_word
from content.commands import is_command_to_the_letter, is_thanks
from content.faq import faq
from content.fold import fold
from content.language_words import looks_khmer, named_language
from content.options import choose, is_choice_to_the_letter
from content.reading.choices import Option, read_choice, read_number_of
from content.reading.phones import read_phone, without_phone
from content.reading.years import read_birth_year
from content.understand import LEXICON_INTENTS, understand
from handlers import (
    articles,
    call_words,
    consent,
    link_steps,
    linking,
    my_registrations,
    officer,
    opening,
    person_talk,
    questions,
    rating,
    steer,
    taps,
)
from handlers.abroad import fees, firm, report
from handlers.abroad.home import show_section
from handlers.again import ask_again
from handlers.broadcasts import taps as broadcasts
from handlers.form import draft
from handlers.form.engine import REVIEW_CHOICES, SURE_CHOICES, Ask, Missed, advance
from handlers.form.inputs import Typed
from handlers.form.progress import CHANGE, DISCARD, REVIEW, STEPS, Progress
from handlers.helping import asking as helped
from handlers.helping import taps as helping
from handlers.loans import calculator as loan_sum
from handlers.loans import guide as loan_guide
from handlers.menu import entry, show_menu
from handlers.person import call_person, offer_person, take_number
from handlers.rating_more import ways as rating_ways
from handlers.reading import faq_answer
from handlers.registration import (
    RESUME_CHOICES,
    WHOM_CHOICES,
    answers_on,
    correct,
    follow,
    is_stale,
    offer_resume,
    repeat,
)
from handlers.stage import Stage
from handlers.talk import Choice, Talk
from handlers.way_up import way_up

LONGEST = 1000
"""Longer texts are not read as answers; people are asked to say it shortly or to talk to somebody."""
_CORRECTION = re.compile(r"(sua|doi|ghi lai|កែ)")
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
EVERYWHERE = ("staff_contact", "change_language", "stop", "menu")
"""Intents that are followed in the middle of a form when the words are no answer to its question."""
DELETE_SURE, ASIDE_SURE = 0.45, 0.95
"""Deletion asks once more before it acts, so that half a certainty is enough; where any words would be an answer,
the others must be quite clear."""
CALL_SURE = 0.9
"""Where an answer is awaited, "số của con tôi" speaks of a phone and calls nobody; "gặp cán bộ" does."""
MILD = ("help", "language", "person")
"""Commands that yield to a choice said in the same words: «không biết», «Khmer»."""
ENDS = {REVIEW: ("review", REVIEW_CHOICES), DISCARD: ("sure", SURE_CHOICES)}
AWAITED = {
    str(Stage.consent.state): ("consent", consent.CHOICES),
    str(Stage.resume.state): ("resume", RESUME_CHOICES),
    str(Stage.whom.state): ("whom", WHOM_CHOICES),
    str(Stage.deleting.state): ("sure", SURE_CHOICES),
    str(Stage.unagreeing.state): ("sure", SURE_CHOICES),
    str(Stage.withdrawing.state): ("sure", SURE_CHOICES),
    str(Stage.rating.state): ("rating_more", rating_ways("bad")),
    str(Stage.helped_kind.state): ("helped_kind", helped.KINDS),
    str(Stage.helped_agreement.state): ("helped_agree", helped.ANSWERS),
}
"""The choices that each state waits for, by their key."""
TAKERS: dict[str, Callable[[Talk, str], Awaitable[None]]] = {
    str(Stage.consent.state): taps.take_consent,
    str(Stage.resume.state): taps.take_resume,
    str(Stage.whom.state): taps.take_whom,
    str(Stage.deleting.state): my_registrations.take_delete,
    str(Stage.unagreeing.state): my_registrations.take_withdraw_consent,
    str(Stage.withdrawing.state): my_registrations.take_withdraw,
    str(Stage.loan_guide.state): loan_guide.take,
    str(Stage.helped_kind.state): helping.take_kind,
    str(Stage.helped_agreement.state): helping.take_agreement,
}
"""Who takes the choice that was made in each of them."""
READING = (Stage.loan_guide.state, Stage.loan_sum.state)
"""Questions about what is there, which any clear wish leaves: nothing is lost by that."""
STEPPING = (Stage.form.state, Stage.loan_guide.state)
"""Where "back" is the question before, not the page above."""
TYPED: dict[str, Callable[[Talk, str], Awaitable[None]]] = {
    str(Stage.firm.state): firm.take_words,
    str(Stage.fee.state): fees.take_words,
    str(Stage.report.state): report.take_words,
    str(Stage.helped_twin.state): helping.take_twin,
    str(Stage.rating.state): rating.take_words,
}
"""Who takes the words where any words may be the answer."""
LOOP_AFTER = 20
"""The same words so often in a row come from a machine, or from a phone in a pocket: it is answered no more."""


async def hear(talk: Talk, text: str) -> None:
    """Answer written words."""
    talk.account.muted_at = None
    if _is_loop(talk, text) or await person_talk.takes_words(talk, text):
        return
    if await officer.takes_words(talk, text) or await broadcasts.takes_words(talk, text):
        return
    if await helping.takes_words(talk, text):
        return
    if not text.strip():
        offer_person(talk, "unknown.empty")
        ask_again(talk)
    elif text.startswith("/"):
        await _slash(talk, text)
    elif len(text) > LONGEST:
        offer_person(talk, "unknown.too_long")
        ask_again(talk)
    elif is_thanks(text):
        ask_again(talk, talk.text("thanks.answer"))
    elif typed := _small_button(talk, text):
        await taps.tapped(talk, typed)
    elif talk.account.state is None and (code := linking.code_in(text)):
        await link_steps.hear_code(talk, code)
    elif not (talk.account.state is None and await _offered(talk, text, words=False)):
        await _steer_or_answer(talk, text)
    _offer_khmer(talk, text)


def _offer_khmer(talk: Talk, text: str) -> None:
    """Somebody who writes Khmer in a Vietnamese dialogue is asked once whether to change over."""
    if talk.lang == "vi" and looks_khmer(text) and not talk.data.get("khmer_offered"):
        talk.data["khmer_offered"] = True
        talk.send(tell("km", "language.offer"), [Choice(tell("km", "choice.language.km"), "lang:km")])


async def _steer_or_answer(talk: Talk, text: str) -> None:
    """A command, unless the words are (also) one of the choices that were offered."""
    name = command_word(text)
    asked = _asked(talk)
    if name and asked and choose(*asked, text) is not None:
        if is_choice_to_the_letter(*asked, text) or (name in MILD and not is_command_to_the_letter(text)):
            name = None
        elif not is_command_to_the_letter(text):
            # "dung" may be "đúng" or "dừng": sending and stopping are too different to guess
            ask_again(talk, talk.text("hint.choice.1"))
            return
    if name == "language":
        await _change_language(talk, text)
    elif name == "back" and talk.account.state not in STEPPING and (up := way_up(talk)):
        await taps.tapped(talk, up)
    elif not (name and await steer.command(talk, name)):
        await _answer(talk, text)


async def _change_language(talk: Talk, text: str) -> None:
    """A language that is named is taken at once; otherwise it is asked for."""
    named = named_language(text)
    if named is None:
        await steer.go(talk, "change_language")
    elif named == talk.lang:
        ask_again(talk, talk.text("language.already"))
    else:
        await taps.choose_language(talk, named)


def _asked(talk: Talk) -> tuple[str, tuple[str, ...]] | None:
    """The choices that are awaited, by their key."""
    state = talk.account.state
    progress = draft.load(talk.data)
    if state == Stage.form.state and progress is not None:
        if progress.at in ENDS:
            return ENDS[progress.at]
        if progress.at != CHANGE:
            question = draft.form_of(progress).question(progress.at)
            return (question.words, question.choices) if question.choices else None
    if state == Stage.loan_guide.state:
        return loan_guide.awaited(talk)
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
        await _at_year(talk, text)
    elif state == Stage.callback.state:
        await _at_callback(talk, text)
    elif state == Stage.loan_sum.state and loan_sum.reads(text):
        loan_sum.take_words(talk, text)
    elif state in TYPED:
        await _typed(talk, state, text)
    elif state is not None:
        await _at_question(talk, state, text)
    else:
        await _free(talk, text)


async def _at_callback(talk: Talk, text: str) -> None:
    """A number to call on, or words for the person who was asked for."""
    if number := read_phone(text):
        await take_number(talk, number)
        await call_words.keep_along(talk, without_phone(text))
        return
    talk.account.state = None
    if not await _offered(talk, text, words=False):
        await _free(talk, text)


async def _at_year(talk: Talk, text: str) -> None:
    """The year of birth; a wish that is no year at all is followed, and is no wrong try."""
    if read_birth_year(text, talk.today) is not None or not await _followed(talk, text, also=("my_registrations",)):
        await my_registrations.take_year(talk, text)


async def _typed(talk: Talk, state: str, text: str) -> None:
    """Any words may be the answer: only what clearly wants something else leads away from it."""
    if not await _followed(talk, text, ASIDE_SURE):
        await TYPED[state](talk, text)


def _ask_unseen(talk: Talk) -> None:
    if talk.account.state == Stage.form.state:
        repeat(talk, Ask(note="unseen"))
    else:
        talk.say("form.unseen")
        ask_again(talk)


async def _at_question(talk: Talk, state: str, text: str) -> None:
    """A yes, a no or the like was asked for, outside a form."""
    awaited = _asked(talk)
    if awaited and (answer := choose(*awaited, text)):
        await TAKERS[state](talk, answer)
    elif state == Stage.resume.state and await answers_on(talk, text):
        return
    elif key := faq(text, talk.lang):
        ask_again(talk, faq_answer(talk, key))
    elif not await _followed(talk, text, also=LEXICON_INTENTS if state in READING else ("loans", "notices")):
        _missed(talk)


def _missed(talk: Talk) -> None:
    """Three kinds of help where a yes or no is awaited: the question again, how to say it, a person."""
    misses = talk.data.get("misses", 0) + 1
    talk.data["misses"] = misses % 3
    if misses == 1:
        ask_again(talk, talk.text("hint.choice.1"))
    elif misses == 2:
        talk.say("hint.choice.2")
    else:
        offer_person(talk, "hint.choice.3")


async def _in_form(talk: Talk, text: str) -> None:
    progress = draft.load(talk.data)
    if progress is None:
        show_menu(talk, "form.gone")
        return
    if is_stale(talk):
        offer_resume(talk, progress)
        return
    if opening.turns_to_other(progress, text):
        talk.say("form.begin_other", kind=talk.text(f"kind.{progress.form}"))
        progress = replace(progress, whom="other")
    after, outcome = advance(draft.form_of(progress), progress, Typed(text), talk.today)
    missed = isinstance(outcome, Missed)
    if missed or not _asked(talk):
        # where any words would do, only a plain question or a plain wish leads away from the form
        key = faq(text, talk.lang) if missed or text.rstrip().endswith("?") else None
        if key:
            repeat(talk, lead=(faq_answer(talk, key),))
            return
        if field := _to_correct(progress, text):
            correct(talk, field)
            return
        if await _followed(talk, text, SURE if missed else ASIDE_SURE):
            return
    await follow(talk, progress, after, outcome)


def _to_correct(progress: Progress, text: str) -> str | None:
    """The answer that "sửa tên" or the like wants to correct in the middle of a form."""
    if not _CORRECTION.match(fold(text)) or progress.at in STEPS:
        return None
    keys = tuple(question.key for question in draft.form_of(progress).applicable(progress.answers))
    return choose("field", keys, text)


async def _followed(talk: Talk, text: str, sure: float = SURE, also: tuple[str, ...] = ()) -> bool:
    """Follow words that clearly want something else than what was asked."""
    heard = understand(text, talk.lang)
    deletes = heard.intent == "delete_data" and heard.confidence >= DELETE_SURE
    sure = max(sure, CALL_SURE) if heard.intent == "staff_contact" else sure
    if not deletes and (heard.intent not in EVERYWHERE + also or heard.confidence < sure):
        return False
    await _act(talk, heard.intent, text)
    return True


async def _act(talk: Talk, intent: str, text: str) -> None:
    if intent == "change_language":
        await _change_language(talk, text)
    elif intent == "staff_contact":
        await call_person(talk, number=read_phone(text))
        if command_word(text) is None:
            await call_words.keep_along(talk, text)
        ask_again(talk)
    else:
        await steer.go(talk, opening.wish_in(talk, intent, text))


async def _free(talk: Talk, text: str) -> None:
    if await rating.hear(talk, text):
        return
    heard = understand(text, talk.lang)
    unclear = heard.intent == "unknown" or heard.confidence < SURE
    asks = unclear or text.rstrip().endswith("?")
    if question := questions.question_in(talk, text):
        talk.data.pop("misses", None)
        questions.answer(talk, question)
    elif unclear and not text.rstrip().endswith("?") and await call_words.takes(talk, text):
        talk.data.pop("misses", None)
    elif asks and (key := faq(text, talk.lang)):
        show_menu(talk, lead=(faq_answer(talk, key),))
    elif unclear and firm.names_a_firm(text):
        await firm.take_words(talk, text)
    elif asks and articles.offer_found(talk, text, heard.intent):
        talk.data.pop("misses", None)
    elif heard.intent in ("staff_contact", "unknown") and report.speaks_of_fraud(text):
        show_section(talk, "safe")
    elif heard.intent != "unknown":
        talk.data.pop("misses", None)
        if heard.intent != "staff_contact":
            await call_words.keep_along(talk, text)
        await _act(talk, heard.intent, text)
    elif not await _offered(talk, text, words=True):
        _did_you_mean(talk, heard.alternatives)


def _did_you_mean(talk: Talk, alternatives: tuple[str, ...]) -> None:
    misses = talk.data.get("misses", 0) + 1
    talk.data["misses"] = misses
    if misses >= 3:
        menu = (Choice(talk.text("button.menu"), "go:menu"),)
        talk.say("unknown.person", [entry(talk, "staff_contact")], menu, office=talk.office.names[talk.lang])
        talk.data["misses"] = 0
    elif alternatives:
        talk.say(
            "unknown.did_you_mean",
            [entry(talk, intent) for intent in alternatives if intent != "staff_contact"],
            below=(entry(talk, "staff_contact"), Choice(talk.text("button.menu"), "go:menu")),
        )
    else:
        show_menu(talk, f"unknown.{misses}")


async def _offered(talk: Talk, text: str, *, words: bool) -> bool:
    """Take a number, or words, for one of the choices in our last message."""
    offered: list[list[str]] = talk.data.get("offered", [])
    options = [Option(data, (label,)) for label, data in offered]
    chosen = (read_choice if words else read_number_of)(text, options) if options else None
    if chosen is None:
        return False
    await taps.tapped(talk, chosen)
    return True


def _small_button(talk: Talk, text: str) -> str | None:
    """What a small button of our last message does, when its very words were typed."""
    said = fold(text)
    below: list[list[str]] = talk.data.get("below", [])
    return next((data for label, data in below if said and fold(label) == said), None)


def _is_loop(talk: Talk, text: str) -> bool:
    """Whether the same words have come many times in a row; the last answer says so, then there is silence."""
    sign = hashlib.blake2b(
        text.encode(errors="replace"), digest_size=6, key=talk.seal.key_for("same words")
    ).hexdigest()
    before, count = talk.data.get("same", ["", 0])
    count = count + 1 if sign == before else 1
    talk.data["same"] = [sign, count]
    if count == LOOP_AFTER:
        offer_person(talk, "unknown.loop")
    return bool(count >= LOOP_AFTER)


def words_of(message: Message) -> str | None:
    """What a message says in words, a caption included."""
    return message.text if message.text is not None else message.caption

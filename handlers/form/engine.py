"""What a form does next: a pure function of the form, the progress and what came in. No clock, no network."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from content.answer import Misread, TooYoung, WithPhone
from content.besides import name_alone, told_besides
from content.options import choose
from content.question import Form, Question
from content.reading.numbers import read_position
from handlers.form.answer import read_answer
from handlers.form.inputs import Back, Input, Page, Skip, Tapped, Typed
from handlers.form.progress import CHANGE, DISCARD, REVIEW, STEPS, Progress

Note = Literal["first", "required", "old_button", "kept", "unseen"]


@dataclass(frozen=True)
class Ask:
    """Put the question at hand, with a hint that depends on how often it was missed, and near choices."""

    near: tuple[str, ...] = ()
    note: Note | None = None
    taken: str | None = None
    """The key of the answer that was just taken, to be confirmed to the person."""
    besides: tuple[str, ...] = ()
    """The keys of answers that were told in the same message."""


@dataclass(frozen=True)
class Missed:
    """What was typed is no answer here; ``near`` are choices that it resembles."""

    near: tuple[str, ...] = ()
    like: str | None = None
    """The kind of answer that it was meant to be, where that is another than the question's."""


@dataclass(frozen=True)
class Sent:
    """The person confirmed the summary."""


@dataclass(frozen=True)
class Dropped:
    """The person threw the form away at the summary."""


@dataclass(frozen=True)
class Refused:
    """The form can't go on: the person is under the age."""


Outcome = Ask | Missed | Sent | Dropped | Refused
Step = tuple[Progress, Outcome]

_MOST_OF_A_NUMBER = 5
_PHONE = ("phone_owner", "phone")
REVIEW_CHOICES = ("send", "change", "cancel")
SURE_CHOICES = ("yes", "no")


def advance(form: Form, progress: Progress, given: Input, today: date) -> Step:
    """Take one input and say where the form stands after it."""
    match given:
        case Back():
            return _back(form, progress)
        case Skip():
            return _skip(form, progress)
        case Page():
            return _turn_page(progress, given)
        case Tapped() if given.run != progress.run or given.key != progress.at:
            return progress, Ask(note="old_button")
    if progress.at in STEPS:
        return _END[progress.at](form, progress, given)
    return _answer(form, progress, form.question(progress.at), given, today)


def _answer(form: Form, progress: Progress, question: Question, given: Input, today: date) -> Step:
    try:
        value = read_answer(question, _of_near(progress, given), today)
    except TooYoung:
        return progress, Refused()
    except Misread as misread:
        if owner := _other_owner(form, progress, given):
            return progress.answered(form, "phone_owner", owner), Ask(besides=("phone_owner",))
        told = _besides(form, progress, given, today, missed=True)
        return _missed(progress, misread, told, _like(progress, given))
    told = _besides(form, progress, given, today)
    progress = replace(progress, answers=progress.answers | told)
    if isinstance(value, WithPhone):
        progress = progress.answered(form, question.key, value.owner)
        return progress.answered(form, "phone", value.number), Ask(taken="phone", besides=tuple(told))
    return progress.answered(form, question.key, value), Ask(taken=question.key, besides=tuple(told))


def _missed(progress: Progress, misread: Misread, told: dict[str, Any], like: str | None) -> Step:
    """Where the words answer other questions than the one at hand, that is no wrong try."""
    if told:
        return replace(progress, answers=progress.answers | told), Ask(besides=tuple(told))
    return replace(progress, misses=progress.misses + 1, near=misread.near), Missed(misread.near, like)


def _like(progress: Progress, given: Input) -> str | None:
    """A number with a digit missing, where it was asked whose number it is, gets the help for numbers."""
    digits = sum(map(str.isdigit, given.text)) if isinstance(given, Typed) else 0
    return "phone" if progress.at == "phone_owner" and digits >= _MOST_OF_A_NUMBER else None


def _other_owner(form: Form, progress: Progress, given: Input) -> str | None:
    """Whose phone it is after all, said where its number was asked for."""
    if progress.at != "phone" or not isinstance(given, Typed) or read_position(given.text) is not None:
        return None
    question = form.question("phone_owner")
    owner = choose(question.words, question.choices, given.text)
    return owner if owner != progress.answers.get("phone_owner") else None


def _besides(form: Form, progress: Progress, given: Input, today: date, *, missed: bool = False) -> dict[str, Any]:
    """What a typed message tells of open questions other than the one at hand."""
    if not isinstance(given, Typed) or progress.fixing is not None or (progress.at in _PHONE and not missed):
        return {}
    told = told_besides(given.text, today, form.question("phone_owner").words)
    if missed and "name" not in told and (name := name_alone(given.text)):
        told["name"] = name
    return fitting(form, progress, told)


def fitting(form: Form, progress: Progress, told: dict[str, Any]) -> dict[str, Any]:
    """Those of the told answers that this form still asks for, a later question's only."""
    given = progress.answers
    if "phone" in told and given.get("phone_owner") == "none":
        given = {key: value for key, value in given.items() if key != "phone_owner"}  # there is one after all
    asked = [q.key for q in form.applicable(told | given) if q.key not in given and q.key != progress.at]
    fit = {key: told[key] for key in asked if key in told}
    if progress.at == "phone_owner":
        fit.pop("phone", None)  # that answer takes its number along
    return fit


def _of_near(progress: Progress, given: Input) -> Input:
    """A number typed under the near choices means one of those, not one of the whole list."""
    position = read_position(given.text) if isinstance(given, Typed) and progress.near else None
    if position is not None and 1 <= position <= len(progress.near):
        return Tapped(progress.run, progress.at, progress.near[position - 1])
    return given


def _back(form: Form, progress: Progress) -> Step:
    """Undo exactly one step: a page, a correction, the summary, or the last answer, over any branch."""
    if progress.before is not None:
        kept = replace(progress, answers=progress.before, before=None, fixing=None, at=REVIEW, misses=0, page=0)
        return kept, Ask(note="kept")
    if progress.at in (CHANGE, DISCARD):
        return replace(progress, at=REVIEW, misses=0, page=0), Ask()
    if not progress.trail:
        return replace(progress, misses=0), Ask(note="first")
    *trail, last = progress.trail
    answers = {key: value for key, value in progress.answers.items() if key != last}
    undone = replace(progress, answers=answers, trail=tuple(trail), at=last, misses=0, page=0, near=())
    return undone, Ask()


def _skip(form: Form, progress: Progress) -> Step:
    if progress.at in STEPS:
        return progress, Ask()
    question = form.question(progress.at)
    if not question.optional:
        return progress, Ask(note="required")
    return progress.answered(form, question.key, None), Ask()


def _turn_page(progress: Progress, given: Page) -> Step:
    if given.run != progress.run or given.key != progress.at:
        return progress, Ask(note="old_button")
    return replace(progress, page=max(0, given.number)), Ask()


def _review(form: Form, progress: Progress, given: Input) -> Step:
    match _pick(REVIEW, REVIEW_CHOICES, given):
        case "send":
            return progress, Sent()
        case "change":
            return replace(progress, at=CHANGE, misses=0, page=0), Ask()
        case "cancel":
            return replace(progress, at=DISCARD, misses=0), Ask()
    # "sửa tên": straight to the answer that is meant; a bare number is one of the buttons and nothing else
    if isinstance(given, Typed) and read_position(given.text) is None:
        chosen = _pick("field", _changeable(form, progress), given)
        if chosen:
            return fix(progress, chosen), Ask()
    return replace(progress, misses=progress.misses + 1), Missed()


def _discard(_: Form, progress: Progress, given: Input) -> Step:
    match _pick("sure", SURE_CHOICES, given):
        case "yes":
            return progress, Dropped()
        case "no":
            return replace(progress, at=REVIEW, misses=0), Ask()
    return replace(progress, misses=progress.misses + 1), Missed()


def _choose_change(form: Form, progress: Progress, given: Input) -> Step:
    chosen = _pick("field", _changeable(form, progress), given)
    if chosen:
        return fix(progress, chosen), Ask()
    return replace(progress, misses=progress.misses + 1), Missed()


def fix(progress: Progress, key: str) -> Progress:
    """Open an answer for correction, keeping all as they were to return to."""
    answers = {k: v for k, v in progress.answers.items() if k != key}
    return replace(progress, answers=answers, before=progress.answers, fixing=key, at=key, misses=0, page=0)


def _changeable(form: Form, progress: Progress) -> tuple[str, ...]:
    return tuple(question.key for question in form.applicable(progress.answers))


def _pick(key: str, values: tuple[str, ...], given: Input) -> str | None:
    match given:
        case Tapped():
            return given.value if given.value in values else None
        case Typed():
            return choose(key, values, given.text)
    return None


_END = {REVIEW: _review, CHANGE: _choose_change, DISCARD: _discard}

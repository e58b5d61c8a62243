"""Showing a form: the question with its choices, the hints after a miss, the summary, and the list to correct from."""

from collections.abc import Sequence
from typing import Any

from content.answer import ELSEWHERE, place_choices
from content.options import label
from content.question import Question
from content.reading.phones import show_phone
from handlers.form.draft import form_of, opened
from handlers.form.engine import REVIEW_CHOICES, SURE_CHOICES, Ask
from handlers.form.progress import CHANGE, DISCARD, HELPED, REVIEW, STEPS, Progress
from handlers.menu import entry
from handlers.talk import Choice, Talk

PAGE = 5
"""Choices shown at once: more are paged (Zalo shows five buttons; people read few)."""
HINTS = 3


def show(talk: Talk, progress: Progress, ask: Ask | None = None, lead: Sequence[str] = ()) -> None:
    """Put what the form stands at, in one message: a question, the summary, or what belongs to the summary."""
    notes = [*lead, *_notes(talk, progress, ask or Ask())]
    if progress.at in _ENDS:
        _ENDS[progress.at](talk, progress, notes)
    else:
        _show_question(talk, progress, notes)


def _notes(talk: Talk, progress: Progress, ask: Ask) -> list[str]:
    notes = [talk.text(f"form.{ask.note}")] if ask.note else []
    if ask.taken == "phone" and isinstance(progress.answers.get("phone"), str):
        # the sharing key leaves the screen, and a digit that is wrong shows
        taken = shown(talk, "phone", progress.answers["phone"])
        talk.put_keys_away(talk.text("form.phone_taken", phone=taken))
    if ask.taken and is_spoken(progress.answers.get(ask.taken)):
        notes.append(talk.text("form.voice_taken"))
    if told := [key for key in ask.besides if key in progress.answers]:
        notes += [talk.text("form.besides"), *(_told(talk, progress, key) for key in told)]
    return notes


def is_spoken(value: Any) -> bool:
    """Whether an answer was sent as a voice note."""
    return isinstance(value, dict) and "voice" in value


def _told(talk: Talk, progress: Progress, key: str) -> str:
    value = shown(talk, form_of(progress).question(key).words, progress.answers[key])
    return talk.text("review.line", field=label(talk.lang, "field", key), value=value)


def _show_question(talk: Talk, progress: Progress, notes: Sequence[str]) -> None:
    question = form_of(progress).question(progress.at)
    text = _asked(talk, progress, notes)
    if question.kind == "phone" and _is_this_phone(progress):
        talk.ask_phone(text)
        return
    values = _within(talk, progress, choices_of(question)) if question.kind == "place" else choices_of(question)
    page = values[progress.page * PAGE : (progress.page + 1) * PAGE] if len(values) > PAGE else values
    buttons = [Choice(label(talk.lang, question.words, value), _data(progress, value)) for value in page]
    talk.send(text, buttons, _below(talk, progress, question, len(values)), first=progress.page * PAGE + 1)


def _asked(talk: Talk, progress: Progress, notes: Sequence[str]) -> str:
    number, count = progress.position(form_of(progress))
    key = "form.progress_other" if progress.whom == "other" else "form.progress"
    where = talk.text("form.fixing") if progress.fixing else talk.text(key, number=number, count=count)
    return "\n".join((*notes, where, _ask(talk, progress)))


def _ask(talk: Talk, progress: Progress) -> str:
    """The question to the person, or about the one who is registered."""
    return talk.text(f"ask_other.{progress.at}" if progress.whom == "other" else f"ask.{progress.at}")


def _is_this_phone(progress: Progress) -> bool:
    """Whether the number may be that of the phone at hand, which can share it."""
    mine = {"self": "own", "other": "neighbour"}.get(progress.whom)
    return progress.answers.get("phone_owner") == mine


def _data(progress: Progress, value: str) -> str:
    return f"q:{progress.run}:{progress.at}:{value}"


def _below(talk: Talk, progress: Progress, question: Question, count: int) -> list[Choice]:
    """The small buttons: another page, skip, back, and after three misses a person."""
    below = []
    if count > (progress.page + 1) * PAGE:
        below.append(Choice(talk.text("button.more"), f"p:{progress.run}:{progress.at}:{progress.page + 1}"))
    elif progress.page:
        below.append(Choice(talk.text("button.first_page"), f"p:{progress.run}:{progress.at}:0"))
    if question.optional and "unsaid" not in question.choices:
        below.append(Choice(talk.text("button.skip"), f"s:{progress.run}:{progress.at}"))
    if progress.trail or progress.before is not None:
        below.append(Choice(talk.text("button.back"), f"b:{progress.run}:{progress.at}"))
    if question.kind == "place" and progress.misses > 1:
        below.append(Choice(label(talk.lang, question.key, ELSEWHERE), _data(progress, ELSEWHERE)))
    if progress.misses >= HINTS:
        below.append(entry(talk, "staff_contact"))
    if progress.answers and not progress.trail and progress.whom == "self":
        below.append(Choice(talk.text("button.other_person"), "form:other"))
    return below


def choices_of(question: Question) -> tuple[str, ...]:
    """The values that a question offers; none for one that is answered in words."""
    return place_choices() if question.kind == "place" else question.choices


def _within(talk: Talk, progress: Progress, communes: tuple[str, ...]) -> tuple[str, ...]:
    """The communes where an officer may help; everybody else lives where they live."""
    among = talk.data.get("helped", {}).get("communes") if progress.whom == HELPED else None
    return communes if among is None else tuple(code for code in communes if code in among)


def show_missed(talk: Talk, progress: Progress, near: tuple[str, ...], like: str | None = None) -> None:
    """Help after an answer that could not be read: shorter, then with an example, then with a person."""
    hint = talk.text(f"hint.{like or _hint_kind(progress)}.{min(progress.misses, HINTS)}")
    if not near:
        show(talk, progress, lead=(hint,))
        return
    question = form_of(progress).question(progress.at)
    buttons = [Choice(_near_label(talk, progress, value), _data(progress, value)) for value in near]
    text = "\n".join((_ask(talk, progress), talk.text("hint.near")))
    talk.send(text, buttons, _below(talk, progress, question, 0))


def _near_label(talk: Talk, progress: Progress, value: str) -> str:
    if progress.at == "birth_year":
        return talk.text("near.birth_year", year=value, age=str(talk.today.year - int(value)))
    return label(talk.lang, form_of(progress).question(progress.at).words, value)


def _hint_kind(progress: Progress) -> str:
    if progress.at in STEPS:
        return "choice"
    question = form_of(progress).question(progress.at)
    return "hamlet" if question.key == "hamlet" else question.kind


def _show_review(talk: Talk, progress: Progress, notes: Sequence[str]) -> None:
    lines = [
        talk.text("review.line", field=label(talk.lang, "field", key), value=value)
        for key, value in summary(talk, progress)
    ]
    title = talk.text("review.title", kind=talk.text(f"kind.{progress.form}"))
    text = "\n".join((*notes, title, *lines, talk.text("review.ask")))
    talk.send(text, _decisions(talk, progress, "review", REVIEW_CHOICES))


def _show_discard(talk: Talk, progress: Progress, notes: Sequence[str]) -> None:
    text = "\n".join((*notes, talk.text("discard.ask")))
    talk.send(text, _decisions(talk, progress, "sure", SURE_CHOICES))


def _decisions(talk: Talk, progress: Progress, key: str, values: Sequence[str]) -> list[Choice]:
    return [Choice(label(talk.lang, key, value), _data(progress, value)) for value in values]


def summary(talk: Talk, progress: Progress) -> list[tuple[str, str]]:
    """Every applicable answer as people read it, by key, in the form's order."""
    applicable = form_of(progress).applicable(progress.answers)
    return [(q.key, shown(talk, q.words, progress.answers.get(q.key))) for q in applicable]


def shown(talk: Talk, key: str, value: Any) -> str:
    """One kept answer in the worker's words."""
    match value := opened(value, talk.seal):
        case None:
            return talk.text("review.skipped")
        case {"voice": _}:
            return talk.text("review.voice")
        case int():
            return str(value)
    if key == "phone":
        return show_phone(value)
    if key in ("job_wanted", "course_wanted", "experience", "hamlet", "name"):
        return str(value)
    return label(talk.lang, key, value)


def _show_change(talk: Talk, progress: Progress, notes: Sequence[str]) -> None:
    keys = [key for key, _ in summary(talk, progress)]
    page = keys[progress.page * PAGE : (progress.page + 1) * PAGE]
    buttons = [Choice(label(talk.lang, "field", key), _data(progress, key)) for key in page]
    below = []
    if len(keys) > (progress.page + 1) * PAGE:
        below.append(Choice(talk.text("button.more"), f"p:{progress.run}:{CHANGE}:{progress.page + 1}"))
    below.append(Choice(talk.text("button.back"), f"b:{progress.run}:{CHANGE}"))
    text = "\n".join((*notes, talk.text("change.ask")))
    talk.send(text, buttons, below, first=progress.page * PAGE + 1)


_ENDS = {REVIEW: _show_review, CHANGE: _show_change, DISCARD: _show_discard}

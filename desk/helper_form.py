"""A form on one page, for somebody who fills it in for another person: the questions of the chat, read as there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from content.answer import MINIMUM_AGE, Misread, TooYoung, WithPhone, read_words
from content.catalogue import LANGUAGES
from content.forms import FORMS, PERSON_KEYS, SENSITIVE_KEYS
from content.question import Form, Question
from desk.access import Viewer
from desk.answers import choice
from desk.placebook import PlaceBook
from desk.words import word


@dataclass
class Filled:
    """What was read, and what is wrong by question."""

    form: Form
    answers: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    lang: str = ""

    @property
    def person(self) -> dict[str, Any]:
        """What is the person's own."""
        return {key: value for key, value in self.answers.items() if key in PERSON_KEYS}

    @property
    def need(self) -> dict[str, Any]:
        """What belongs to this need."""
        return {key: value for key, value in self.answers.items() if key not in PERSON_KEYS}


def asked(form: Form, viewer: Viewer) -> list[Question]:
    """The questions that this viewer may ask."""
    return [question for question in form.questions if viewer.sees_private or question.key not in SENSITIVE_KEYS]


def communes_of(viewer: Viewer, book: PlaceBook) -> list[tuple[str, str]]:
    """The communes of 2020 where the viewer's people live, by code."""
    known = [book.units[number] for number in viewer.hamlets if number in book.units]
    homes = frozenset(home for hamlet in known for home in book.homes(hamlet))
    among = None if viewer.places is None else viewer.places | homes
    return [(book.code_of(number), name) for number, name in book.choices("2020", among)]


def read_form(kind: str, given: Mapping[str, str], viewer: Viewer, book: PlaceBook, today: date) -> Filled:
    """Read all that was sent."""
    filled = Filled(FORMS[kind])
    for question in asked(filled.form, viewer):
        if question.when(filled.answers) and question.key not in filled.answers:
            _read(filled, question, given.get(question.key, ""), today)
    if given.get("phone") and "phone" not in filled.answers | filled.faults:
        filled.faults.setdefault("phone_owner", word("assisted.whose_phone"))
    if filled.answers.get("commune") not in dict(communes_of(viewer, book)):
        filled.faults.setdefault("commune", word("assisted.not_yours"))
    filled.lang = given.get("lang", "")
    if filled.lang not in LANGUAGES or not given.get("agrees"):
        filled.faults["agrees"] = word("assisted.must_agree")
    return filled


def _read(filled: Filled, question: Question, words: str, today: date) -> None:
    if not words:
        filled.answers[question.key] = None
        if not question.optional:
            filled.faults[question.key] = word("assisted.missing")
        return
    try:
        value = read_words(question, words, today)
    except TooYoung:
        filled.faults[question.key] = word("assisted.too_young", age=MINIMUM_AGE)
    except Misread as error:
        likely = ", ".join(choice(question.key, one) for one in error.near)
        filled.faults[question.key] = word("assisted.near", likely=likely) if likely else word("assisted.unread")
    else:
        filled.answers[question.key] = value.owner if isinstance(value, WithPhone) else value

"""Reading one answer: what came in becomes a value of the question's kind, or is misread."""

from collections.abc import Callable
from datetime import date
from typing import Any

from content.fold import clean
from content.options import choose, near
from content.places import find_units, units
from content.reading.names import read_name
from content.reading.phones import read_phone
from content.reading.years import read_birth_year
from handlers.form.inputs import Input, SharedPhone, Spoken, Tapped, Typed
from handlers.form.question import Question

MINIMUM_AGE = 16
"""Below it a parent must agree too (Law 91/2025; domain.md F5), which a chat can't witness."""
ELSEWHERE = "elsewhere"
"""A commune outside the district."""
TEXT_LIMIT = 120
PLACES_VERSION = "2020"


class Misread(Exception):
    """What came in is no answer to the question; ``near`` are choices that it resembles."""

    def __init__(self, *near: str) -> None:
        super().__init__(near)
        self.near = near


class TooYoung(Exception):
    """The year of birth makes the person younger than ``MINIMUM_AGE``."""


def read_answer(question: Question, given: Input, today: date) -> Any:
    """Return the value to keep. Raises ``Misread`` or ``TooYoung``."""
    if isinstance(given, Spoken):
        return {"voice": given.attachment}
    if isinstance(given, SharedPhone) and question.kind != "phone":
        raise Misread
    text = _text(given)
    return _READERS[question.kind](question, text, today)


def _text(given: Input) -> str:
    match given:
        case Typed(text=text) | Tapped(value=text) | SharedPhone(number=text):
            return text
    raise Misread


def _choice(question: Question, text: str, _: date) -> str:
    if text in question.choices:
        return text
    value = choose(question.key, question.choices, text)
    if value is None:
        raise Misread(*near(question.key, question.choices, text))
    return value


def _place(_: Question, text: str, __: date) -> str:
    codes = place_choices()
    if text in codes:
        return text
    number = choose("commune", codes, text)
    if number:
        return number
    found = [unit.code for unit in find_units(text, version=PLACES_VERSION)]
    if len(found) == 1:
        return found[0]
    raise Misread(*found[:4])


def place_choices() -> tuple[str, ...]:
    """The codes of the district's communes in the order they are shown, and the way out of the district."""
    return (*(unit.code for unit in communes()), ELSEWHERE)


def communes() -> list[Any]:
    """The communes and towns that people name, by name."""
    return sorted((u for u in units() if u.version == PLACES_VERSION), key=lambda u: u.name)


def _words(_: Question, text: str, __: date) -> str:
    words = clean(text)
    if not 2 <= len(words) <= TEXT_LIMIT or not any(letter.isalpha() for letter in words):
        raise Misread
    return words


def _birth_year(_: Question, text: str, today: date) -> int:
    year = read_birth_year(text, today)
    if year is None:
        raise Misread
    if today.year - year < MINIMUM_AGE:
        raise TooYoung
    return year


def _name(_: Question, text: str, __: date) -> str:
    return _or_misread(read_name(text))


def _phone(_: Question, text: str, __: date) -> str:
    return _or_misread(read_phone(text))


def _or_misread(value: str | None) -> str:
    if value is None:
        raise Misread
    return value


_READERS: dict[str, Callable[[Question, str, date], Any]] = {
    "choice": _choice,
    "place": _place,
    "text": _words,
    "birth_year": _birth_year,
    "name": _name,
    "phone": _phone,
}

"""Reading what somebody said to a question: words become a value of the question's kind, or are misread."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from content.fold import clean, fold
from content.options import choose, near
from content.places import Unit, find_units, units
from content.question import Question
from content.reading.names import read_name
from content.reading.numbers import read_position
from content.reading.phones import read_phone
from content.reading.years import read_age_or_year, read_birth_year

MINIMUM_AGE = 16
"""Below it a parent must agree too (Law 91/2025; domain.md F5), which a chat can't witness."""
ELSEWHERE = "elsewhere"
"""A commune outside the district."""
TEXT_LIMIT = 120


NO_ANSWER = {
    fold(words) for words in ("ok", "ừ", "dạ", "vâng", "khoan", "không biết", "chưa biết", "hổng biết", "không")
} | {fold(words) for words in ("អត់ដឹង", "មិនដឹង", "បាទ", "ចាស", "ទេ")}
"""Words that answer nothing where free words are asked."""


class Misread(Exception):
    """What came in is no answer to the question; ``near`` are choices that it resembles."""

    def __init__(self, *near: str) -> None:
        super().__init__(near)
        self.near = near


class TooYoung(Exception):
    """The year of birth makes the person younger than ``MINIMUM_AGE``."""


@dataclass(frozen=True)
class WithPhone:
    """Whose phone it is, and the number that was written beside it."""

    owner: str
    number: str


def read_words(question: Question, text: str, today: date) -> Any:
    """Return the value to keep. Raises ``Misread`` or ``TooYoung``."""
    return _READERS[question.kind](question, text, today)


def _choice(question: Question, text: str, _: date) -> Any:
    if text in question.choices:
        return text
    if question.key == "phone_owner" and (number := read_phone(text)):
        owner = choose(question.words, question.choices, text)
        return WithPhone(owner if owner == "neighbour" else "own", number)
    value = choose(question.words, question.choices, text)
    if value is None:
        raise Misread(*near(question.words, question.choices, text))
    return value


def _place(_: Question, text: str, __: date) -> str:
    codes = place_choices()
    if text in codes:
        return text
    number = choose("commune", codes, text)
    if number:
        return number
    found = [unit.code for unit in find_units(text)]
    if len(found) == 1:
        return found[0]
    raise Misread(*found[:4])


@cache
def place_choices() -> tuple[str, ...]:
    """The codes of the district's communes in the order they are shown, and the way out of the district."""
    return (*(unit.code for unit in communes()), ELSEWHERE)


def communes() -> list[Unit]:
    """The communes and towns that people name, by name."""
    return sorted(units(), key=lambda unit: unit.name)


def _words(question: Question, text: str, __: date) -> str:
    words = clean(text)
    if question.key == "hamlet" and (number := read_position(words)):
        return f"ấp {number}"  # many hamlets have a number for a name
    if not 2 <= len(words) <= TEXT_LIMIT or not any(letter.isalpha() for letter in words):
        raise Misread
    if fold(words) in NO_ANSWER:
        raise Misread
    return words


def _birth_year(_: Question, text: str, today: date) -> int:
    year = read_birth_year(text, today)
    if year is None:
        # "50" may be an age or a year: shown as both, and chosen by the person
        raise Misread(*map(str, read_age_or_year(text, today)))
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

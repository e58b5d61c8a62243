"""The choices of a question with every word that may choose them: labels and synonyms of both languages."""

import re
import tomllib
from collections.abc import Callable
from functools import cache

from content.catalogue import HERE, LANGUAGES, messages
from content.commands import bare
from content.faq import faq, is_question
from content.fold import latin_digits
from content.places import display_name, unit
from content.reading.choices import near_choices, read_choice, read_label
from content.reading.decisions import read_decision
from content.reading.labels import Option
from content.reading.phones import read_phone
from content.reading.unsure import is_unsure
from content.short_answers import remembered

DECISIONS = frozenset({"review", "sure", "consent", "resume", "helped_agree"})
"""Questions whose answer is only read from whole phrases: nobody agrees, sends or deletes by a chance word."""
UNCLEAR = "-"
"""The value under which the synonyms list words that look like a choice and choose nothing."""
_UNSURE, _ASKING = "unsure", "more"
_DIGITS = re.compile(r"[+0-9][0-9 .,()-]*")


@cache
def _synonyms() -> dict[str, dict[str, list[str]]]:
    with (HERE / "synonyms.toml").open("rb") as file:
        return tomllib.load(file)


def label(lang: str, key: str, value: str) -> str:
    """What a choice is called: a message, or for communes the place's own name."""
    words = messages(lang).get(label_key(key, value))
    if words is not None:
        return words
    place = unit(value) if key == "commune" else None
    return display_name(place, lang) if place else value


def label_key(key: str, value: str) -> str:
    """The message that names a choice."""
    return f"field.{value}" if key == "field" else f"choice.{key}.{value}"


@cache
def options(key: str, values: tuple[str, ...]) -> tuple[Option, ...]:
    """Every choice with its words."""
    synonyms = _synonyms().get(key, {})
    return tuple(
        Option(value, (*(label(lang, key, value) for lang in LANGUAGES), *synonyms.get(value, ()))) for value in values
    )


@remembered
def choose(key: str, values: tuple[str, ...], text: str) -> str | None:
    """The choice that the text names by number, words or near words; None when it is none or not clear."""
    chosen = _reader(key)(text, key, values)
    return None if chosen == UNCLEAR else chosen


def _reader(key: str) -> Callable[[str, str, tuple[str, ...]], str | None]:
    if key in DECISIONS:
        return _decision
    return _READERS.get(key, _choice)


def _decision(text: str, key: str, values: tuple[str, ...]) -> str | None:
    decided = read_decision(text, _offered(key, values))
    return decided if "?" not in text or decided == _ASKING else None


def _choice(text: str, key: str, values: tuple[str, ...]) -> str | None:
    if is_unsure(text):
        return _UNSURE if _UNSURE in values else read_label(text, _offered(key, values))
    return read_choice(text, _offered(key, values))


def _field(text: str, key: str, values: tuple[str, ...]) -> str | None:
    named = read_label(text, _offered(key, values))
    if named is not None or is_question(text, "vi") or faq(text, "vi") is not None:
        return named
    return read_label(text, _offered(key, values), within=True)


def _owner(text: str, key: str, values: tuple[str, ...]) -> str | None:
    """Whose number it is; a number that comes without a word about another person is one's own."""
    if read_phone(text) is None:
        return _choice(text, key, values)
    somebodys = tuple(value for value in values if value != "none")
    said = _choice(_DIGITS.sub(" ", latin_digits(text)), key, somebodys)
    return said if said is not None else "own"


def _whole(text: str, key: str, values: tuple[str, ...]) -> str | None:
    """A whole answer only: a sentence that has the word in it is something that a person wants to say."""
    return read_label(text, _offered(key, values))


_READERS: dict[str, Callable[[str, str, tuple[str, ...]], str | None]] = {
    "field": _field,
    "phone_owner": _owner,
    "phone_owner_other": _owner,
    "rating": _whole,
    "rating_more": _whole,
}


@cache
def _offered(key: str, values: tuple[str, ...]) -> tuple[Option, ...]:
    unclear = _synonyms().get(key, {}).get(UNCLEAR, ())
    return (*options(key, values), *([Option(UNCLEAR, tuple(unclear))] if unclear else ()))


def is_choice_to_the_letter(key: str, values: tuple[str, ...], text: str) -> bool:
    """Whether the text is a choice's label or synonym with its accents, politeness aside."""
    return bare(text) in _spelled(key, values)


@cache
def _spelled(key: str, values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.lower() for option in options(key, values) for word in option.words)


def near(key: str, values: tuple[str, ...], text: str) -> list[str]:
    """Choices that the text resembles, best first."""
    return near_choices(text, options(key, values))

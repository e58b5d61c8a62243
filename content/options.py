"""The choices of a question with every word that may choose them: labels and synonyms of both languages."""

import tomllib
from functools import cache

from content.catalogue import HERE, LANGUAGES, messages
from content.commands import bare
from content.places import display_name, unit
from content.reading.choices import Option, near_choices, read_choice


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


def choose(key: str, values: tuple[str, ...], text: str) -> str | None:
    """The choice that the text names by number, words or near words; None when it is none or not clear."""
    return read_choice(text, options(key, values))


def is_choice_to_the_letter(key: str, values: tuple[str, ...], text: str) -> bool:
    """Whether the text is a choice's label or synonym with its accents, politeness aside."""
    return bare(text) in _spelled(key, values)


@cache
def _spelled(key: str, values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.lower() for option in options(key, values) for word in option.words)


def near(key: str, values: tuple[str, ...], text: str) -> list[str]:
    """Choices that the text resembles, best first."""
    return near_choices(text, options(key, values))

"""What cannot be taken back is read only from a number, or from words that are all one option's own."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from content.fold import clean, fold
from content.reading.labels import Option, by_position, first_found, folded_alike, made_of_words, spelled_alike


def read_decision(text: str, options: Sequence[Option]) -> str | None:
    """Read a number, or a message made of one option's words and politeness only; None for anything else."""
    return first_found((spelled_alike, by_position, _numbered, _decided), text, options)


def _numbered(text: str, options: Sequence[Option]) -> set[str]:
    number, _, words = clean(text).partition(" ")
    named = _decided(words, options) if fold(number).isdecimal() else set()
    return named | by_position(number, options) if named else set()


def _decided(text: str, options: Sequence[Option]) -> set[str]:
    agreeing = [option for option in options if _accents_agree(text, option)]
    return folded_alike(text, agreeing) or made_of_words(text, agreeing)


def _accents_agree(text: str, option: Option) -> bool:
    """Tell whether the accents that were typed are a label's own: "cô" is no "có", and "đừng" no "đúng"."""
    marks = _marks_of_words(option)
    typed = [(fold(word), _marks(word)) for word in clean(text).lower().split()]
    return all(any(made <= own for own in marks[word]) for word, made in typed if made and word in marks)


@lru_cache(maxsize=2048)
def _marks_of_words(option: Option) -> dict[str, set[frozenset[str]]]:
    marks: dict[str, set[frozenset[str]]] = {}
    for word in (word for label in option.words for word in clean(label).lower().split()):
        marks.setdefault(fold(word), set()).add(_marks(word))
    return marks


def _marks(word: str) -> frozenset[str]:
    # Where in the word a tone is written ("xoá", "xóa") makes no difference.
    return frozenset(sign for sign in unicodedata.normalize("NFD", word) if sign == "đ" or "\u0300" <= sign <= "\u036f")

"""Options and the ways a whole message may be one of their labels: spelled, numbered, among polite words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from content.fold import clean, fold
from content.reading.khmer import has_khmer, khmer_key
from content.reading.numbers import read_position
from content.reading.speech import short_forms


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen, with its labels and synonyms in both languages."""

    value: str
    words: tuple[str, ...]


Said = TypeVar("Said", str, tuple[str, ...])
Reader = Callable[[str, Sequence[Option]], set[str]]

_AROUND = frozenset(
    str.split("a ah anh chi chon con da di em duoc la lay minh muon nha nhe nghe o oi roi thi thoi toi tui u vang xin")
)
# What may stand around a label without changing it; "thôi", "rồi" or "muốn" would.
_MANNERS = tuple(
    (word,)
    for word in str.split(
        "a ah anh bac chi chu con chau da di em luon nha nhe nghe nghen nhen oi thua toi tui u uh vang"
    )
)
_KHMER_MANNERS = tuple(
    map(khmer_key, ["បាទ", "ចាស", "ចា៎ះ", "ចាះ", "ចា៎", "ខ្ញុំ", "នាងខ្ញុំ", "សូម", "បង", "អូន", "ពូ", "មីង", "ផង", "ណា"])
)
LONGEST_TEXT = 200
"""Letters of an answer that are read; more is no choice."""


def first_found(readers: Sequence[Reader], text: str, options: Sequence[Option]) -> str | None:
    """Ask the readers in turn; the first that finds anything decides, and two finds are none."""
    typed = clean(text)[:LONGEST_TEXT]
    if not fold(typed):
        return None
    for reader in readers:
        if found := reader(typed, options):
            return found.pop() if len(found) == 1 else None
    return None


@lru_cache(maxsize=2048)  # labels only: what people type is not kept
def phrases(option: Option) -> tuple[str, ...]:
    """The labels folded and with their short forms written out."""
    return tuple(filter(None, map(short_forms, option.words)))


@lru_cache(maxsize=2048)
def _folded(option: Option) -> tuple[str, ...]:
    return tuple(map(fold, option.words))


@lru_cache(maxsize=2048)
def _cleaned(option: Option) -> frozenset[str]:
    return frozenset(clean(word).lower() for word in option.words)


def spelled_alike(text: str, options: Sequence[Option]) -> set[str]:
    """Find the text as a label with its accents."""
    typed = clean(text).lower()
    return {option.value for option in options if typed in _cleaned(option)}


def folded_alike(text: str, options: Sequence[Option]) -> set[str]:
    """Find the text as a label, accents aside."""
    typed = fold(text)
    return {option.value for option in options if typed in _folded(option)}


def written_out_alike(text: str, options: Sequence[Option]) -> set[str]:
    """Find the text as a label once short forms are written out, with or without its filling words."""
    typed = {short_forms(text), core(text)} - {""}
    return {option.value for option in options if not typed.isdisjoint(phrases(option))}


def core(text: str) -> str:
    """The words of a text without the filling ones."""
    return " ".join(word for word in short_forms(text).split() if word not in _AROUND)


def by_position(text: str, options: Sequence[Option]) -> set[str]:
    """Find the option whose number in the list the text is."""
    position = read_position(text)
    if position is None or not 1 <= position <= len(options):
        return set()
    return {options[position - 1].value}


def numbered_label(text: str, options: Sequence[Option]) -> set[str]:
    """Read "2. Học nghề"; where number and words disagree, both are returned and neither is chosen."""
    number, _, label = fold(text).partition(" ")
    if not label or not number.isdecimal():
        return set()
    named = folded_alike(label, options) | written_out_alike(label, options)
    return named | by_position(number, options) if named else set()


def made_of_words(text: str, options: Sequence[Option]) -> set[str]:
    """Find the options whose labels, with politeness around them, make up the whole text."""
    if has_khmer(text):
        key = khmer_key(text)
        return {o.value for o in options if _is_made_of(key, [*map(khmer_key, o.words)], _KHMER_MANNERS)}
    words = tuple(short_forms(text).split())
    return {o.value for o in options if _is_made_of(words, [tuple(p.split()) for p in phrases(o)], _MANNERS)}


def _is_made_of(said: Said, labels: Sequence[Said], manners: Sequence[Said]) -> bool:
    reached = {(0, False)}  # places up to which all is known, and whether a label was among it
    for at in range(len(said)):
        for named in [named for place, named in reached if place == at]:
            for pieces, is_label in ((labels, True), (manners, False)):
                ends = [at + len(piece) for piece in pieces if piece and said[at : at + len(piece)] == piece]
                reached.update((end, named or is_label) for end in ends)
    return (len(said), True) in reached


WHOLE_LABEL: tuple[Reader, ...] = (spelled_alike, folded_alike, by_position, written_out_alike, numbered_label)

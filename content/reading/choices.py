"""Which of the offered options a person means: by its number, its words, part of them, or a near spelling."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from content.fold import clean, fold
from content.reading.khmer import has_khmer, khmer_key, khmer_spans
from content.reading.numbers import read_position
from content.reading.speech import short_forms
from content.reading.typos import typo_distance
from content.spelling import is_syllable


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen, with its labels and synonyms in both languages."""

    value: str
    words: tuple[str, ...]


Said = TypeVar("Said", str, tuple[str, ...])
Span = tuple[int, int, str]
Reader = Callable[[str, Sequence[Option]], set[str]]

_NEGATIONS = frozenset(("khong", "chua", "chang"))
# Alone, these are a part of many names and name none.
_NOTHING_NAMED = _NEGATIONS | {"co", "het", "moi", "nhung"}
_KHMER_NEGATIONS = tuple(map(khmer_key, ["មិន", "អត់", "គ្មាន", "មិនមែន", "មិនមែនជា"]))
_AROUND = frozenset(
    str.split("a ah anh chi chon con da di em duoc la lay minh muon nha nhe nghe o oi roi thi thoi toi tui u vang xin")
)
# What may stand around a decision without changing it; "thôi", "rồi" or "muốn" would.
_MANNERS = tuple(
    (word,)
    for word in str.split(
        "a ah anh bac chi chu con chau da di em luon nha nhe nghe nghen nhen oi thua toi tui u uh vang"
    )
)
_KHMER_MANNERS = tuple(
    map(khmer_key, ["បាទ", "ចាស", "ចា៎ះ", "ចាះ", "ចា៎", "ខ្ញុំ", "នាងខ្ញុំ", "សូម", "បង", "អូន", "ពូ", "មីង", "ផង", "ណា"])
)
_LONGEST_TEXT = 200
_NEAR, _MOST_NEAR = 60, 3
# Below this many Khmer code points, one letter more or less is another word.
_SHORTEST_KHMER_TYPO = 7
_SHORT_WORD, _SLIPS_IN_A_WORD = 4, 2


def read_choice(text: str, options: Sequence[Option]) -> str | None:
    """Return the value of the option meant, or None when no option, or more than one, fits."""
    return _first(_READERS, text, options)


def read_label(text: str, options: Sequence[Option], within: bool = False) -> str | None:
    """Read a number, a whole label or synonym (with `within`: also a part or inside a sentence), never a typo."""
    return _first(_READERS[:-1] if within else (*_WHOLE, _made_of_words), text, options)


def read_decision(text: str, options: Sequence[Option]) -> str | None:
    """Read what cannot be taken back: a number, or a message made of one option's words and politeness only."""
    return _first((_spelled_alike, _by_position, _numbered_label, _decided), text, options)


def _first(readers: Sequence[Reader], text: str, options: Sequence[Option]) -> str | None:
    typed = clean(text)[:_LONGEST_TEXT]
    if not fold(typed):
        return None
    for reader in readers:
        if found := reader(typed, options):
            return found.pop() if len(found) == 1 else None
    return None


def _decided(text: str, options: Sequence[Option]) -> set[str]:
    agreeing = [option for option in options if _accents_agree(text, option)]
    return _folded_alike(text, agreeing) or _made_of_words(text, agreeing)


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


def _made_of_words(text: str, options: Sequence[Option]) -> set[str]:
    if has_khmer(text):
        key = khmer_key(text)
        return {o.value for o in options if _is_made_of(key, [*map(khmer_key, o.words)], _KHMER_MANNERS)}
    words = tuple(short_forms(text).split())
    return {o.value for o in options if _is_made_of(words, [tuple(p.split()) for p in _phrases(o)], _MANNERS)}


def _is_made_of(said: Said, labels: Sequence[Said], manners: Sequence[Said]) -> bool:
    reached = {(0, False)}  # places up to which all is known, and whether a label was among it
    for at in range(len(said)):
        for named in [named for place, named in reached if place == at]:
            for pieces, is_label in ((labels, True), (manners, False)):
                ends = [at + len(piece) for piece in pieces if piece and said[at : at + len(piece)] == piece]
                reached.update((end, named or is_label) for end in ends)
    return (len(said), True) in reached


def near_choices(text: str, options: Sequence[Option]) -> list[str]:
    """List up to three values to offer as "did you mean", the nearest first."""
    phrase = short_forms(clean(text)[:_LONGEST_TEXT])
    if not phrase:
        return []
    scores = {
        option.value: max((_likeness(phrase, word) for word in _phrases(option)), default=0) for option in options
    }
    near = [value for value, score in scores.items() if score >= _NEAR]
    return sorted(near, key=lambda value: -scores[value])[:_MOST_NEAR]


def _likeness(phrase: str, word: str) -> float:
    # Parts of a few letters occur everywhere, so a part counts only when both sides are long enough to tell.
    part = fuzz.partial_ratio(phrase, word) if min(len(phrase), len(word)) > 3 else 0
    return max(fuzz.ratio(phrase, word), 0.9 * part, fuzz.token_set_ratio(phrase, word) * 0.95)


@lru_cache(maxsize=2048)  # labels only: what people type is not kept
def _phrases(option: Option) -> tuple[str, ...]:
    return tuple(filter(None, map(short_forms, option.words)))


@lru_cache(maxsize=2048)
def _folded(option: Option) -> tuple[str, ...]:
    return tuple(map(fold, option.words))


@lru_cache(maxsize=2048)
def _cleaned(option: Option) -> frozenset[str]:
    return frozenset(clean(word).lower() for word in option.words)


def _spelled_alike(text: str, options: Sequence[Option]) -> set[str]:
    typed = clean(text).lower()
    return {option.value for option in options if typed in _cleaned(option)}


def _folded_alike(text: str, options: Sequence[Option]) -> set[str]:
    typed = fold(text)
    return {option.value for option in options if typed in _folded(option)}


def _written_out_alike(text: str, options: Sequence[Option]) -> set[str]:
    typed = {short_forms(text), _core(text)} - {""}
    return {option.value for option in options if not typed.isdisjoint(_phrases(option))}


def _core(text: str) -> str:
    return " ".join(word for word in short_forms(text).split() if word not in _AROUND)


def _by_position(text: str, options: Sequence[Option]) -> set[str]:
    position = read_position(text)
    if position is None or not 1 <= position <= len(options):
        return set()
    return {options[position - 1].value}


def _numbered_label(text: str, options: Sequence[Option]) -> set[str]:
    """Read "2. Học nghề"; where number and words disagree, both are returned and neither is chosen."""
    number, _, label = fold(text).partition(" ")
    if not label or not number.isdecimal():
        return set()
    named = _folded_alike(label, options) | _written_out_alike(label, options)
    return named | _by_position(number, options) if named else set()


def _named_within(text: str, options: Sequence[Option]) -> set[str]:
    words = short_forms(text).split()
    spans = [span for option in options for phrase in _phrases(option) for span in _spans(words, phrase, option.value)]
    return _outermost(spans)


def _spans(words: list[str], phrase: str, value: str) -> Iterator[Span]:
    wanted = phrase.split()
    for start in range(len(words) - len(wanted) + 1):
        end = start + len(wanted)
        denied = _denied(words[max(start - 2, 0) : start], wanted) or _is_year(words, start, end)
        if words[start:end] == wanted and not denied:
            yield start, end, value


def _is_year(words: list[str], start: int, end: int) -> bool:
    # "nam 1974" is a year (năm), not a man.
    return words[start:end] == ["nam"] and end < len(words) and words[end].isdecimal()


def _denied(before: list[str], wanted: list[str]) -> bool:
    return not _NEGATIONS.isdisjoint(before) and _NEGATIONS.isdisjoint(wanted)


def _outermost(spans: list[Span]) -> set[str]:
    """Keep what isn't inside a longer find: in "hộ cận nghèo" the word "nghèo" says nothing of its own."""
    return {
        value
        for start, end, value in spans
        if not any(s <= start and end <= e and e - s > end - start for s, e, _ in spans)
    }


def _khmer_within(text: str, options: Sequence[Option]) -> set[str]:
    if not has_khmer(text):
        return set()
    key = khmer_key(text)
    words = [(word, option.value) for option in options for word in option.words if has_khmer(word)]
    spans = [(start, end, value) for word, value in words for start, end in khmer_spans(text, word)]
    return _outermost([span for span in spans if not key[: span[0]].endswith(_KHMER_NEGATIONS)])


def _part_of_name(text: str, options: Sequence[Option]) -> set[str]:
    part = _core(text)
    if len(part) < 2 or has_khmer(part) or _NOTHING_NAMED.issuperset(part.split()):
        return set()
    return {option.value for option in options if any(_has_part(phrase, part) for phrase in _phrases(option))}


def _has_part(phrase: str, part: str) -> bool:
    # "tiểu học" is no short way of saying "chưa học xong tiểu học".
    return f" {part} " in f" {phrase} " and not _denied(phrase.split(), part.split())


def _part_of_khmer_name(text: str, options: Sequence[Option]) -> set[str]:
    if not has_khmer(text) or len(khmer_key(text)) < 3:
        return set()
    return {option.value for option in options if any(khmer_spans(word, text) for word in option.words)}


def _mistyped(text: str, options: Sequence[Option]) -> set[str]:
    typed, key = short_forms(text).split(), khmer_key(text)
    places = [near for option in options for near in (*_near(typed, option), *_khmer_near(key, option))]
    named = _outermost([span for _, span in places])
    fewest = min((slips for slips, span in places if span[2] in named), default=0)
    return {span[2] for slips, span in places if span[2] in named and slips == fewest}


def _near(typed: list[str], option: Option) -> Iterator[tuple[int, Span]]:
    """Find where a label stands with a slip or two in it; what was typed as a whole counts as one place."""
    for phrase in _phrases(option):
        wanted = phrase.split()
        if has_khmer(phrase) or _denied(typed, wanted):
            continue
        for start, end in _windows(len(typed), len(wanted)):
            slips = typo_distance(" ".join(typed[start:end]), phrase)
            if slips is not None and not _is_year(typed, start, end) and not _other_words(typed[start:end], wanted):
                yield slips, (start, end, option.value)


def _other_words(typed: list[str], wanted: list[str]) -> bool:
    """Tell whether a whole word was swapped: "buổi tai" is no "buổi tối" with a slip."""
    if len(typed) != len(wanted):
        return False
    return any(_is_other(said, word) for said, word in zip(typed, wanted, strict=True) if said != word)


def _is_other(said: str, word: str) -> bool:
    swapped = len(said) == len(word) <= _SHORT_WORD and is_syllable(said)
    return swapped or OSA.distance(said, word) > _SLIPS_IN_A_WORD


def _khmer_near(key: str, option: Option) -> Iterator[tuple[int, Span]]:
    for word in filter(has_khmer, option.words):
        slips = _khmer_slips(key, khmer_key(word))
        if slips is not None:
            yield slips, (0, len(key), option.value)


def _windows(typed: int, wanted: int) -> Iterator[tuple[int, int]]:
    yield 0, typed
    for start in range(typed - wanted + 1):
        yield start, start + wanted


def _khmer_slips(typed: str, wanted: str) -> int | None:
    negated = any(word in typed and word not in wanted for word in _KHMER_NEGATIONS)
    if negated or min(len(typed), len(wanted)) < _SHORTEST_KHMER_TYPO:
        return None
    return typo_distance(typed, wanted)


_WHOLE: tuple[Reader, ...] = (_spelled_alike, _folded_alike, _by_position, _written_out_alike, _numbered_label)
_READERS: tuple[Reader, ...] = (
    *_WHOLE,
    _made_of_words,
    _part_of_name,
    _part_of_khmer_name,
    _named_within,
    _khmer_within,
    _mistyped,
)

"""Which of the offered options a person means: by its number, its words, part of them, or a near spelling."""

from collections.abc import Iterator, Sequence
from itertools import product

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from content.fold import clean
from content.reading.khmer import has_khmer, khmer_key, khmer_spans
from content.reading.labels import (
    LONGEST_TEXT,
    WHOLE_LABEL,
    Option,
    Reader,
    by_position,
    core,
    first_found,
    made_of_words,
    phrases,
)
from content.reading.speech import short_forms
from content.reading.typos import typo_distance
from content.spelling import is_syllable

__all__ = ["Option", "near_choices", "read_choice", "read_label", "read_number_of"]

Span = tuple[int, int, str]

_NEGATIONS = frozenset(("khong", "chua", "chang"))
# Alone, these are a part of many names and name none.
_NOTHING_NAMED = _NEGATIONS | {"co", "het", "moi", "nhung"}
_KHMER_NEGATIONS = tuple(map(khmer_key, ["មិន", "អត់", "គ្មាន", "មិនមែន", "មិនមែនជា"]))
_NEAR, _MOST_NEAR = 60, 3
# From here on two texts resemble each other as a whole, wherever their words are parted.
_CLEARLY_NEAR = 75
# Below this many Khmer code points, one letter more or less is another word.
_SHORTEST_KHMER_TYPO = 7
_SHORT_WORD, _SLIPS_IN_A_WORD = 4, 2


def read_choice(text: str, options: Sequence[Option]) -> str | None:
    """Return the value of the option meant, or None when no option, or more than one, fits."""
    return first_found(_READERS, text, options)


def read_number_of(text: str, options: Sequence[Option]) -> str | None:
    """Read the number that an option has in the list, and nothing else."""
    return first_found((by_position,), text, options)


def read_label(text: str, options: Sequence[Option], within: bool = False) -> str | None:
    """Read a number, a whole label or synonym (with `within`: also a part or inside a sentence), never a typo."""
    return first_found(_READERS[:-1] if within else (*WHOLE_LABEL, made_of_words), text, options)


def near_choices(text: str, options: Sequence[Option]) -> list[str]:
    """List up to three values to offer as "did you mean", the nearest first."""
    phrase = short_forms(clean(text)[:LONGEST_TEXT])
    if not any(map(str.isalpha, phrase)):  # a number that no line has resembles nothing
        return []
    scores = {option.value: max((_likeness(phrase, word) for word in phrases(option)), default=0) for option in options}
    near = [value for value, score in scores.items() if score >= _NEAR]
    return sorted(near, key=lambda value: -scores[value])[:_MOST_NEAR]


def _likeness(phrase: str, word: str) -> float:
    # Parts of a few letters occur everywhere, so a part counts only when both sides are long enough to tell.
    part = fuzz.partial_ratio(phrase, word) if min(len(phrase), len(word)) > 3 else 0
    likeness = max(fuzz.ratio(phrase, word), 0.9 * part, fuzz.token_set_ratio(phrase, word) * 0.95)
    return likeness if likeness >= _CLEARLY_NEAR or _share_a_word(phrase, word) else 0


def _share_a_word(phrase: str, word: str) -> bool:
    # Letters strewn over two sentences make "làm ruộng" look like "trung cấp". Khmer doesn't part its words.
    pairs = product(phrase.split(), word.split())
    return has_khmer(phrase) or any(a == b or (len(a) > 3 and OSA.distance(a, b) < 2) for a, b in pairs)


def _named_within(text: str, options: Sequence[Option]) -> set[str]:
    words = short_forms(text).split()
    spans = [span for option in options for phrase in phrases(option) for span in _spans(words, phrase, option.value)]
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
    part = core(text)
    if len(part) < 2 or has_khmer(part) or _NOTHING_NAMED.issuperset(part.split()):
        return set()
    return {option.value for option in options if any(_has_part(phrase, part) for phrase in phrases(option))}


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
    for phrase in phrases(option):
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


_READERS: tuple[Reader, ...] = (
    *WHOLE_LABEL,
    made_of_words,
    _part_of_name,
    _part_of_khmer_name,
    _named_within,
    _khmer_within,
    _mistyped,
)

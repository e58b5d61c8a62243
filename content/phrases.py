"""Phrases: how they are found in a message, and what finding them is worth."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from content.spelling import (
    ALIKE,
    EXACT,
    GUESS,
    NEAR,
    Message,
    Vocabulary,
    has_khmer,
    longest_first,
)

WEIGHTS = {"alone": 5.0, "sure": 6.0, "phrases": 3.0, "words": 1.0, "not": -6.0}
"""What each list of the lexicon is worth; ``alone`` counts only when nothing else was said."""

GAP, _GAP_WORDS, _GAP_LETTERS = "...", 4, 24
_FUZZY_KHMER_LETTERS, _FUZZY_KHMER_SCORE = 8, 88.0
_MORE = 0.25  # each further phrase adds a little: a long story must not win by its length
_HINT = 0.7  # where there are only hints, three of them are enough
_STACKED = "\u17d2"  # what follows it is written under the letter before: no word begins there
_SIGNS = frozenset(map(chr, range(0x17B6, 0x17D4)))  # Khmer vowels and signs: no word ends before one
_RESEMBLING, _RESEMBLING_LETTERS = 84.0, 6
_MIXED_KHMER_LETTERS, _ALIKE_LETTERS = 15, 7

OFF_TOPIC = "off_topic"
"""The label of talk that the office cannot help with; never guessed at."""


@dataclass(frozen=True)
class Phrase:
    """One way to say a label: its words in order, where "..." lets a few others stand between."""

    label: str
    kind: str
    words: tuple[str, ...]
    accented: tuple[str, ...]
    lang: str

    @property
    def letters(self) -> int:
        """How many letters its words have."""
        return sum(len(word) for word in self.words if word != GAP)

    @property
    def fixed(self) -> int:
        """How many of its words stand, gaps not counted."""
        return sum(word != GAP for word in self.words)


@dataclass(frozen=True)
class Match:
    """Where a phrase was found and how well it was spelled."""

    phrase: Phrase
    span: frozenset[int]
    quality: float

    @property
    def value(self) -> float:
        """What the match adds to a score."""
        # Of two messages' worth of words, the longer says more.
        longer = 0.01 * self.phrase.letters if self.phrase.kind == "alone" else 0.0
        return WEIGHTS[self.phrase.kind] * self.quality + longer


@dataclass
class Score:
    """What speaks for one label: its matches, and their sum with the longest counted in full."""

    matches: list[Match] = field(default_factory=list)

    @property
    def value(self) -> float:
        """What all matches say together."""
        best = max((m.value for m in self.matches if m.value > 0), default=0.0)
        if not best:
            return 0.0
        least = 0.0 if best < WEIGHTS["alone"] else WEIGHTS["words"]  # hints say nothing beside certainty
        others = {m.phrase.words: m.value for m in self.matches if m.value > least}
        more = _HINT if best <= WEIGHTS["words"] else _MORE
        against = sum(m.value for m in self.matches if m.value < 0)
        return best + more * sum(sorted(others.values(), reverse=True)[1:4]) + against


class Table:
    """A set of labels and their phrases, to be looked up in messages."""

    def __init__(self, phrases: Iterable[Phrase], vocabulary: Vocabulary, manners: frozenset[str]) -> None:
        self.phrases = tuple(phrases)
        self._vocabulary, self._manners = vocabulary, manners
        self._by_first: dict[str, list[Phrase]] = {}
        self._khmer: dict[str, list[Phrase]] = {}
        for phrase in self.phrases:
            if has_khmer(phrase.words[0]):
                self._khmer.setdefault(phrase.words[0], []).append(phrase)
            else:
                self._by_first.setdefault(phrase.words[0], []).append(phrase)
        self._joined = {
            "".join(word for word in phrase.words if word not in manners): phrase.label
            for phrase in self.phrases
            if phrase.kind in ("alone", "sure") and GAP not in phrase.words and not has_khmer(phrase.words[0])
        }
        self._khmer_manners = longest_first(manners)

    def message(self, text: str) -> Message:
        """Prepare a text for ``scores``."""
        return Message(text, self._vocabulary)

    def scores(self, message: Message) -> dict[str, Score]:
        """Find each label's phrases in the message; overlapping ones count once, the strongest first."""
        found: dict[str, Score] = {}
        matches = _believable([*self._latin_matches(message), *self._khmer_matches(message)])
        for match in sorted(matches, key=lambda m: (-abs(m.value), -len(m.span))):
            score = found.setdefault(match.phrase.label, Score())
            if not any(match.span & other.span and match.value * other.value > 0 for other in score.matches):
                score.matches.append(match)
        return found

    def nearest(self, message: Message) -> str | None:
        """Name the label of the phrase that a mistyped message resembles as a whole, letter by letter."""
        said = "".join(word for word in message.words if word not in self._manners)
        if message.khmer or len(said) < _RESEMBLING_LETTERS or not any(map(self._vocabulary.is_odd, message.words)):
            return None
        found = process.extractOne(said, self._joined.keys(), scorer=fuzz.ratio, score_cutoff=_RESEMBLING)
        return None if found is None else self._joined[found[0]]

    def _latin_matches(self, message: Message) -> Iterator[Match]:
        contents = [i for i, word in enumerate(message.words) if word not in self._manners]
        brief = len(message.khmer) - sum(map(len, message.words)) <= _MIXED_KHMER_LETTERS
        for start, spellings in enumerate(message.spellings):
            for word in spellings:
                for phrase in self._by_first.get(word, ()):
                    span = _walk(phrase.words, message.spellings, start)
                    if span is None or (quality := _quality(phrase, message, span)) is None:
                        continue
                    if phrase.kind != "alone" or (brief and set(contents) <= set(span)):
                        yield Match(phrase, frozenset(span), quality)

    def _khmer_matches(self, message: Message) -> list[Match]:
        text = message.khmer
        if not text:
            return []
        begun = [phrase for first, phrases in self._khmer.items() if first in text for phrase in phrases]
        exact = [match for phrase in begun if (match := self._khmer_match(phrase, text)) is not None]
        if any(match.phrase.kind in ("alone", "sure") for match in exact):
            return exact
        near = (_nearly_contained(phrase, text) for phrases in self._khmer.values() for phrase in phrases)
        return exact + [match for match in near if match is not None]

    def _khmer_match(self, phrase: Phrase, text: str) -> Match | None:
        return self._khmer_alone(phrase, text) if phrase.kind == "alone" else _contained(phrase, text)

    def _khmer_alone(self, phrase: Phrase, text: str) -> Match | None:
        rest = text.replace(phrase.words[0], "", 1)
        if rest == text:
            return None
        for word in self._khmer_manners:
            rest = rest.replace(word, "")
        return None if rest else Match(phrase, _khmer_span(0, len(text)), EXACT)


def _believable(matches: list[Match]) -> list[Match]:
    # Nothing is guessed about words that are understood as they stand.
    understood = {at for m in matches if m.quality == EXACT and m.phrase.kind not in ("words", "not") for at in m.span}
    return [m for m in matches if m.quality == EXACT or not m.span & understood]


def _walk(words: tuple[str, ...], spellings: list[dict[str, float]], at: int) -> list[int] | None:
    # Positions of the phrase's words from `at` on, or None.
    if not words:
        return []
    if words[0] != GAP:
        if at >= len(spellings) or words[0] not in spellings[at]:
            return None
        rest = _walk(words[1:], spellings, at + 1)
        return None if rest is None else [at, *rest]
    for skip in range(_GAP_WORDS + 1):
        if (found := _walk(words[1:], spellings, at + skip)) is not None:
            return found
    return None


def _quality(phrase: Phrase, message: Message, span: list[int]) -> float | None:
    words = [word for word in phrase.words if word != GAP]
    if any(
        message.accented[at] not in (message.words[at], accented)
        for at, accented in zip(span, phrase.accented, strict=True)
    ):
        return None  # "vậy" is not "vay", though "vay" may be either
    grades = [message.spellings[at][word] for at, word in zip(span, words, strict=True)]
    doubtful = sum(grade < EXACT for grade in grades)
    if not doubtful:
        return EXACT
    if phrase.kind == "not" or phrase.label == OFF_TOPIC:
        return None
    worst = min(grades)
    if worst <= GUESS and (doubtful > 1 or phrase.fixed < 3 or GAP in phrase.words):
        return None
    if worst <= ALIKE and phrase.letters < _ALIKE_LETTERS:
        return None
    if phrase.fixed == 1:
        return worst if worst >= NEAR and phrase.letters >= 5 else None
    return worst if doubtful <= phrase.fixed // 2 else None


def _contained(phrase: Phrase, text: str) -> Match | None:
    start = at = -1
    for index, part in enumerate(word for word in phrase.words if word != GAP):
        limit = len(text) if index == 0 else at + _GAP_LETTERS + len(part)
        found = _find_word(part, text, max(at, 0), limit)
        if found < 0:
            return None
        start, at = (found if index == 0 else start), found + len(part)
    return Match(phrase, _khmer_span(start, at), EXACT)


def _find_word(part: str, text: str, start: int, end: int) -> int:
    at = text.find(part, start, end)
    while at >= 0:
        after = text[at + len(part) : at + len(part) + 1]
        if text[at - 1 : at] != _STACKED and after not in _SIGNS:
            return at
        at = text.find(part, at + 1, end)
    return -1


def _nearly_contained(phrase: Phrase, text: str) -> Match | None:
    wanted = phrase.words[0]
    if len(phrase.words) > 1 or phrase.kind not in ("sure", "phrases") or wanted in text:
        return None
    if len(wanted) < _FUZZY_KHMER_LETTERS or len(text) < len(wanted) - 1:
        return None
    found = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=_FUZZY_KHMER_SCORE)
    return None if found is None else Match(phrase, _khmer_span(found.dest_start, found.dest_end), NEAR)


def _khmer_span(start: int, end: int) -> frozenset[int]:
    return frozenset(range(-end - 1, -start - 1))  # negative, so that it never meets a Latin word's place

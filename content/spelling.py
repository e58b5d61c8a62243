"""How a message was probably meant to be spelled: its words, each with the spellings it may stand for."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from content.fold import clean, fold

EXACT, NEAR, ALIKE, GUESS = 1.0, 0.8, 0.7, 0.5
"""How far a spelling is believed: as written; clearly a typo; a word that sounds alike; one letter away."""

_INITIAL = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
_RIME = (
    r"(?:a(?:ch|ng|nh|[cimnoptuy])?|e(?:ch|ng|nh|[cmnoptu])?|i(?:ch|nh|eng|e[cmnptu]|[acmnptu])?"
    r"|o(?:a(?:ch|ng|nh|[cimnopty])?|e[nmto]?|o(?:c|ng)|ng|[cimnpt])?"
    r"|u(?:a(?:ng|[ncty])?|e(?:ch|nh|n)?|o(?:ng|[cimnptu])|y(?:ch|nh|en|et|[anptu])?|ng|[cimnptu])?"
    r"|y)"
)
_SYLLABLE = re.compile(rf"{_INITIAL}{_RIME}|y(?:eng|e[mntu])")
_KHMER = re.compile("[\u1780-\u17d3]")
_KHMER_WORD = re.compile("[\u1780-\u17ff]+")
_WORD = re.compile(r"\w+")
_SHORTEST, _LONGEST = 2, 7  # letters of a syllable
_READ = 1500  # letters: longer messages are pasted, and what is wanted is said before
_OR = "|"  # in a short form's meaning: one word or the other
_TELEX_DOUBLE = re.compile(r"([aeo])\1")
_RUN = re.compile(r"(.)\1+")
_LONG_RUN = re.compile(r"(.)\1\1+")
# Sounds that the southern ear hears as one, so that one is written for the other: last ones, then first ones.
_SOUND_ALIKE = [
    (re.compile(pattern), same)
    for pattern, same in (
        (r"ng$|nh$", "n"), (r"ch$|c$", "t"), (r"y$", "i"), (r"^(?:gi|v)(?=[aeiouy])", "d"),
        (r"^x", "s"), (r"^ch", "tr"),
        (r"ieu$", "iu"), (r"uou$|uu$", "u"), (r"^ngh", "ng"), (r"^gh", "g"), (r"^qu", "w"), (r"^k", "c"),
    )
]  # fmt: skip
# Khmer has several orders and several letters that look alike; keyboards give them all.
_KHMER_ALIKE = [
    (re.compile(pattern), same)
    for pattern, same in (
        ("\u17d2\u178a", "\u17d2\u178f"), ("\u17c1\u17b8", "\u17be"), ("\u17c1\u17b6", "\u17c4"),
        ("ឲ្យ|ឲ្យ|ឱយ|អោយ|អោយ|ឲយ", "ឱ្យ"), ("(\u17d2\u179a)(\u17d2[\u1780-\u17a2])", r"\2\1"),
        ("\u17c6\u17bb", "\u17bb\u17c6"), ("[\u17cb\u17cc\u17cd\u17cf\u17d0]", ""),
    )
]  # fmt: skip


def has_khmer(text: str) -> bool:
    """Tell whether any Khmer letter is in the text."""
    return _KHMER.search(text) is not None


def longest_first(words: Iterable[str]) -> list[str]:
    """The Khmer ones of some words as they are compared, those that contain others before them."""
    return sorted((khmer_form(word) for word in words if has_khmer(word)), key=lambda word: (-len(word), word))


def khmer_form(folded: str) -> str:
    """Write folded text as one unbroken string, with one order and one letter for each sign."""
    joined = folded.replace(" ", "")
    for pattern, same in _KHMER_ALIKE:
        joined = pattern.sub(same, joined)
    return joined


def is_syllable(word: str) -> bool:
    """Tell whether a folded word could be a Vietnamese syllable; "viecj" and "tm" could not."""
    return _SYLLABLE.fullmatch(word) is not None


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """Reduce a folded syllable to what a southern ear hears: "viet" and "diec" are "viec" to it."""
    for pattern, same in _SOUND_ALIKE:
        word = pattern.sub(same, word)
    return word


def without_telex(word: str) -> str:
    """Undo typing marks that the phone did not turn into accents: "ddawng" and "vieecj" lose them."""
    plain = _TELEX_DOUBLE.sub(r"\1", word.replace("dd", "d").replace("w", ""))
    head = re.match(r"[^aeiouy]*[aeiouy]", plain)
    return plain if head is None else head[0] + re.sub("[sfrxj]", "", plain[head.end() :])


class Vocabulary:
    """The words that phrases are made of, and which of them a written word may stand for."""

    def __init__(self, words: Collection[str], short_forms: Mapping[str, str], homographs: Collection[str]) -> None:
        self.words = frozenset(words)
        self._short = {form: meant for form, meant in short_forms.items() if _OR not in meant}
        self._either = {form: meant.split(_OR) for form, meant in short_forms.items() if _OR in meant}
        self._homographs = frozenset(homographs)
        self._sorted = sorted(self.words)
        self._by_sound: dict[str, list[str]] = {}
        for word in self._sorted:
            self._by_sound.setdefault(sound(word), []).append(word)
        self.spellings: Callable[[str], dict[str, float]] = lru_cache(maxsize=8192)(self._spellings)

    def is_odd(self, word: str) -> bool:
        """Tell whether the word is neither known nor even a possible syllable: mistyped, or nonsense."""
        return word not in self.words and not is_syllable(word)

    def tokens(self, folded: str) -> list[str]:
        """Split folded text into words, with short forms, joined words and typing marks undone."""
        return [word for raw in folded.split() for word in self._plain(raw)]

    def marked(self, raw: str) -> list[tuple[str, str]]:
        """Pair each word of one written word with its accented form, where that is a homograph's."""
        words = self.tokens(fold(raw))
        return [(word, raw if raw in self._homographs and len(words) == 1 else word) for word in words]

    def _plain(self, raw: str) -> Sequence[str]:
        word = _LONG_RUN.sub(r"\1", raw)
        if word in self._short:
            return self._short[word].split()
        if word in self.words or word in self._either or is_syllable(word):
            return (word,)
        for other in (without_telex(word), _RUN.sub(r"\1", word)):
            if other in self.words or other in self._short:
                return self._short.get(other, other).split()
        return self._parts(word) or (word,)

    def _parts(self, joined: str) -> Sequence[str]:
        # "timvieclam" is three known words; fewest parts win, so that no word is torn.
        best: dict[int, tuple[str, ...]] = {0: ()}
        for end in range(_SHORTEST, len(joined) + 1):
            ways = [
                (*best[start], joined[start:end])
                for start in range(max(0, end - _LONGEST), end - 1)
                if start in best and joined[start:end] in self.words
            ]
            if ways:
                best[end] = min(ways, key=len)
        return best.get(len(joined), ())

    def _spellings(self, word: str) -> dict[str, float]:
        found = self._typos(word) if word.isalpha() and word not in self.words else {}
        if is_syllable(word):
            alike = ALIKE if word in self.words else NEAR
            found.update(dict.fromkeys(self._by_sound.get(sound(word), ()), alike))
        found.update(dict.fromkeys(self._either.get(word, ()), EXACT))
        found[word] = EXACT
        return found

    def _typos(self, word: str) -> dict[str, float]:
        if is_syllable(word):
            return {w: GUESS for w in self._one_letter_away(word) if min(len(w), len(word)) > _SHORTEST}
        if len(word) > _SHORTEST:
            return {w: NEAR for w in self._one_letter_away(word) if len(w) > _SHORTEST}
        # Of two letters, only a left-out one is guessed: "tm" for "tim".
        return {w: NEAR for w in self._one_letter_away(word) if len(w) > len(word) > 1 and w[0] == word[0]}

    def _one_letter_away(self, word: str) -> list[str]:
        found = process.extract(word, self._sorted, scorer=OSA.distance, score_cutoff=1, limit=None)
        return sorted(known for known, _, _ in found)


def raw_words(text: str) -> list[str]:
    """The words of a text outside Khmer script, in small letters with their accents."""
    return _WORD.findall(_KHMER_WORD.sub(" ", clean(text).lower()))


class Message:
    """A worker's words, prepared once for all the tables they are looked up in."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        text = text[:_READ]
        folded = fold(text)
        self.khmer = khmer_form(folded) if has_khmer(folded) else ""
        pairs = [pair for raw in raw_words(text) for pair in vocabulary.marked(raw)]
        self.words = [word for word, _ in pairs]
        self.accented = [accented for _, accented in pairs]
        self.spellings = [vocabulary.spellings(word) for word in self.words]

"""Names of places written by ear: "ham jang", "long hip", or in Khmer letters, where each writes as they hear it."""

import re
from functools import cache

from content.fold import clean, fold
from content.reading.khmer import has_khmer

_FEWEST_SOUNDS, _FEWEST_LETTERS = 3, 4
_ONSETS = (
    ("ngh", "ng"), ("gh", "g"), ("gi", "z"), ("qu", "w"), ("qw", "w"), ("kw", "w"), ("ph", "f"), ("tr", "c"),
    ("ch", "c"), ("th", "t'"), ("kh", "k"), ("d", "z"), ("j", "z"), ("y", "z"), ("x", "s"), ("q", "k"), ("c", "k"),
)  # fmt: skip
_VOWELS = (("ie", "i"), ("ye", "i"), ("uo", "u"), ("y", "i"))
_CODAS = (("ng", "n"), ("nh", "n"), ("ch", "t"), ("c", "t"), ("k", "t"))
_LATIN_VOWEL = re.compile(r"[aeiou]")

_KHMER_SOUNDS = {
    **dict.fromkeys("កខគឃ", "k"), **dict.fromkeys("ងញណន", "n"), **dict.fromkeys("ចឆជឈ", "c"),
    **dict.fromkeys("ដឌ", "d"), **dict.fromkeys("ឋឍថធ", "t'"), **dict.fromkeys("តទ", "t"),
    **dict.fromkeys("បព", "p"), **dict.fromkeys("ផភ", "f"), **dict.fromkeys("លឡ", "l"),
    "ម": "m", "ំ": "m", "យ": "y", "រ": "r", "វ": "w", "ស": "s", "ហ": "h",
}  # fmt: skip
_KHMER_SPELLED = (("ត្រ", "ច"), ("ទ្រ", "ច"), ("ហ្វ", "ផ"), ("ប៉្រ", "ព"), ("ាំង", "ាង"), ("្វ", ""), ("្យ", ""))
# At the end of a syllable these are a part of its vowel: "đại" is written ដៃ or ដាយ.
_GLIDE = re.compile(r"[យវ](?![\u17b6-\u17c5\u17c9\u17ca])")
# A syllable that begins with its vowel, as in "An"; before other signs the letter only carries a vowel.
_OPEN = re.compile(r"អ(?=[ាញនង])")
_KHMER_HOME = re.compile(r"^.*(?:ឃុំ|ទីរួមស្រុក|ទីប្រជុំជន|នៅ)")
_KHMER_AFTER = re.compile(r"(?:ស្រុក|ខេត្ត|ណា|បាទ|ចាស).*$")
_VIETNAMESE = (
    ("ngh", "n"), ("nh", "n"), ("ng", "n"), ("gh", "k"), ("gi", "y"), ("ph", "f"), ("th", "t'"), ("tr", "c"),
    ("ch", "c"), ("kh", "k"), ("qu", "k"), ("d", "y"), ("đ", "d"), ("x", "s"), ("c", "k"), ("q", "k"), ("g", "k"),
    ("b", "p"),
)  # fmt: skip


def sounds_like(typed: str, name: str) -> bool:
    """Whether folded words, or words in Khmer letters, sound like the name of a place."""
    if has_khmer(typed):
        heard = _khmer_sounds(typed)
        return heard == _name_sounds(name) and (len(heard) >= _FEWEST_SOUNDS or len(typed) <= 2 * _FEWEST_LETTERS)
    return len(typed.replace(" ", "")) >= _FEWEST_LETTERS and _by_ear(typed) == _by_ear(fold(name))


@cache
def _name_sounds(name: str) -> tuple[str, ...]:
    return tuple(sound for syllable in clean(name).lower().split() for sound in _consonants(syllable))


def _consonants(syllable: str) -> tuple[str, ...]:
    sounds: tuple[str, ...] = ()
    rest = fold(syllable) if syllable[0] != "đ" else "đ" + fold(syllable)[1:]
    if _LATIN_VOWEL.match(rest):
        sounds = ("a",)
    while rest:
        written, sound = next(((w, s) for w, s in _VIETNAMESE if rest.startswith(w)), (rest[0], rest[0]))
        if not _LATIN_VOWEL.match(written) and written != "y":
            sounds += (sound,)
        rest = rest[len(written) :]
    return sounds


def _khmer_sounds(typed: str) -> tuple[str, ...]:
    heard = _KHMER_AFTER.sub("", _KHMER_HOME.sub("", fold(typed).replace(" ", "")))
    for spelled, said in _KHMER_SPELLED:
        heard = heard.replace(spelled, said)
    heard = _OPEN.sub("a", _GLIDE.sub("", heard))
    return tuple("a" if letter == "a" else _KHMER_SOUNDS[letter] for letter in heard if letter in {"a", *_KHMER_SOUNDS})


def _by_ear(folded: str) -> str:
    return "".join(map(_heard, folded.split()))


def _heard(syllable: str) -> str:
    onset, rest = next(((s, syllable[len(w) :]) for w, s in _ONSETS if syllable.startswith(w)), ("", syllable))
    coda = next(((w, s) for w, s in _CODAS if len(rest) > len(w) and rest.endswith(w)), None)
    if coda:
        rest = rest.removesuffix(coda[0]) + coda[1]
    for written, said in _VOWELS:
        rest = rest.replace(written, said)
    return onset + rest

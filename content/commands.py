"""Words that steer the dialogue wherever it stands: menu, back, skip, stop and their like."""

import re
from functools import cache

from rapidfuzz.distance import OSA

from content.fold import clean, fold
from content.lexicon import lexicon
from content.reading.speech import short_forms
from content.short_answers import remembered
from content.spelling import has_khmer, is_syllable, khmer_form, longest_first

COMMANDS = ("menu", "help", "stop", "back", "skip", "person", "language", "resume", "restart")
"""What ``command`` answers with."""

_TYPO_LETTERS = 5


@remembered
def command(text: str) -> str | None:
    """Name the command that the whole message is, politeness aside; None when it says anything else."""
    folded = fold(text)
    for said in (_spoken(folded), folded):
        if said in _exact():
            return _exact()[said]
    return _misspelled(_spoken(folded))


def is_command_to_the_letter(text: str) -> bool:
    """Whether the message is a command with its accents: "dừng", where "đúng" only folds to the same."""
    return bare(text) in lexicon().spelled_commands


def bare(text: str) -> str:
    """The words of a message with their accents, without the politeness around them."""
    words = clean(text).lower().strip(".,!?…").split()
    while words and fold(words[0]) in lexicon().manners:
        words.pop(0)
    while words and fold(words[-1]) in lexicon().manners:
        words.pop()
    return " ".join(words)


@remembered
def is_thanks(text: str) -> bool:
    """Whether the whole message thanks or takes leave, politeness aside: "cám ơn em nhiều nha"."""
    return _thanks().fullmatch(_thanked(text)) is not None


def _thanked(text: str) -> str:
    folded = fold(text)
    return khmer_form(folded) if has_khmer(folded) else short_forms(text)


@cache
def _thanks() -> re.Pattern[str]:
    said, around = lexicon().thanks, lexicon().with_thanks
    latin, latin_around = ("|".join(w for w in words if not has_khmer(w)) for words in (said, around))
    khmer, khmer_around = ("|".join(longest_first(words)) for words in (said, around))
    return re.compile(
        rf"(?:(?:{latin_around}) )*(?:{latin})(?: (?:{latin_around}|{latin}))*"
        rf"|(?:{khmer_around})*(?:{khmer})(?:{khmer_around}|{khmer})*"
    )


@cache
def _exact() -> dict[str, str]:
    return {phrase: key for key in COMMANDS for phrase in lexicon().commands[key]}


def _spoken(folded: str) -> str:
    manners = lexicon().manners
    if has_khmer(folded):
        return _khmer_spoken(khmer_form(folded))
    words = lexicon().vocabulary.tokens(folded)
    while words and words[0] in manners:
        words.pop(0)
    while words and words[-1] in manners:
        words.pop()
    return " ".join(words)


def _khmer_spoken(said: str) -> str:
    for word in longest_first(lexicon().manners):
        said = said.removeprefix(word).removesuffix(word)
    return said


def _misspelled(said: str) -> str | None:
    # Names and answers are made of real syllables; a command is only guessed from what is not.
    if len(said) < _TYPO_LETTERS or all(map(is_syllable, said.split())):
        return None
    for phrase, key in _exact().items():
        if len(phrase) >= _TYPO_LETTERS and OSA.distance(said, phrase, score_cutoff=1) <= 1:
            return key
    return None

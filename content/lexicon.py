"""The lexicon: both languages' files of phrases, read and compiled once."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from content.fold import fold
from content.phrases import GAP, Phrase, Table
from content.spelling import Vocabulary, has_khmer, khmer_form, raw_words

LANGUAGES = ("vi", "km")
_SECTIONS, _MANNERS = ("intents", "faq", "questions"), ("words", "commands", "thanks", "with_thanks")


@dataclass(frozen=True)
class Lexicon:
    """Both languages' phrases: a table a use, and the words that only carry politeness."""

    intents: Table
    faq: Table
    questions: Table
    commands: Mapping[str, tuple[str, ...]]
    spelled_commands: frozenset[str]
    """Every command phrase as it is written in the files, in small letters."""
    manners: frozenset[str]
    thanks: tuple[str, ...]
    """Thanks and farewells, folded, the longest first."""
    with_thanks: frozenset[str]
    """Folded phrases that may stand around thanks."""
    vocabulary: Vocabulary


@cache
def lexicon() -> Lexicon:
    """Read and compile the lexicon files, once."""
    files = {lang: _read(lang) for lang in LANGUAGES}
    short = {fold(k): "|".join(map(fold, v.split("|"))) for f in files.values() for k, v in f["short_forms"].items()}
    homographs = [word for f in files.values() for word in f["homographs"]["words"]]
    speller = Vocabulary((), short, homographs)
    sections = {name: list(_phrases(files, name, speller)) for name in _SECTIONS}
    polite = (frozenset(fold(w) for f in files.values() for w in f["manners"][key]) for key in _MANNERS)
    manners, plain, thanks, around = polite
    commands = {key: _command_phrases(files, key) for key in files["vi"]["commands"]}
    spelled = frozenset(p.lower() for f in files.values() for group in f["commands"].values() for p in group)
    words = {word for phrases in sections.values() for p in phrases for word in p.words}
    words |= {word for group in commands.values() for phrase in group for word in phrase.split()}
    words |= {word for form in short.values() for word in form.replace("|", " ").split()} | manners
    vocabulary = Vocabulary({w for w in words if w.isalpha() and not has_khmer(w)}, short, homographs)
    tables = {name: Table(phrases, vocabulary, manners) for name, phrases in sections.items()}
    return Lexicon(
        **tables,
        commands=commands,
        spelled_commands=spelled,
        manners=plain,
        thanks=tuple(sorted(thanks, key=lambda said: (-len(said), said))),
        with_thanks=around,
        vocabulary=vocabulary,
    )


def _read(lang: str) -> dict[str, Any]:
    path = Path(__file__).parent / lang / "lexicon.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _command_phrases(files: Mapping[str, dict[str, Any]], key: str) -> tuple[str, ...]:
    phrases = [fold(phrase) for file in files.values() for phrase in file["commands"].get(key, ())]
    return tuple(khmer_form(phrase) if has_khmer(phrase) else phrase for phrase in phrases)


def _phrases(files: Mapping[str, dict[str, Any]], section: str, speller: Vocabulary) -> Iterator[Phrase]:
    for lang, file in files.items():
        for label, kinds in file[section].items():
            for kind, texts in kinds.items():
                for text in texts:
                    words, accented = _khmer_parts(text) if has_khmer(text) else _latin_parts(text, speller)
                    yield Phrase(label, kind, words, accented, lang)


def _khmer_parts(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    parts = [khmer_form(fold(part)) for part in text.split(GAP)]
    words = [word for part in parts for word in (part, GAP)][:-1]
    return tuple(words), tuple(parts)


def _latin_parts(text: str, speller: Vocabulary) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words: list[str] = []
    accented: list[str] = []
    for part in text.split(GAP):
        pairs = [pair for raw in raw_words(part) for pair in speller.marked(raw)]
        words += [*(word for word, _ in pairs), GAP]
        accented += [form for _, form in pairs]
    return tuple(words[:-1]), tuple(accented)

"""Whether what is said is whole: both languages' messages, their placeholders, the lexicons, the places, the facts."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from content.catalogue import LANGUAGES, messages
from content.facts.book import FactBook
from content.facts.check import fact_problems
from content.facts.files import facts_of_files
from content.lexicon import lexicon
from content.places import NEW, OLD, units

_PLACEHOLDER = re.compile(r"\{([\w.:]*)\}")


def problems(today: date) -> Iterator[str]:
    """Everything that is wrong, in words that say where; facts may have expired by ``today``."""
    yield from compare({lang: messages(lang) for lang in LANGUAGES})
    yield from _places()
    yield from fact_problems(FactBook(facts_of_files()), today)
    if not lexicon().commands:
        yield "The lexicons have no commands"


def compare(catalogues: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Where languages differ in their keys or placeholders, or a message is empty."""
    keys = set().union(*catalogues.values())
    for key in sorted(keys):
        texts = {lang: catalogue.get(key, "") for lang, catalogue in catalogues.items()}
        for lang, text in texts.items():
            if not text.strip():
                yield f"{key}: there is no text in {lang}"
        if len({frozenset(_PLACEHOLDER.findall(text)) for text in texts.values() if text}) > 1:
            yield f"{key}: the languages differ in their placeholders"


def _places() -> Iterator[str]:
    new = {unit.code for unit in units(NEW)}
    for unit in units(OLD):
        if unit.successor not in new:
            yield f"places.toml: {unit.name} ({unit.code}) has no successor that is there"

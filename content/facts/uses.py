"""Where facts are used: in messages, articles and tables of content, in formulas, and by name in the program."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from content.facts.book import FactBook
from content.facts.filling import FACT
from content.message_files import HERE, LANGUAGES, messages

_QUOTED = re.compile(r"""["']([a-z_][a-z_0-9]*(?:\.[a-z_0-9]+)+)["']""")
_BUILT = re.compile(r'f"([a-z_]+(?:\.[a-z_0-9]+|\.\{[\w.]+\})+)"')
_ROOMS = ("content", "handlers", "jobs", "desk", "bot")


def told() -> Iterator[tuple[str, str]]:
    """Where a text tells a fact, and its name."""
    for lang in LANGUAGES:
        for key, words in messages(lang).items():
            yield from ((f"{key} ({lang})", name) for name, _ in FACT.findall(words))
        for article in sorted((HERE / lang / "articles").glob("*.md")):
            text = article.read_text(encoding="utf-8")
            yield from ((f"{lang}/{article.name}", name) for name, _ in FACT.findall(text))
    for lesson in sorted((HERE / "lessons").glob("*.toml")):
        text = lesson.read_text(encoding="utf-8")
        yield from ((f"lessons/{lesson.name}", name) for name, _ in FACT.findall(text))


def used(book: FactBook) -> set[str]:
    """Every fact that something uses."""
    found = {name for _, name in told()}
    for name in book:
        found.update(part for fact in book.periods(name) if fact.formula for part in fact.formula.names)
    found.update(_named_in(_sources()))
    shapes = [re.compile(shape) for shape in _shapes(_sources())]
    return found | {name for name in book if any(shape.fullmatch(name) for shape in shapes)}


def _sources() -> Iterator[str]:
    files = [*HERE.glob("*.toml"), *(file for room in _ROOMS for file in (HERE.parent / room).rglob("*.py"))]
    return (file.read_text(encoding="utf-8") for file in files if file.parent != Path(__file__).parent)


def _named_in(texts: Iterable[str]) -> Iterator[str]:
    return (name for text in texts for name in _QUOTED.findall(text))


def _shapes(texts: Iterable[str]) -> Iterator[str]:
    """The names that code puts together, each as a pattern."""
    for text in texts:
        for built in _BUILT.findall(text):
            yield re.sub(r"\\\{.*?\\\}", "[a-z_0-9]+", re.escape(built))

"""Short lessons: a few cards a topic, each with a question, in both languages; how one goes on is a pure function."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from content.message_files import HERE, LANGUAGES

FOLDER = HERE / "lessons"


class LessonError(ValueError):
    """A file is no lesson; the words say which and why."""


Words = Mapping[str, str]
"""The same in each language."""


@dataclass(frozen=True)
class Answer:
    """One choice of a card's question."""

    words: Words
    right: bool


@dataclass(frozen=True)
class Card:
    """What is told, what is asked about it, and why the right answer is right."""

    key: str
    text: Words
    question: Words
    answers: tuple[Answer, ...]
    because: Words

    @property
    def right(self) -> Words:
        """The right answer's words."""
        return next(answer.words for answer in self.answers if answer.right)


@dataclass(frozen=True)
class Lesson:
    """A few cards on one matter."""

    key: str
    topic: str
    order: int
    title: Words
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Progress:
    """How far somebody has come: the card that is open, and how many answers were right."""

    card: int = 0
    right: int = 0


def answer(lesson: Lesson, progress: Progress, chosen: int) -> tuple[Progress, bool]:
    """Take an answer and go on; a wrong one is explained and does not count, and never holds anybody up."""
    right = lesson.cards[progress.card].answers[chosen].right
    return Progress(progress.card + 1, progress.right + right), right


def is_done(lesson: Lesson, progress: Progress) -> bool:
    """Whether every card has been answered."""
    return progress.card >= len(lesson.cards)


@cache
def lessons() -> Mapping[str, Lesson]:
    """Every lesson by key, in order. Raises ``LessonError``."""
    return read_lessons(FOLDER)


def read_lessons(folder: Path) -> dict[str, Lesson]:
    """Read a folder's lessons. Raises ``LessonError``."""
    found = sorted(map(_read, sorted(folder.glob("*.toml"))), key=lambda lesson: lesson.order)
    return {lesson.key: lesson for lesson in found}


def _read(file: Path) -> Lesson:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        cards = tuple(_card(card) for card in table["card"])
        lesson = Lesson(file.stem, table["topic"], table["order"], _words(table["title"]), cards)
    except (KeyError, TypeError, ValueError) as error:
        raise LessonError(f"{file.name}: {error}") from error
    if len({card.key for card in cards}) < len(cards):
        raise LessonError(f"{file.name}: two cards have one key")
    return lesson


def _card(table: Mapping[str, Any]) -> Card:
    answers = tuple(Answer(_words(choice), choice.get("right", False)) for choice in table["answer"])
    if sum(choice.right for choice in answers) != 1 or not 2 <= len(answers) <= 4:
        raise ValueError(f"{table['key']} needs two to four answers, one of them right")
    told, asked, because = (_words(table[part]) for part in ("text", "question", "because"))
    return Card(table["key"], told, asked, answers, because)


def _words(table: Mapping[str, Any]) -> Words:
    words = {lang: str(table[lang]).strip() for lang in LANGUAGES}
    if not all(words.values()):
        raise ValueError("a text is empty")
    return words

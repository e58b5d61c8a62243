"""What a form is made of: questions with a key, a kind, choices, and when they apply."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Answers = Mapping[str, Any]
"""Answers by question; None is an answer that was skipped, ``{"voice": n}`` one that was spoken."""

Kind = Literal["choice", "text", "name", "birth_year", "phone", "place"]


def always(_: Answers) -> bool:
    """The question applies to everybody."""
    return True


@dataclass(frozen=True)
class Question:
    """One question. Its words are the messages ``ask.<key>``, ``field.<key>`` and ``choice.<key>.<value>``."""

    key: str
    kind: Kind
    choices: tuple[str, ...] = ()
    optional: bool = False
    sensitive: bool = False
    when: Callable[[Answers], bool] = always
    official: str = ""
    """The line of the official form (domain.md E7) that the answer fills."""
    spoken: str = ""
    """Under which key the words of its choices stand, where it is not the question's own."""

    @property
    def words(self) -> str:
        """The key of the words of its choices."""
        return self.spoken or self.key


@dataclass(frozen=True)
class Form:
    """An ordered list of questions under a name; the name is the registration's kind."""

    name: str
    questions: tuple[Question, ...]

    def question(self, key: str) -> Question:
        """The question with this key; raises ``KeyError``."""
        for question in self.questions:
            if question.key == key:
                return question
        raise KeyError(key)

    def applicable(self, answers: Answers) -> list[Question]:
        """The questions that these answers leave standing, in order."""
        return [question for question in self.questions if question.when(answers)]

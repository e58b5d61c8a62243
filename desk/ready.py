"""Ready answers by shortcut: a stroke and the beginning of a name, of one of its words, or of their first letters."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from content.fold import fold
from db.cases import ReadyAnswer

_SHORTCUT = re.compile(r"/(\S{1,40})")


class Ready(NamedTuple):
    """A ready answer for one worker: its name, what it is called up by, and the words."""

    name: str
    keys: str
    words: str


def keys_of(name: str) -> Sequence[str]:
    """What an answer is called up by: its words, all of them at once, and their first letters."""
    words = fold(name).split()
    return [*words, "".join(words), "".join(word[0] for word in words)]


def typed(words: str) -> str | None:
    """The shortcut that a message consists of; None for a message that is meant to be sent."""
    found = _SHORTCUT.fullmatch(words)
    return "".join(fold(found[1]).split()) if found else None


def called_up(answers: Iterable[ReadyAnswer], shortcut: str) -> ReadyAnswer | None:
    """The one that a shortcut means; None where it means none, or several and none of them exactly."""
    fitting = [one for one in answers if shortcut and any(key.startswith(shortcut) for key in keys_of(one.name))]
    exact = [one for one in fitting if shortcut in keys_of(one.name)]
    return next(iter(exact if len(exact) == 1 else fitting if len(fitting) == 1 else []), None)

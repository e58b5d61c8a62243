"""Remembering what the shortest answers mean: "1", "2" and "có" are most of what people type, and nobody's secret."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

LONGEST = 3
"""Letters of an answer that may be remembered; longer ones may be a name or a number."""

Asked = TypeVarTuple("Asked")
Meant = TypeVar("Meant")


def remembered(read: Callable[[*Asked, str], Meant]) -> Callable[[*Asked, str], Meant]:
    """Read a short answer, the last argument, once; every longer one each time."""
    kept = lru_cache(maxsize=4096)(read)

    @wraps(read)
    def answer(*args: *tuple[*Asked, str]) -> Meant:
        return kept(*args) if len(args[-1]) <= LONGEST else read(*args)

    return answer

"""Which replies this process has sent: those still to be marked in the database, and for a while those just marked.

What was read from the database a moment ago may speak of a reply that has been marked, and so forgotten, since.
"""

import time
from collections import deque
from collections.abc import Callable, Collection

REMEMBERED_FOR = 60.0
"""Seconds; longer than anything waits between reading a row and acting on it."""


class SentReplies:
    """Numbers of rows of ``outgoing``."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._unmarked: set[int] = set()
        self._known: set[int] = set()
        """The unmarked, and those that were marked not long ago."""
        self._marked: deque[tuple[float, int]] = deque()

    def add(self, number: int) -> None:
        """It arrived."""
        self._unmarked.add(number)
        self._known.add(number)

    def among(self, numbers: Collection[int]) -> frozenset[int]:
        """Those of the numbers that were sent."""
        return frozenset(self._known.intersection(numbers))

    def __contains__(self, number: int) -> bool:
        return number in self._known

    def unmarked(self) -> list[int]:
        """What is to be marked."""
        return list(self._unmarked)

    def mark(self, numbers: Collection[int]) -> None:
        """They are marked in the database now."""
        self._unmarked.difference_update(numbers)
        moment = self._now()
        self._marked.extend((moment, number) for number in numbers)
        while self._marked and self._marked[0][0] < moment - REMEMBERED_FOR:
            self._known.discard(self._marked.popleft()[1])

"""How many files and bytes somebody may send in a day, counted in memory."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

DAY = 24 * 3600.0
REMEMBERED = 100_000


@dataclass(slots=True)
class _Day:
    begun: float
    files: int = 0
    size: int = 0


class Quota:
    """Allows ``files`` files and ``size`` bytes in the 24 hours that begin with the first, each key for itself."""

    def __init__(self, files: int, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._files = files
        self._size = size
        self._clock = clock
        self._days: OrderedDict[Hashable, _Day] = OrderedDict()

    def wait(self, key: Hashable, size: int) -> float:
        """0 when there is room for a file of ``size`` bytes, else the seconds until the day is over."""
        day = self._day(key)
        if day.files < self._files and day.size + size <= self._size:
            return 0.0
        return day.begun + DAY - self._clock()

    def count(self, key: Hashable, size: int) -> None:
        """A file has come."""
        day = self._day(key)
        day.files += 1
        day.size += size
        self._days[key] = day
        self._days.move_to_end(key)
        if len(self._days) > REMEMBERED:
            self._days.popitem(last=False)

    def _day(self, key: Hashable) -> _Day:
        now = self._clock()
        day = self._days.get(key)
        return day if day is not None and now - day.begun < DAY else _Day(now)

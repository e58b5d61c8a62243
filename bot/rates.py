"""Rate limits by token bucket, kept in memory for as long as somebody is active."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

REMEMBERED = 100_000


class Rate:
    """Allows ``burst`` events at once and ``per_second`` after that, each key for itself."""

    def __init__(self, burst: float, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, key: Hashable) -> float:
        """Count one event; returns 0 when it is allowed, else the seconds after which it would be."""
        now = self._clock()
        left, at = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._per_second

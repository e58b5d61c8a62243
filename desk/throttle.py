"""Slowing down those who guess passwords: failures are counted in bounded memory."""

from collections import OrderedDict
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
"""For how long a failure counts."""
PER_LOGIN = 5
"""Failures of one login from one address that shut it there."""
PER_ADDRESS = 30
"""More than for a login: a whole office may share one address."""
MANY, DELAY = 20, 2.0
"""After so many failures of one login, from wherever, each attempt at it waits so many seconds."""
_KEPT = 10_000


class Throttle:
    """Counts failures under a key; the longest untouched keys are forgotten first."""

    def __init__(self, limit: int, kept: int = _KEPT) -> None:
        self._limit = limit
        self._kept = kept
        self._failures: OrderedDict[str, list[datetime]] = OrderedDict()

    def is_shut(self, key: str, now: datetime) -> bool:
        """Whether the key has failed too often of late."""
        return len(self._recent(key, now)) >= self._limit

    def failed(self, key: str, now: datetime) -> None:
        """Count a failure."""
        self._failures[key] = [*self._recent(key, now), now][-self._limit :]
        self._failures.move_to_end(key)
        while len(self._failures) > self._kept:
            self._failures.popitem(last=False)

    def forgive(self, key: str) -> None:
        """Take the last failure back: an attempt is counted before it is known to have succeeded."""
        if kept := self._failures.get(key, [])[:-1]:
            self._failures[key] = kept
        else:
            self._failures.pop(key, None)

    def forget(self, key: str) -> None:
        """Start afresh."""
        self._failures.pop(key, None)

    def _recent(self, key: str, now: datetime) -> list[datetime]:
        return [moment for moment in self._failures.get(key, []) if now - moment < WINDOW]

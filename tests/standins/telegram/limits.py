"""Telegram's sending limits: 30 a second overall, about one a second in a chat, 20 a minute in a group."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.standins.telegram.errors import ApiError

OVERALL: Final = "overall"


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `count` messages in any `seconds` (a sliding window, both ends counted as Telegram does)."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The figures of Telegram's FAQ; `penalty` seconds are lost at each excess, and at each try in them.

    A chat's one message a second with short bursts is a bucket of `burst`, refilled at `chat_rate` a second.
    """

    overall: Rule | None = Rule(30, 1.0)
    group: Rule | None = Rule(20, 60.0)
    chat_rate: float | None = 1.0
    burst: int = 3
    penalty: float = 3.0


@dataclass
class RateLimiter:
    """Counts what was let through, and shuts out who asks for too much."""

    limits: Limits
    clock: Callable[[], float]
    _windows: defaultdict[str | int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)
    _shut_until: dict[str | int, float] = field(default_factory=dict)

    def admit(self, chat_id: int, *, group: bool) -> None:
        """Raises a 429 if this message is one too many; otherwise counts it."""
        now = self.clock()
        for scope in (OVERALL, chat_id):
            if now < self._shut_until.get(scope, 0.0):
                self._refuse(scope, now)
        for scope, full in (
            (OVERALL, self._full(OVERALL, self.limits.overall, now)),
            (chat_id, self._chat_full(chat_id, group, now)),
        ):
            if full:
                self._refuse(scope, now)
        self._count(chat_id, now)

    def _chat_full(self, chat_id: int, group: bool, now: float) -> bool:
        if group:
            return self._full(chat_id, self.limits.group, now)
        return self.limits.chat_rate is not None and self._tokens(chat_id, now) < 1.0

    def _full(self, scope: str | int, rule: Rule | None, now: float) -> bool:
        if rule is None:
            return False
        window = self._windows[scope]
        while window and window[0] <= now - rule.seconds:
            window.popleft()
        return len(window) >= rule.count

    def _tokens(self, chat_id: int, now: float) -> float:
        left, at = self._buckets.get(chat_id, (float(self.limits.burst), now))
        return min(float(self.limits.burst), left + (now - at) * (self.limits.chat_rate or 0.0))

    def _count(self, chat_id: int, now: float) -> None:
        self._windows[OVERALL].append(now)
        self._windows[chat_id].append(now)
        self._buckets[chat_id] = (self._tokens(chat_id, now) - 1.0, now)

    def _refuse(self, scope: str | int, now: float) -> None:
        self._shut_until[scope] = now + self.limits.penalty
        wait = max(1, math.ceil(self.limits.penalty))
        raise ApiError(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})

"""What a channel's limits mean for those who send in bulk: one set of rules a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Rules:
    """``count`` messages in ``seconds`` at most (None: no limit); ``reserve`` of them a second are for replies."""

    count: int | None
    seconds: float = 1.0
    reserve: float = 0.0
    chat_seconds: float = 0.0
    """Between two messages to one chat."""
    calls: int = 60
    """At a time: replies need connections too."""
    ahead: float = 0.1
    """Seconds: recipients are claimed for this long, so that not each of them costs a transaction."""

    @property
    def bulk_rate(self) -> float | None:
        """Messages a second for bulk; None: no limit."""
        return None if self.count is None else self.count / self.seconds - self.reserve

    @property
    def in_hand(self) -> int:
        """Recipients that are claimed at a time: few where there is a limit, since a crash leaves them in doubt."""
        return self.calls if self.count is not None else 4 * self.calls

    @property
    def slice(self) -> int:
        """Moments that a process takes from the shared budget at a time: a quarter of a second's."""
        return 0 if self.bulk_rate is None else max(2, ceil(self.bulk_rate / 4))

    def share(self, sender: int, senders: Sequence[int]) -> int | None:
        """How many messages in a window a process may have, so that all ``senders`` together keep the limit."""
        if self.count is None:
            return None
        every, rest = divmod(self.count, len(senders))
        return every + (senders.index(sender) < rest)

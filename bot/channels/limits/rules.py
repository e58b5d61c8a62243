"""What a channel's limits mean for those who send in bulk: one set of rules a channel."""

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
    in_flight: int = 60
    """Calls at a time: replies need connections too."""
    ahead: float = 0.1
    """Seconds: recipients are claimed for this long, so that not each of them costs a transaction."""

    @property
    def bulk_rate(self) -> float | None:
        """Messages a second for bulk; None: no limit."""
        return None if self.count is None else self.count / self.seconds - self.reserve

    @property
    def slice(self) -> int:
        """Moments that a process takes from the shared budget at a time: a quarter of a second's."""
        return 0 if self.bulk_rate is None else max(2, ceil(self.bulk_rate / 4))

    @property
    def slack(self) -> float:
        """Seconds by which a moment may be missed before others, who keep theirs, make it too many in one window."""
        return 0.0 if self.count is None or self.bulk_rate is None else self.count / self.bulk_rate - self.seconds

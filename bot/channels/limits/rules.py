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
    def soon(self) -> int:
        """Recipients that are claimed before there is room for them: as many as will go in the time ahead."""
        return 0 if self.bulk_rate is None else ceil(self.bulk_rate * self.ahead) + 1

    @property
    def slice(self) -> int:
        """Moments that a process takes from the shared budget at a time: a quarter of a second's."""
        return 0 if self.bulk_rate is None else max(2, ceil(self.bulk_rate / 4))

    @property
    def catch_up(self) -> int:
        """What bulk may borrow of the reserve in a window: what was late once would be lost for good else.

        A third, but no more than of a second's messages: nothing is late for longer.
        """
        return int(min(self.reserve * self.seconds, self.bulk_rate or 0.0) / 3)

    @property
    def bulk_count(self) -> int | None:
        """Messages in a window for bulk at most; its rate is kept by moments, so on average there are fewer."""
        return None if self.count is None else int(self.count - self.reserve * self.seconds) + self.catch_up

    def shares(
        self, sender: int, senders: Sequence[int], *, answered_beside: bool = False
    ) -> tuple[int | None, int | None]:
        """How many messages in a window a process may have, and in bulk, so that all ``senders`` keep the limit.

        ``answered_beside``: another process answers people out of the reserve, so nothing of it is borrowed.
        """
        bulk = self.bulk_count
        if bulk is not None and answered_beside:
            bulk -= self.catch_up
        return _share(self.count, sender, senders), _share(bulk, sender, senders)


def _share(whole: int | None, sender: int, senders: Sequence[int]) -> int | None:
    if whole is None:
        return None
    every, rest = divmod(whole, len(senders))
    return every + (senders.index(sender) < rest)

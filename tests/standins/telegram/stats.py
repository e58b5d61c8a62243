"""What the server counted: messages accepted, 429s, calls, and how evenly they came."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Stats:
    """Counters a test or a benchmark reads after the run."""

    sent: int = 0
    rejected: int = 0
    """Calls answered 429."""
    calls: Counter[str] = field(default_factory=Counter)
    errors: Counter[int] = field(default_factory=Counter)
    sent_at: list[float] = field(default_factory=list)

    def accepted(self, at: float) -> None:
        self.sent += 1
        self.sent_at.append(at)

    def refused(self, code: int) -> None:
        self.errors[code] += 1
        self.rejected += code == 429

    @property
    def per_second(self) -> Counter[int]:
        """Messages accepted in each second since the first."""
        first = self.sent_at[0] if self.sent_at else 0.0
        return Counter(int(at - first) for at in self.sent_at)

    def peak(self, seconds: float = 1.0) -> int:
        """The most messages accepted in any window of `seconds`."""
        most, start = 0, 0
        for end, at in enumerate(self.sent_at):
            while self.sent_at[start] <= at - seconds:
                start += 1
            most = max(most, end - start + 1)
        return most

    def summary(self) -> dict[str, object]:
        return {
            "sent": self.sent,
            "rejected": self.rejected,
            "peak_per_second": self.peak(),
            "calls": dict(self.calls),
            "errors": {str(code): count for code, count in self.errors.items()},
        }

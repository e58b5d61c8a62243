"""What each of some members of staff has in hand now, and what they did in some months."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.work_queries import PRIORITIES

CAP = 1_000
"""Nobody's open cases are counted further than one above this."""


@dataclass(frozen=True)
class InHand:
    """Open cases, those that are overdue, and calls for a person that somebody has taken."""

    open: int = 0
    overdue: int = 0
    calls: int = 0


# By the index of an owner's open cases, a priority at a time: overdue are the first of each.
_IN_HAND = text(
    f"""
    SELECT s.id,
      (SELECT count(*) FROM (SELECT 1 FROM registration r WHERE r.owner_id = s.id AND r.due_at IS NOT NULL
                             LIMIT :cap) c),
      (SELECT count(*) FROM (SELECT 1 FROM unnest(ARRAY[{", ".join(map(str, PRIORITIES))}]) rank (n)
          CROSS JOIN LATERAL (SELECT 1 FROM registration r WHERE r.owner_id = s.id AND r.priority = rank.n
                              AND r.due_at < :now LIMIT :cap) late LIMIT :cap) c),
      (SELECT count(*) FROM (SELECT 1 FROM help_request h WHERE h.owner_id = s.id AND h.done_at IS NULL LIMIT :cap) c)
    FROM unnest(CAST(:staff AS bigint[])) s (id)
    """  # noqa: S608 - made of our own numbers
)


async def in_hand(session: AsyncSession, staff: Sequence[int], now: datetime) -> Mapping[int, InHand]:
    """What each has now."""
    rows = await session.execute(_IN_HAND, {"staff": list(staff), "now": now, "cap": CAP + 1})
    return {number: InHand(*counts) for number, *counts in rows}


class Done:
    """What somebody did: how often each thing, and how long people had waited for it."""

    def __init__(self) -> None:
        self.sums: Counter[str] = Counter()
        self.waits: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def add(self, event: str, wait: int | None, n: int) -> None:
        """Take one sum in."""
        self.sums[event] += n
        if wait is not None:
            self.waits[event][wait] += n

    def median(self, event: str) -> int | None:
        """Half of the people waited no longer than so many minutes; None where nobody waited."""
        waits = self.waits[event]
        middle, seen = (waits.total() + 1) // 2, 0
        for wait in sorted(waits):
            seen += waits[wait]
            if seen >= middle > 0:
                return wait
        return None

    def slowest(self, event: str) -> int | None:
        """The longest that anybody waited, in minutes."""
        return max((wait for wait, n in self.waits[event].items() if n > 0), default=None)


_DONE = text(
    """
    SELECT staff_id, event, wait, sum(n) FROM staff_tally_now
    WHERE month >= :since AND month < :until AND staff_id = ANY(CAST(:staff AS bigint[]))
    GROUP BY staff_id, event, wait HAVING sum(n) <> 0
    """
)


async def done(session: AsyncSession, staff: Sequence[int], since: date, until: date) -> Mapping[int, Done]:
    """What each did in whole months, from the first to before the last."""
    found = {number: Done() for number in staff}
    for number, event, wait, n in await session.execute(_DONE, {"staff": list(staff), "since": since, "until": until}):
        found[number].add(event, wait, int(n))
    return found

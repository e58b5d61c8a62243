"""What became of a broadcast: how far it is, its funnel, the answers to it, and the people to be called."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

TO_BE_CALLED = ("unreachable", "failed", "uncertain")
"""The states of those of whom nobody knows that they were told."""


@dataclass(frozen=True)
class Funnel:
    """Recipients by state, and by reason where there is one."""

    by_state: dict[str, int]
    by_reason: dict[tuple[str, str], int]

    @property
    def whole(self) -> int:
        """Everybody in the ledger."""
        return sum(self.by_state.values())

    @property
    def waiting(self) -> int:
        """Still to be sent, or being sent."""
        return self.by_state.get("queued", 0) + self.by_state.get("sending", 0)

    @property
    def settled(self) -> int:
        """Of whom it is known, or known not to be known."""
        return self.whole - self.waiting


_FUNNEL = text(
    "SELECT state, reason, count(*) AS people FROM delivery WHERE broadcast_id = :broadcast GROUP BY state, reason"
)


async def funnel(connection: AsyncConnection, broadcast_id: int) -> Funnel:
    """Count the ledger of a broadcast, as it is now."""
    by_state: dict[str, int] = {}
    by_reason: dict[tuple[str, str], int] = {}
    for row in await connection.execute(_FUNNEL, {"broadcast": broadcast_id}):
        by_state[row.state] = by_state.get(row.state, 0) + row.people
        if row.reason is not None:
            by_reason[row.state, row.reason] = row.people
    return Funnel(by_state, by_reason)


@dataclass(frozen=True)
class Receipts:
    """Of those to whom it was sent on a channel that tells: to how many it came, and how many have seen it."""

    sent: int
    delivered: int
    read: int


_RECEIPTS = text(
    """
    SELECT count(*) AS sent, count(delivered_at) AS delivered, count(read_at) AS read FROM delivery
    WHERE broadcast_id = :broadcast AND state = 'sent' AND channel = 'zalo_oa'
    """
)


async def receipts(connection: AsyncConnection, broadcast_id: int) -> Receipts | None:
    """What Zalo tells of the messages; None where none went through its Official Account."""
    row = (await connection.execute(_RECEIPTS, {"broadcast": broadcast_id})).one()
    return Receipts(*row) if row.sent else None


_ANSWERS = text(
    """
    SELECT r.answer, count(*) AS people FROM delivery d JOIN broadcast b ON b.id = d.broadcast_id
    JOIN response r ON r.notice_id = b.notice_id AND r.identity_id = d.identity_id
    WHERE d.broadcast_id = :broadcast AND d.state = 'sent' GROUP BY r.answer
    """
)


async def answers(connection: AsyncConnection, broadcast_id: int) -> dict[str, int]:
    """What those who were told have answered to the notice."""
    rows = await connection.execute(_ANSWERS, {"broadcast": broadcast_id})
    return {row.answer: row.people for row in rows}


@dataclass(frozen=True)
class Progress:
    """A broadcast's name and how far it is."""

    id: int
    title: str
    state: str
    start_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    expected: int | None
    funnel: Funnel
    recent: int
    """Sent in the last minute."""

    def rate(self, now: datetime) -> float:
        """Messages a second, over the last minute or since the start."""
        if self.started_at is None:
            return 0.0
        return self.recent / min(60.0, max(1.0, (now - self.started_at).total_seconds()))

    def seconds_left(self, now: datetime) -> float | None:
        """At this rate; None while there is none."""
        rate = self.rate(now)
        return self.funnel.waiting / rate if rate > 0 else None


_ONE = """
    SELECT b.id, b.state, b.start_at, b.started_at, b.finished_at, b.expected, coalesce(n.title, '') AS title
    FROM broadcast b LEFT JOIN notice_text n ON n.notice_id = b.notice_id AND n.lang = :lang
"""
_RECENT = text(
    """
    SELECT count(*) FROM delivery
    WHERE broadcast_id = :broadcast AND state = 'sent' AND sent_at > CAST(:now AS timestamptz) - interval '1 minute'
    """
)


async def progress(connection: AsyncConnection, broadcast_id: int, now: datetime, lang: str = "vi") -> Progress | None:
    """How far a broadcast is; None for none."""
    query = text(f"{_ONE} WHERE b.id = :broadcast")
    row = (await connection.execute(query, {"broadcast": broadcast_id, "lang": lang})).mappings().one_or_none()
    if row is None:
        return None
    recent = (
        await connection.scalar(_RECENT, {"broadcast": broadcast_id, "now": now}) if row["state"] == "running" else 0
    )
    return Progress(**row, funnel=await funnel(connection, broadcast_id), recent=recent or 0)


async def latest(connection: AsyncConnection, limit: int = 20, lang: str = "vi") -> Sequence[Any]:
    """The newest broadcasts: rows of number, state, times, expected and title, without their funnels."""
    query = text(f"{_ONE} ORDER BY b.id DESC LIMIT :limit")
    return (await connection.execute(query, {"limit": limit, "lang": lang})).all()


# An account without a person has no phone number and no place: nobody can call it.
_CALLS = text(
    """
    SELECT d.id, d.state, d.reason, w.id AS worker_id, w.name, w.phone, w.phone_owner, w.birth_year, w.place_id,
           p.kind AS place_kind, p.name AS place, w.hamlet
    FROM delivery d JOIN worker w ON w.id = d.worker_id LEFT JOIN place p ON p.id = w.place_id
    WHERE d.broadcast_id = :broadcast AND d.state = ANY(:states)
      AND (CAST(:places AS bigint[]) IS NULL OR w.place_id = ANY(:places) OR w.hamlet_id = ANY(:hamlets))
      AND (CAST(:only_hamlet AS text) IS NULL
           OR (coalesce(w.place_id, 0) = :only_place AND coalesce(w.hamlet, '') = :only_hamlet))
      AND (CAST(:after AS bigint) IS NULL
           OR (coalesce(w.place_id, 0), coalesce(w.hamlet, ''), w.id) > (:place, :hamlet, :after))
    ORDER BY coalesce(w.place_id, 0), coalesce(w.hamlet, ''), w.id LIMIT :limit
    """
)
_HAMLETS = text(
    """
    SELECT w.place_id, p.kind AS place_kind, p.name AS place, w.hamlet, count(*) AS people
    FROM delivery d JOIN worker w ON w.id = d.worker_id LEFT JOIN place p ON p.id = w.place_id
    WHERE d.broadcast_id = :broadcast AND d.state = ANY(:states)
      AND (CAST(:places AS bigint[]) IS NULL OR w.place_id = ANY(:places) OR w.hamlet_id = ANY(:hamlets))
    GROUP BY 1, 2, 3, 4 ORDER BY p.name, w.hamlet
    """
)


async def hamlets_to_call(
    connection: AsyncConnection,
    broadcast_id: int,
    places: Collection[int] | None = None,
    hamlets: Collection[int] = (),
) -> Sequence[Any]:
    """How many are to be called in each hamlet; ``places`` and ``hamlets`` bound it to what somebody may see."""
    return (await connection.execute(_HAMLETS, _bounded(broadcast_id, places, hamlets))).all()


async def call_list(
    connection: AsyncConnection,
    broadcast_id: int,
    places: Collection[int] | None = None,
    hamlets: Collection[int] = (),
    *,
    only: tuple[int, str] | None = None,
    after: tuple[int, str, int] | None = None,
    limit: int = 1000,
) -> Sequence[Any]:
    """The people to be called, by commune and hamlet; ``after``: place, hamlet and worker of the last one read.

    ``only`` one hamlet: its commune (0 for none) and its name ("" for none).
    Whoever shows it notes that in the desk's record.
    """
    place, hamlet, worker = after or (0, "", None)
    only_place, only_hamlet = only or (0, None)
    values = _bounded(broadcast_id, places, hamlets) | {"only_place": only_place, "only_hamlet": only_hamlet}
    values |= {"place": place, "hamlet": hamlet, "after": worker, "limit": limit}
    return (await connection.execute(_CALLS, values)).all()


def _bounded(broadcast_id: int, places: Collection[int] | None, hamlets: Collection[int]) -> dict[str, object]:
    seen = None if places is None else list(places)
    return {"broadcast": broadcast_id, "states": list(TO_BE_CALLED), "places": seen, "hamlets": list(hamlets)}

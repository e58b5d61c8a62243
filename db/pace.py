"""A channel's budget, shared by all processes: evenly spaced moments to send at, given out in small slices."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Slice:
    """``count`` moments, ``every`` seconds apart, the first in ``starts_in`` seconds."""

    starts_in: float
    every: float
    count: int
    senders: tuple[int, ...]
    """The processes that have lately taken slices, this one among them, in order."""
    answered_beside: bool = False
    """A process that only replies keeps to the reserve meanwhile."""


RESTED = 3.0
"""Seconds without a slice after which nobody is sending in bulk."""
GONE = 10.0
"""Seconds after which a process that takes no slices counts as gone: longer than it stalls or is told to wait."""

_REPLIES = "replies"
"""Among the senders: somebody answers people beside them."""
_NOW = "extract(epoch FROM clock_timestamp())::float8"
_TAKE = text(
    f"""
    WITH before AS (SELECT *, {_NOW} AS now FROM pace WHERE channel = :channel FOR UPDATE),
    start AS (
        SELECT greatest(next_at, stopped_until, now,
                        CASE WHEN next_at < now - :rested THEN now + :replies_first END) + :spent AS at, now,
            jsonb_build_object(CAST(:holder AS text), now) || coalesce((
                SELECT jsonb_object_agg(key, value) FROM jsonb_each(senders)
                WHERE key <> CAST(:holder AS text) AND value::float8 > now - :gone), '{{}}') AS senders
        FROM before)
    UPDATE pace p SET next_at = start.at + :span, senders = start.senders FROM start WHERE p.channel = :channel
    RETURNING start.at - start.now AS starts_in, ARRAY(SELECT jsonb_object_keys(start.senders)) AS senders
    """  # noqa: S608 - ours
)


REPLIES_FIRST = 1.0
"""Seconds after a pause, or after a rest, in which nothing goes in bulk."""
_STOP = text(
    f"""
    INSERT INTO pace (channel, next_at, stopped_until)
    VALUES (:channel, {_NOW} + :seconds + :replies_first, {_NOW} + :seconds)
    ON CONFLICT (channel) DO UPDATE SET next_at = greatest(pace.next_at, excluded.next_at),
        stopped_until = greatest(pace.stopped_until, excluded.stopped_until)
    """  # noqa: S608 - ours
)


async def take(
    connection: AsyncConnection, channel: str, holder: int, per_second: float, count: int, *, spent: float = 0.0
) -> Slice:
    """Take the next ``count`` moments; ``spent``: seconds of budget that went to something else meanwhile.

    After a rest the first comes a little later, so that processes that only reply hear of it before.
    """
    await connection.execute(
        text("INSERT INTO pace (channel) VALUES (:channel) ON CONFLICT DO NOTHING"), {"channel": channel}
    )
    values = {"channel": channel, "holder": str(holder), "span": count / per_second, "spent": spent}
    values |= {"rested": RESTED, "gone": GONE, "replies_first": REPLIES_FIRST}
    row = (await connection.execute(_TAKE, values)).one()
    numbers = tuple(sorted(int(one) for one in row.senders if one != _REPLIES))
    return Slice(row.starts_in, 1 / per_second, count, numbers, answered_beside=_REPLIES in row.senders)


async def answer_beside(connection: AsyncConnection, channel: str) -> None:
    """Have the senders know that the reserve is in use by a process that takes no slices."""
    query = text(
        f"UPDATE pace SET senders = senders || jsonb_build_object(CAST(:key AS text), {_NOW}) WHERE channel = :channel"  # noqa: S608
    )
    await connection.execute(query, {"key": _REPLIES, "channel": channel})


async def spend(connection: AsyncConnection, channel: str, seconds: float) -> None:
    """So many seconds of budget went to something else than bulk."""
    query = text(f"UPDATE pace SET next_at = greatest(next_at, {_NOW}) + :seconds WHERE channel = :channel")  # noqa: S608
    await connection.execute(query, {"channel": channel, "seconds": seconds})


async def stop(connection: AsyncConnection, channel: str, seconds: float) -> None:
    """The channel wants to be left alone by everybody for so long."""
    values = {"channel": channel, "seconds": seconds, "replies_first": REPLIES_FIRST}
    await connection.execute(_STOP, values)


@dataclass(frozen=True, slots=True)
class Standing:
    """What goes on on a channel: whether anybody sends in bulk, and seconds for which it is to be left alone."""

    bulk: bool
    stopped_for: float


_LOOK = text(
    f"""
    SELECT next_at > {_NOW} - CAST(:rested AS float8) AS bulk,
           greatest(0, stopped_until - {_NOW}) AS stopped_for FROM pace WHERE channel = :channel
    """  # noqa: S608 - ours
)


async def look(connection: AsyncConnection, channel: str) -> Standing:
    """How the channel stands, for a process that only replies."""
    row = (await connection.execute(_LOOK, {"channel": channel, "rested": RESTED})).one_or_none()
    return Standing(row.bulk, row.stopped_for) if row else Standing(False, 0.0)

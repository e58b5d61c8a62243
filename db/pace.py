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


FORGOTTEN = 3.0
"""Seconds after which a process that takes no slices counts as gone."""

_NOW = "extract(epoch FROM clock_timestamp())::float8"
_TAKE = text(
    f"""
    WITH before AS (SELECT *, {_NOW} AS now FROM pace WHERE channel = :channel FOR UPDATE),
    start AS (
        SELECT greatest(next_at, stopped_until, now) + :spent AS at, now,
            jsonb_build_object(CAST(:holder AS text), now) || coalesce((
                SELECT jsonb_object_agg(key, value) FROM jsonb_each(senders)
                WHERE key <> CAST(:holder AS text) AND value::float8 > now - :forgotten), '{{}}') AS senders
        FROM before)
    UPDATE pace p SET next_at = start.at + :span, senders = start.senders FROM start WHERE p.channel = :channel
    RETURNING start.at - start.now AS starts_in, ARRAY(SELECT jsonb_object_keys(start.senders)) AS senders
    """  # noqa: S608 - ours
)


async def take(
    connection: AsyncConnection, channel: str, holder: int, per_second: float, count: int, *, spent: float = 0.0
) -> Slice:
    """Take the next ``count`` moments; ``spent``: seconds of budget that went to something else meanwhile."""
    await connection.execute(
        text("INSERT INTO pace (channel) VALUES (:channel) ON CONFLICT DO NOTHING"), {"channel": channel}
    )
    values = {"channel": channel, "holder": str(holder), "span": count / per_second, "spent": spent}
    row = (await connection.execute(_TAKE, values | {"forgotten": FORGOTTEN})).one()
    return Slice(row.starts_in, 1 / per_second, count, tuple(sorted(map(int, row.senders))))


async def spend(connection: AsyncConnection, channel: str, seconds: float) -> None:
    """So many seconds of budget went to something else than bulk."""
    query = text(f"UPDATE pace SET next_at = greatest(next_at, {_NOW}) + :seconds WHERE channel = :channel")  # noqa: S608
    await connection.execute(query, {"channel": channel, "seconds": seconds})


async def stop(connection: AsyncConnection, channel: str, seconds: float) -> None:
    """The channel wants to be left alone by everybody for so long."""
    query = text(f"UPDATE pace SET stopped_until = greatest(stopped_until, {_NOW} + :seconds) WHERE channel = :channel")  # noqa: S608
    await connection.execute(query, {"channel": channel, "seconds": seconds})


async def stopped_for(connection: AsyncConnection, channel: str) -> float:
    """Seconds for which the channel is still to be left alone."""
    query = text(f"SELECT greatest(0, stopped_until - {_NOW}) FROM pace WHERE channel = :channel")  # noqa: S608
    return float(await connection.scalar(query, {"channel": channel}) or 0.0)

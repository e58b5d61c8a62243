"""How people can be reached: free, for money, only by a template, not at all; counted by hamlet and channel."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.recipients import Reading

WAYS = ("free", "billed", "template", "blocked", "none")
"""Best first: at no cost now; billed within seven days; only by an approved template; blocked; on no channel."""

_WAY = """
    CASE WHEN i.id IS NULL THEN 5 WHEN i.blocked_at IS NOT NULL THEN 4 WHEN i.channel <> 'zalo_oa' THEN 1
         WHEN i.interacted_at >= :free_since THEN 1 WHEN i.interacted_at >= :open_since THEN 2 ELSE 3 END
"""


@dataclass(frozen=True)
class Since:
    """From when on a last interaction leaves the window free, and from when on open at all."""

    free: datetime
    open: datetime

    def values(self) -> dict[str, object]:
        """For the queries."""
        return {"free_since": self.free, "open_since": self.open}


@dataclass(frozen=True)
class Count:
    """So many people of a hamlet, on the channel that is their best way."""

    hamlet: str
    channel: str | None
    way: str
    people: int


_BY_HAMLET = text(
    f"""
    WITH best AS (
        SELECT DISTINCT ON (w.id) w.id, coalesce(w.hamlet, '') AS hamlet, i.channel, {_WAY} AS way
        FROM worker w LEFT JOIN worker_identity wi ON wi.worker_id = w.id LEFT JOIN identity i ON i.id = wi.identity_id
        WHERE w.place_id = ANY(:places) ORDER BY w.id, way)
    SELECT hamlet, channel, way, count(*) AS people FROM best GROUP BY 1, 2, 3 ORDER BY 1, 3, 2
    """  # noqa: S608 - the case is ours
)


async def reach_by_hamlet(connection: AsyncConnection, places: Collection[int], since: Since) -> list[Count]:
    """How the people of these communes can be reached."""
    rows = await connection.execute(_BY_HAMLET, {"places": list(places), **since.values()})
    return [Count(row.hamlet, row.channel, WAYS[row.way - 1], row.people) for row in rows]


_WAYS_OF = f"""
    SELECT {_WAY} AS way, w.phone IS NOT NULL AND w.phone_owner = 'own' AS phone, count(*) AS people
    FROM recipient r LEFT JOIN identity i ON i.id = r.identity_id LEFT JOIN worker w ON w.id = r.worker_id
    GROUP BY 1, 2
"""  # noqa: S608 - the case is ours


async def ways_of(connection: AsyncConnection, reading: Reading, since: Since) -> list[Any]:
    """An audience by way: rows of way (a number of ``WAYS``, from 1), phone (has one of their own), people."""
    query = text(reading.recipients + _WAYS_OF)
    return list((await connection.execute(query, dict(reading.values) | since.values())).all())

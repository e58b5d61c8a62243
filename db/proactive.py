"""What went unasked to an account in the last days, for the cap that holds over all of its kinds together."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

COUNTED = timedelta(days=7)
"""No cap looks further back."""

# A person's accounts count together; an account that serves a family counts for each of them.
_TOLD = text(
    """
    SELECT DISTINCT asked.id AS identity_id, p.id, p.at
    FROM unnest(CAST(:ids AS bigint[])) AS asked (id)
    CROSS JOIN LATERAL (
        SELECT asked.id AS identity_id
        UNION SELECT other.identity_id FROM worker_identity mine JOIN worker_identity other USING (worker_id)
              WHERE mine.identity_id = asked.id
    ) AS accounts
    JOIN proactive p ON p.identity_id = accounts.identity_id AND p.at > :since
    """
)
_NOTE = text("INSERT INTO proactive (identity_id, kind, at) SELECT unnest(CAST(:ids AS bigint[])), :kind, :now")


async def told(connection: AsyncConnection, identities: Collection[int], now: datetime) -> dict[int, list[datetime]]:
    """When each of the accounts' people got something unasked in the last week, for ``content.quiet.when_allowed``."""
    found: dict[int, list[datetime]] = {one: [] for one in identities}
    values = {"ids": list(identities), "since": now - COUNTED}
    for row in await connection.execute(_TOLD, values):
        found[row.identity_id].append(row.at)
    return found


async def note(connection: AsyncConnection, identities: Collection[int], kind: str, now: datetime) -> None:
    """Count one more for each account, in the transaction that owes the message."""
    await connection.execute(_NOTE, {"ids": list(identities), "kind": kind, "now": now})

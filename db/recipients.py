"""Who gets a broadcast: each person once, on the best of their accounts, and who can only be called.

Everything is one statement over the whole audience, also for a hundred thousand: nothing of it passes through Python.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.audiences import Audience, read_groups
from db.selection import REACHABLE, SILENT, Selection

SAMPLE = 10

PREFERENCE = "wi.preferred_at DESC NULLS LAST, wi.relation = 'self' DESC, i.active_at DESC, i.id"
"""Which of a person's accounts is written to first: the one they chose, their own, the one they used last."""

# reach: a person's best account; one: an account that serves several is written to once; bare: who never registered;
# unreached: whom nothing reaches, unless they want to hear nothing.
_RECIPIENTS = """
    WITH chosen AS MATERIALIZED (SELECT w.id FROM worker w WHERE {people}),
    reach AS MATERIALIZED (
        SELECT DISTINCT ON (wi.worker_id) wi.worker_id, i.id AS identity_id, i.channel, wi.relation = 'self' AS own
        FROM chosen JOIN worker_identity wi ON wi.worker_id = chosen.id JOIN identity i ON i.id = wi.identity_id
        WHERE {reachable} AND {accounts}
        ORDER BY wi.worker_id, {preference}),
    one AS (SELECT DISTINCT ON (identity_id) worker_id, identity_id, channel FROM reach
            ORDER BY identity_id, own DESC, worker_id),
    bare AS (
        SELECT CAST(NULL AS bigint), i.id, i.channel FROM identity i
        WHERE {reachable} AND {bare} AND NOT EXISTS (SELECT 1 FROM worker_identity wi WHERE wi.identity_id = i.id)),
    recipient (worker_id, identity_id, channel, reason) AS (
        SELECT worker_id, identity_id, channel, CAST(NULL AS text) FROM one
        UNION ALL SELECT *, NULL FROM bare
        {unreached})
"""
_UNREACHED = """
        UNION ALL SELECT c.id, NULL, NULL, CASE WHEN EXISTS (
            SELECT 1 FROM worker_identity wi JOIN identity i ON i.id = wi.identity_id
            WHERE wi.worker_id = c.id AND i.blocked_at IS NOT NULL) THEN 'blocked'
            WHEN EXISTS (SELECT 1 FROM worker_identity wi WHERE wi.worker_id = c.id) THEN 'channel' ELSE 'no_chat' END
        FROM chosen c WHERE NOT EXISTS (SELECT 1 FROM reach r WHERE r.worker_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM worker_identity wi JOIN identity i ON i.id = wi.identity_id
                        WHERE wi.worker_id = c.id AND {silent})
"""


@dataclass(frozen=True)
class Reading:
    """An audience read for one occasion: the statement's beginning, and the values that it names."""

    recipients: str
    """``WITH … recipient (worker_id, identity_id, channel, reason)``: a row a person; a reason where no account."""
    values: Mapping[str, object]


async def read(
    connection: AsyncConnection,
    audience: Audience,
    served: Collection[str],
    now: datetime,
    *,
    notice_id: int | None = None,
    within: list[int] | None = None,
) -> Reading:
    """Make the selection of an audience.

    ``served`` are the channels that can be written to, ``within`` the places whose people its author may write to.
    Raises ``db.audiences.UnknownGroup``.
    """
    selection = Selection(audience, await read_groups(connection, audience), now, notice_id, within)
    query = _RECIPIENTS.format(
        people=selection.people(),
        accounts=selection.accounts(),
        bare=selection.bare_accounts(),
        reachable=REACHABLE,
        preference=PREFERENCE,
        unreached="" if audience.chooses_accounts else _UNREACHED.format(silent=SILENT),
    )
    return Reading(query, selection.values | {"served": list(served)})


@dataclass(frozen=True)
class Preview:
    """What a broadcast would be, before anything is sent."""

    by_channel: dict[str, int]
    by_language: dict[str, int]
    unreachable: dict[str, int]
    """By reason: those to be called."""
    excluded: dict[str, int]
    """By exclusion: how many more it would be without that one alone."""

    @property
    def people(self) -> int:
        """Who will be written to: each person, or each account that serves several, once."""
        return sum(self.by_channel.values())


_COUNTS = """
    SELECT r.channel, r.reason, coalesce(i.lang, 'vi') AS lang, count(*) AS people
    FROM recipient r LEFT JOIN identity i ON i.id = r.identity_id GROUP BY 1, 2, 3
"""


async def preview(
    connection: AsyncConnection,
    audience: Audience,
    served: Collection[str],
    now: datetime,
    *,
    notice_id: int | None = None,
    within: list[int] | None = None,
) -> Preview:
    """Count whom an audience reaches, by channel and language, whom it does not, and whom the exclusions leave out."""

    async def counted(of: Audience) -> list[Any]:
        reading = await read(connection, of, served, now, notice_id=notice_id, within=within)
        return list(await connection.execute(text(reading.recipients + _COUNTS), dict(reading.values)))

    rows = await counted(audience)
    total = sum(row.people for row in rows)
    excluded = {
        name: sum(row.people for row in await counted(looser)) - total for name, looser in audience.without.items()
    }
    return Preview(_tally(rows, "channel"), _tally(rows, "lang"), _tally(rows, "reason"), excluded)


def _tally(rows: list[Any], by: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        if (row.reason is None) != (by == "reason"):
            counts[getattr(row, by)] = counts.get(getattr(row, by), 0) + row.people
    return counts


_PEOPLE = """
    SELECT r.worker_id, r.channel, r.reason, w.name, w.birth_year, w.place_id, w.hamlet, coalesce(i.lang, 'vi') AS lang
    FROM recipient r LEFT JOIN identity i ON i.id = r.identity_id LEFT JOIN worker w ON w.id = r.worker_id
    ORDER BY hashint8(coalesce(r.worker_id, -r.identity_id)) LIMIT :sample
"""


async def sample(
    connection: AsyncConnection,
    audience: Audience,
    served: Collection[str],
    now: datetime,
    *,
    notice_id: int | None = None,
    within: list[int] | None = None,
) -> list[Any]:
    """Some of the people, the same at every look: who they are, on which channel and in which language, or why not."""
    reading = await read(connection, audience, served, now, notice_id=notice_id, within=within)
    values = dict(reading.values) | {"sample": SAMPLE}
    return list(await connection.execute(text(reading.recipients + _PEOPLE), values))

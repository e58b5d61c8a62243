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

OF_THE_NEED = "(wi.merged_at IS NULL OR i.id = r.identity_id)"
"""Of a need ``r`` of somebody whom staff made one of two, only the chat hears that sent it, until the person has shown
to be both (``is_unproven``)."""
NAME_THERE = "CASE WHEN best.merged_at IS NULL THEN w.name END AS name"
"""How ``best`` calls the person ``w``: after a merger the name may be the other's, and is not said until then."""

# reach: a person's best account; one: an account that serves several is written to once; bare: who never registered;
# unreached: whom nothing reaches, unless they want to hear nothing.
_RECIPIENTS = """
    WITH chosen AS MATERIALIZED (SELECT w.id FROM worker w {some} WHERE {people}),
    reach AS MATERIALIZED (
        SELECT DISTINCT ON (wi.worker_id) wi.worker_id, i.id AS identity_id, i.channel, wi.relation = 'self' AS own
        FROM chosen JOIN worker_identity wi ON wi.worker_id = chosen.id JOIN identity i ON i.id = wi.identity_id
        WHERE {reachable} AND {accounts}
        ORDER BY wi.worker_id, {preference}),
    one AS (SELECT DISTINCT ON (identity_id) worker_id, identity_id, channel FROM reach
            ORDER BY identity_id, own DESC, worker_id),
    bare AS (
        SELECT CAST(NULL AS bigint), i.id, i.channel FROM identity i {some}
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
class Share:
    """How many of the people are looked at: ``asked`` of the table's pages, which turned out to be ``got`` of them."""

    asked: float = 1.0
    got: float = 1.0

    @property
    def is_all(self) -> bool:
        """Everybody is looked at."""
        return self.asked == 1.0

    @property
    def words(self) -> str:
        """As SQL; the same people each time."""
        return "" if self.is_all else f"TABLESAMPLE SYSTEM ({self.asked * 100:.6f}) REPEATABLE (7)"


ALL = Share()


@dataclass(frozen=True)
class Reading:
    """An audience read for one occasion: the statement's beginning, and the values that it names."""

    recipients: str
    """``WITH … recipient (worker_id, identity_id, channel, reason)``: a row a person; a reason where no account."""
    values: Mapping[str, object]
    share: float = 1.0
    """Below 1, only so many of the people are looked at, and counts are to be divided by it."""


async def read(
    connection: AsyncConnection,
    audience: Audience,
    served: Collection[str],
    now: datetime,
    *,
    notice_id: int | None = None,
    within: list[int] | None = None,
    share: Share = ALL,
) -> Reading:
    """Make the selection of an audience.

    ``served`` are the channels that can be written to, ``within`` the places whose people its author may write to;
    ``share``: look at so many of the people only. Raises ``db.audiences.UnknownGroup``.
    """
    selection = Selection(audience, await read_groups(connection, audience), now, notice_id, within)
    query = _RECIPIENTS.format(
        some=share.words,
        people=selection.people(),
        accounts=selection.accounts(),
        bare=selection.bare_accounts(),
        reachable=REACHABLE,
        preference=PREFERENCE,
        unreached="" if audience.chooses_accounts else _UNREACHED.format(silent=SILENT),
    )
    return Reading(query, selection.values | {"served": list(served)}, share.got)


LOOKED_AT = 10_000
"""So many people are looked at to count an audience of a large district; below three times that, all of them."""
FEW = 100
"""Fewer than this among those say too little: then everybody is looked at, and few are found."""
_PEOPLE_THERE = text("SELECT reltuples FROM pg_class WHERE oid = CAST('worker' AS regclass)")
_LOOKED_AT = "SELECT count(*) FROM worker {0}"
_HITS = "SELECT count(*) FROM recipient"


async def share_of(
    connection: AsyncConnection,
    audience: Audience,
    served: Collection[str],
    now: datetime,
    *,
    notice_id: int | None = None,
    within: list[int] | None = None,
) -> Share:
    """How many of the people must be looked at to count an audience well: all, or a share that says enough."""
    there = float(await connection.scalar(_PEOPLE_THERE) or 0.0)
    if there < 3 * LOOKED_AT:
        return ALL
    share = Share(LOOKED_AT / there)
    looked_at = int(await connection.scalar(text(_LOOKED_AT.format(share.words))) or 0)
    share = Share(share.asked, looked_at / there)
    some = await read(connection, audience, served, now, notice_id=notice_id, within=within, share=share)
    hits = int(await connection.scalar(text(some.recipients + _HITS), dict(some.values)) or 0)
    return share if hits >= FEW else ALL


@dataclass(frozen=True)
class Preview:
    """What a broadcast would be, before anything is sent."""

    by_channel: dict[str, int]
    by_language: dict[str, int]
    unreachable: dict[str, int]
    """By reason: those to be called."""
    excluded: dict[str, int]
    """By exclusion: how many more it would be without that one alone."""
    about: bool = False
    """Reckoned from a share of the people, to two digits."""

    @property
    def people(self) -> int:
        """Who will be written to: each person, or each account that serves several, once."""
        return sum(self.by_channel.values())


# Where only a share of the people was looked at, an account that serves several counts for each of them in part.
_COUNTS = """
    SELECT r.channel, r.reason, coalesce(i.lang, 'vi') AS lang, {people} AS people
    FROM recipient r LEFT JOIN identity i ON i.id = r.identity_id GROUP BY 1, 2, 3
"""
_EACH = "count(*)"
_IN_PART = """
    sum(1.0 / greatest(1, (SELECT count(*) FROM worker_identity wi WHERE wi.identity_id = r.identity_id)))
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
    """Count whom an audience reaches, by channel and language, whom it does not, and whom the exclusions leave out.

    In a large district the counts of a large audience are reckoned from a share of its people.
    """
    where: dict[str, Any] = {"notice_id": notice_id, "within": within}
    share = await share_of(connection, audience, served, now, **where)
    counts = _COUNTS.format(people=_EACH if share.is_all else _IN_PART)

    async def counted(of: Audience) -> list[Any]:
        reading = await read(connection, of, served, now, **where, share=share)
        return list(await connection.execute(text(reading.recipients + counts), dict(reading.values)))

    rows = await counted(audience)
    total = sum(row.people for row in rows)
    excluded = {
        name: _whole(sum(row.people for row in await counted(looser)) - total, share)
        for name, looser in audience.without.items()
    }
    by_channel, by_language, reasons = (_tally(rows, by, share) for by in ("channel", "lang", "reason"))
    return Preview(by_channel, by_language, reasons, excluded, about=not share.is_all)


def _tally(rows: list[Any], by: str, share: Share) -> dict[str, int]:
    counts: dict[str, float] = {}
    for row in rows:
        if (row.reason is None) != (by == "reason"):
            counts[getattr(row, by)] = counts.get(getattr(row, by), 0) + float(row.people)
    return {name: _whole(people, share) for name, people in counts.items()}


def _whole(people: float, share: Share) -> int:
    """Of all the people; where it is reckoned, no more digits than it is worth."""
    if share.is_all:
        return int(people)
    return int(float(f"{float(people) / share.got:.2g}"))


async def head_count(
    connection: AsyncConnection,
    audience: Audience,
    served: Collection[str],
    now: datetime,
    *,
    notice_id: int | None = None,
    within: list[int] | None = None,
) -> int:
    """Who would be written to, as ``preview`` counts them."""
    where: dict[str, Any] = {"notice_id": notice_id, "within": within}
    share = await share_of(connection, audience, served, now, **where)
    reading = await read(connection, audience, served, now, **where, share=share)
    heads = f"SELECT {_EACH if share.is_all else _IN_PART} FROM recipient r WHERE r.identity_id IS NOT NULL"  # noqa: S608
    return _whole(await connection.scalar(text(reading.recipients + heads), dict(reading.values)) or 0, share)


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
    where: dict[str, Any] = {"notice_id": notice_id, "within": within}
    share = await share_of(connection, audience, served, now, **where)
    reading = await read(connection, audience, served, now, **where, share=share)
    values = dict(reading.values) | {"sample": SAMPLE}
    return list(await connection.execute(text(reading.recipients + _PEOPLE), values))

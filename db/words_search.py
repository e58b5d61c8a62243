"""Searching what was written about cases: messages, notes, and the words of calls, newest first.

Each source is looked through by itself: first its newest ``WINDOW`` words, where what is common fills a page; only
what is rarer asks the index, which then finds few. So neither a common word nor a rare one reads everything.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.bounds import Bounds

WINDOW = 3_000
CAP = 200
"""More finds than that are to be narrowed, not counted."""
SOURCES = {
    "message": ("case_message", "true"),
    "note": ("case_note", "true"),
    "call": ("case_call", "s.words <> ''"),
}
"""Each a table and which of its rows have words; in the order of those that were written at the same moment."""
_BEGUN = 3
"""So many letters may be the beginning of a word; fewer begin too many."""
_SHORTEST_PART = 3
"""The index knows three letters and more of a script without spaces; less is looked for among the newest only."""


@dataclass(frozen=True)
class Place:
    """Where a page ended: what comes after it is older."""

    at: datetime
    source: str
    id: int


@dataclass(frozen=True)
class Finds:
    """One page; ``count`` goes no further than ``CAP``, ``more`` tells that older ones follow."""

    rows: Sequence[Row[Any]]
    more: bool
    count: int
    capped: bool
    newest_only: bool = False
    """Whether a word was too short to be looked for further back."""


def patterns(words: Sequence[str]) -> list[str]:
    """What folded words must look like: whole Latin words, the last of which may be begun; parts of any other."""
    if all(word.isascii() for word in words):
        *whole, last = map(_escaped, words)
        return [*(f"% {word} %" for word in whole), f"% {last}%" if len(last) >= _BEGUN else f"% {last} %"]
    return [f"% {_escaped(word)} %" if word.isascii() else f"%{_escaped(word)}%" for word in words]


async def find(
    session: AsyncSession, bounds: Bounds, words: Sequence[str], size: int, after: Place | None = None
) -> Finds:
    """The newest words in which all of ``words`` stand, within the bounds."""
    if bounds.is_nothing or not words:
        return Finds([], more=False, count=0, capped=False)
    fits = {f"fit{at}": pattern for at, pattern in enumerate(patterns(words))}
    deep = any(word.isascii() or len(word) >= _SHORTEST_PART for word in words)
    found: list[Row[Any]] = []
    count, capped = 0, False
    for source in SOURCES:
        rows, counted = await _source(session, source, bounds, fits, size + 1, after, deep=deep)
        found += rows
        count, capped = count + min(counted, CAP), capped or counted > CAP
    order = list(SOURCES)
    found.sort(key=lambda row: (-row.created_at.timestamp(), order.index(row.what), -row.id))
    return Finds(found[:size], len(found) > size, min(count, CAP), capped or count > CAP, newest_only=not deep)


async def _source(
    session: AsyncSession,
    source: str,
    bounds: Bounds,
    fits: dict[str, str],
    size: int,
    after: Place | None,
    *,
    deep: bool,
) -> tuple[Sequence[Row[Any]], int]:
    """The newest that fit of one source, and how many were seen to fit."""
    values: dict[str, Any] = {**fits, "size": size, "cap": CAP + 1}
    older = _older(source, after, values)
    inside = _inside(bounds, values)
    like = " AND ".join(f"s.search LIKE :{name}" for name in fits)
    khmer = "".join(
        f" AND khmer_grams(s.search) @> khmer_grams(CAST(:{name} AS text))"
        for name, fit in fits.items()
        if not fit.isascii()
    )
    table, written = SOURCES[source]
    newest = f"""(SELECT * FROM {table} s WHERE {written} AND {older} ORDER BY s.created_at DESC, s.id DESC
        LIMIT {WINDOW} OFFSET 0) s"""  # noqa: S608 - made of fixed fragments, values are bound
    rows = await _read(session, source, f"{newest} {inside} AND {like}", values)
    if len(rows) >= size or not deep:
        return rows, rows[0].matches if rows else 0
    everywhere = f"(SELECT * FROM {table} s WHERE {written} AND {like}{khmer} AND {older}) s {inside}"  # noqa: S608
    rows = await _read(session, source, everywhere, values)
    return rows, rows[0].matches if rows else 0


async def _read(session: AsyncSession, source: str, wanted: str, values: dict[str, Any]) -> Sequence[Row[Any]]:
    query = f"""SELECT '{source}' AS what, s.id, s.registration_id, s.actor, s.words, s.created_at,
        count(*) OVER () AS matches FROM {wanted} ORDER BY s.created_at DESC, s.id DESC LIMIT :size"""  # noqa: S608
    used = {name: value for name, value in values.items() if f":{name}" in query}
    return (await session.execute(text(query), used)).all()


def _older(source: str, after: Place | None, values: dict[str, Any]) -> str:
    """The condition that words come after the place in the order of all sources."""
    if after is None:
        return "true"
    order = list(SOURCES)
    values |= {"at": after.at, "at_id": after.id}
    if source == after.source:
        return "(s.created_at, s.id) < (:at, :at_id)"
    return "s.created_at <= :at" if order.index(source) > order.index(after.source) else "s.created_at < :at"


def _inside(bounds: Bounds, values: dict[str, Any]) -> str:
    """The cases that are in sight, as a join; ends in a condition that others may follow."""
    if bounds.places is None:
        return "WHERE true"
    values |= {"communes": sorted(bounds.places), "hamlets": sorted(bounds.hamlets)}
    return """JOIN registration r ON r.id = s.registration_id
        WHERE (r.place_id = ANY(CAST(:communes AS bigint[])) OR r.hamlet_id = ANY(CAST(:hamlets AS bigint[])))"""


def _escaped(part: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", part)

"""The desk's list of registrations: pages, capped counts and search that stay quick at a million rows.

A filter with few values (place, kind, status) is read as lanes: one index range each, newest first, merged. So a page
costs a few rows from each lane however rare the combination is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.bounds import Bounds
from db.registrations import KINDS, STATUSES

COUNT_CAP = 10_000
"""Beyond it a list only says "more than"."""
WINDOW = 3_000
"""How many of the newest registrations are looked through before the search index is asked.

A name that is common enough to fill a page within them never needs the index, where it would match hundreds of
thousands; a rarer one matches few enough there.
"""
_SHORTEST_BEGINNING = 3
_FULL_NAME = 3
"""So many words are a person's name: rare enough to ask the index at once."""


@dataclass(frozen=True)
class Term:
    """What is searched: the number of a registration, a whole phone number, words that all must stand there, or a part.

    ``words`` are folded Latin words, whole but for the last, which may be begun only. ``parts`` may stand within words.
    """

    number: int | None = None
    phone: str | None = None
    words: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """Which registrations are wanted: of whole communes, None meaning all of them, and of single hamlets besides."""

    places: frozenset[int] | None = None
    hamlets: frozenset[int] = frozenset()
    kind: str | None = None
    status: str | None = None
    overdue_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    term: Term | None = None


@dataclass(frozen=True)
class Cursor:
    """A place in the list: rows after it are older, or newer when ``newer``."""

    made: datetime
    id: int
    newer: bool = False


@dataclass(frozen=True)
class Page:
    """One page of the list; ``more`` tells that it goes on in the direction asked."""

    rows: Sequence[Row[Any]]
    more: bool
    count: int
    capped: bool


@dataclass
class _Where:
    """Conditions on ``registration r`` with their values, and the lanes they are read in."""

    conditions: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    lanes: list[tuple[str, str]] = field(default_factory=lambda: [("(SELECT 1) lane", "true")])
    """Each the rows of values that give a lane, and the condition by which they do."""

    def add(self, condition: str, **values: Any) -> None:
        self.conditions.append(condition)
        self.values |= values

    @property
    def sql(self) -> str:
        return " AND ".join(self.conditions) or "true"


_COLUMNS = """r.id, r.kind, r.status, r.closed_reason, r.created_at, r.promised_at, r.twin_id, r.place_id,
 r.worker_id, w.name, w.birth_year, w.sex, w.hamlet, w.phone, w.phone_owner"""
_NEWEST, _OLDEST = "created_at DESC, id DESC", "created_at, id"


async def page(session: AsyncSession, wanted: Wanted, size: int, cursor: Cursor | None = None) -> Page:
    """One page of the list, newest first, with its count as far as that is cheap."""
    if Bounds(wanted.places, wanted.hamlets).is_nothing:
        return Page([], more=False, count=0, capped=False)
    if wanted.term is not None:
        return await _search(session, wanted, wanted.term, size, cursor)
    where = _lanes(wanted)
    count = await _count(session, where)
    _after(where, cursor)
    picked = f"SELECT r.id, r.created_at FROM {_lane_rows(where, cursor, 'r.id, r.created_at', ':size')} r"  # noqa: S608
    rows = await _fetch(session, f"{picked} ORDER BY {_order(cursor)} LIMIT :size", where.values, size, cursor)
    return _page(rows, size, min(count, COUNT_CAP), capped=count > COUNT_CAP, cursor=cursor)


async def count(session: AsyncSession, wanted: Wanted) -> int:
    """How many there are, counted no further than one above ``COUNT_CAP``."""
    if Bounds(wanted.places, wanted.hamlets).is_nothing:
        return 0
    return await _count(session, _lanes(wanted))


def _lanes(wanted: Wanted) -> _Where:
    """Conditions that each lane answers from the end of one index."""
    where = _Where()
    _narrow(where, wanted)
    for name, value in (("kind", wanted.kind), ("status", wanted.status)):
        if value:
            where.add(f"r.{name} = :{name}", **{name: value})
    if wanted.places is not None:
        where.lanes = [*_commune_lanes(where, wanted), *_hamlet_lanes(where, wanted)]
    return where


def _commune_lanes(where: _Where, wanted: Wanted) -> Iterator[tuple[str, str]]:
    places = sorted(wanted.places or ())
    if not places:
        return
    if not wanted.kind and not wanted.status:
        where.values["lane_places"] = places
        yield "unnest(CAST(:lane_places AS bigint[])) lane(place_id)", "r.place_id = lane.place_id"
        return
    kinds, statuses = [wanted.kind] if wanted.kind else KINDS, [wanted.status] if wanted.status else STATUSES
    lanes = list(product(places, kinds, statuses))
    names = ("lane_places", "lane_kinds", "lane_statuses")
    where.values |= {name: list(values) for name, values in zip(names, zip(*lanes, strict=True), strict=True)}
    rows = (
        "unnest(CAST(:lane_places AS bigint[]), CAST(:lane_kinds AS text[]), CAST(:lane_statuses AS text[])) "
        "lane(place_id, kind, status)"
    )
    yield rows, "r.place_id = lane.place_id AND r.kind = lane.kind AND r.status = lane.status"


def _hamlet_lanes(where: _Where, wanted: Wanted) -> Iterator[tuple[str, str]]:
    """A hamlet has so few people that their index need not know more than when they came."""
    if wanted.hamlets:
        where.values |= {"lane_hamlets": sorted(wanted.hamlets), "whole": sorted(wanted.places or ())}
        rows = "unnest(CAST(:lane_hamlets AS bigint[])) lane(hamlet_id)"
        yield rows, "r.hamlet_id = lane.hamlet_id AND r.place_id <> ALL(CAST(:whole AS bigint[]))"


def conditions(wanted: Wanted) -> _Where:
    """The same conditions without lanes, for queries that begin elsewhere."""
    where = _Where()
    _narrow(where, wanted)
    if wanted.places is not None:
        bounds = {"places": sorted(wanted.places), "hamlets": sorted(wanted.hamlets)}
        inside = "r.place_id = ANY(CAST(:places AS bigint[]))"
        if wanted.hamlets:
            inside = f"({inside} OR r.hamlet_id = ANY(CAST(:hamlets AS bigint[])))"
        else:
            bounds.pop("hamlets")
        where.add(inside, **bounds)
    for name, value in (("kind", wanted.kind), ("status", wanted.status)):
        if value:
            where.add(f"r.{name} = :{name}", **{name: value})
    return where


def _narrow(where: _Where, wanted: Wanted) -> None:
    if wanted.since:
        where.add("r.created_at >= :since", since=wanted.since)
    if wanted.until:
        where.add("r.created_at < :until", until=wanted.until)
    if wanted.overdue_at:
        where.add("r.due_at < :overdue_at", overdue_at=wanted.overdue_at)


def _after(where: _Where, cursor: Cursor | None) -> None:
    if cursor:
        sign = ">" if cursor.newer else "<"
        where.add(
            f"(r.created_at, r.id) {sign} (:cursor_made, :cursor_id)", cursor_made=cursor.made, cursor_id=cursor.id
        )


def _order(cursor: Cursor | None) -> str:
    return _OLDEST if cursor and cursor.newer else _NEWEST


def _of_r(order: str) -> str:
    return ", ".join(f"r.{column}" for column in order.split(", "))


def _lane_rows(where: _Where, cursor: Cursor | None, columns: str, limit: str) -> str:
    each = (
        f"""SELECT found.* FROM {rows} CROSS JOIN LATERAL (SELECT {columns} FROM registration r
        WHERE {fits} AND {where.sql} ORDER BY {_order(cursor)} LIMIT {limit}) found"""  # noqa: S608
        for rows, fits in where.lanes
    )
    return f"({' UNION ALL '.join(each)})"


async def _count(session: AsyncSession, where: _Where) -> int:
    each = (
        f"""SELECT 1 FROM {rows} CROSS JOIN LATERAL
        (SELECT 1 FROM registration r WHERE {fits} AND {where.sql} LIMIT :cap) found"""  # noqa: S608
        for rows, fits in where.lanes
    )
    query = f"SELECT count(*) FROM (SELECT 1 FROM ({' UNION ALL '.join(each)}) a LIMIT :cap) capped"  # noqa: S608
    found: int = (await session.execute(text(query), where.values | {"cap": COUNT_CAP + 1})).scalar_one()
    return found


async def _fetch(
    session: AsyncSession, picked: str, values: dict[str, Any], size: int, cursor: Cursor | None
) -> Sequence[Row[Any]]:
    """The rows of a page in the direction of the cursor, one more than its size when the list goes on."""
    query = f"""WITH picked AS MATERIALIZED ({picked}) SELECT {_COLUMNS}, {_matches(picked)} AS matches
        FROM picked JOIN registration r ON r.id = picked.id JOIN worker w ON w.id = r.worker_id
        ORDER BY {_of_r(_order(cursor))}"""  # noqa: S608
    return (await session.execute(text(query), values | {"size": size + 1})).all()


def _matches(picked: str) -> str:
    return "picked.matches" if "AS matches" in picked else "0"


def _page(rows: Sequence[Row[Any]], size: int, count: int, *, capped: bool, cursor: Cursor | None) -> Page:
    kept = rows[:size]
    in_order = kept[::-1] if cursor and cursor.newer else kept
    return Page(in_order, more=len(rows) > size, count=count, capped=capped)


async def _search(session: AsyncSession, wanted: Wanted, term: Term, size: int, cursor: Cursor | None) -> Page:
    if term.words and len(term.words) < _FULL_NAME:
        rows = await _search_newest(session, wanted, term, size, cursor)
        if len(rows) > size:
            return _page(rows, size, min(rows[0].matches, COUNT_CAP), capped=True, cursor=cursor)
    rows = await _search_all(session, wanted, term, size, cursor)
    if not rows and cursor is None and term.words:
        rows = await _search_all(session, wanted, Term(parts=term.words), size, cursor)
    found = rows[0].matches if rows else 0
    capped = found > COUNT_CAP or cursor is not None
    return _page(rows, size, min(found, COUNT_CAP), capped=capped, cursor=cursor)


async def _search_all(
    session: AsyncSession, wanted: Wanted, term: Term, size: int, cursor: Cursor | None
) -> Sequence[Row[Any]]:
    """What fits anywhere, by the index that the term has."""
    where = conditions(wanted)
    people = search(where, term)
    _after(where, cursor)
    picked = f"""SELECT r.id, r.created_at, count(*) OVER () AS matches
        FROM {people} JOIN registration r ON r.worker_id = w.id
        WHERE {where.sql} ORDER BY {_of_r(_order(cursor))} LIMIT :size"""  # noqa: S608
    return await _fetch(session, picked, where.values, size, cursor)


async def _search_newest(
    session: AsyncSession, wanted: Wanted, term: Term, size: int, cursor: Cursor | None
) -> Sequence[Row[Any]]:
    """What fits among the newest ``WINDOW``."""
    wide = Wanted(wanted.places, wanted.hamlets, since=wanted.since, until=wanted.until)
    where = _lanes(wanted if wanted.places is None else wide)
    _after(where, cursor)
    rest = conditions(wanted)
    for at, pattern in enumerate(_word_patterns(term)):
        rest.add(f"' ' || w.search || ' ' LIKE :pattern{at}", **{f"pattern{at}": pattern})
    columns = "r.id, r.created_at, r.worker_id, r.place_id, r.hamlet_id, r.kind, r.status, r.due_at"
    # OFFSET 0 keeps the planner from beginning with the search index, which is what this way is there to avoid.
    order = _order(cursor)
    picked = f"""SELECT r.id, r.created_at, count(*) OVER () AS matches
        FROM (SELECT newest.* FROM {_lane_rows(where, cursor, columns, ":window")} newest
              ORDER BY {order} LIMIT :window) r
        CROSS JOIN LATERAL (SELECT search FROM worker WHERE worker.id = r.worker_id OFFSET 0) w
        WHERE {rest.sql} ORDER BY {_of_r(order)} LIMIT :size"""  # noqa: S608
    return await _fetch(session, picked, where.values | rest.values | {"window": WINDOW}, size, cursor)


def search(where: _Where, term: Term) -> str:
    """Add what the term asks; returns where the search begins: with the people, or with a registration's number."""
    if term.number is not None:
        where.add("r.id = :number", number=term.number)
        return "worker w"
    if term.phone is not None:
        where.add("w.phone = :phone", phone=term.phone)
        return "worker w"
    if term.words:
        where.values["words"] = " & ".join(_tsquery(term))
        return "(SELECT id FROM worker WHERE to_tsvector('simple', search) @@ CAST(:words AS text)::tsquery) w"
    where.values |= {f"part{at}": f"%{_escaped(part)}%" for at, part in enumerate(term.parts)}
    fits = " AND ".join(f"search LIKE :part{at}{_khmer(part, at)}" for at, part in enumerate(term.parts))
    return f"(SELECT id FROM worker WHERE {fits}) w"  # noqa: S608


def _khmer(part: str, at: int) -> str:
    """What lets the index of Khmer find a part: pg_trgm, which ``LIKE`` asks, knows no Khmer letters."""
    return "" if part.isascii() else f" AND khmer_grams(search) @> khmer_grams(CAST(:part{at} AS text))"


def _may_be_begun(word: str) -> bool:
    """Two letters begin too many words for the index to be of use."""
    return len(word) >= _SHORTEST_BEGINNING


def _tsquery(term: Term) -> list[str]:
    *whole, last = (f"'{word}'" for word in term.words)
    return [*whole, f"{last}:*" if _may_be_begun(term.words[-1]) else last]


def _word_patterns(term: Term) -> list[str]:
    *whole, last = map(_escaped, term.words)
    return [*(f"% {word} %" for word in whole), f"% {last}%" if _may_be_begun(last) else f"% {last} %"]


def _escaped(part: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", part)

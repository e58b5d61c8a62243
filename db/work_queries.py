"""The list of what is to be done: open cases, those with the highest priority first, then by the day that is due
or, of those who wait for a word, by who has waited longest.

It is read as lanes, one index range each, like the list of registrations: a priority, and a commune or hamlet where
the viewer's bounds or a filter name some. So a page costs a few rows of each lane.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.bounds import Bounds
from db.priority import MOST

COUNT_CAP = 10_000
DUE = ("r.due_at", "true")
WAITS = {
    "unanswered": ("r.asked_at", "r.asked_at IS NOT NULL"),
    "unheard": ("r.written_at", "r.written_at IS NOT NULL"),
    "uncalled": ("r.created_at", "r.called_at IS NULL"),
    "silent": ("coalesce(r.contact_at, r.created_at)", "true"),
}
"""Who waits for whom: since which moment, and which cases; each has an index in the order of priority and moment.

The worker wrote or asked and nobody answered; staff wrote and heard nothing; nobody ever called; not a word either way.
"""
PRIORITIES = tuple(range(MOST, -1, -1))


@dataclass(frozen=True)
class Work:
    """Which open cases are wanted; ``ranked`` puts priority before the day."""

    bounds: Bounds
    owner_id: int | None = None
    nobodys: bool = False
    due_before: datetime | None = None
    kind: str | None = None
    waits: str | None = None
    """One of ``WAITS``, whose moment then takes the place of the day that is due."""
    waits_before: datetime | None = None
    ranked: bool = True


@dataclass(frozen=True)
class WorkCursor:
    """A place in the list; rows after it come later."""

    priority: int
    moment: datetime
    id: int


@dataclass(frozen=True)
class WorkPage:
    """One page; ``more`` tells that it goes on."""

    rows: Sequence[Row[Any]]
    more: bool
    count: int
    capped: bool


@dataclass
class _Query:
    conditions: list[str] = field(default_factory=lambda: ["r.due_at IS NOT NULL"])
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, condition: str, **values: Any) -> None:
        self.conditions.append(condition)
        self.values |= values


_COLUMNS = """r.id, r.kind, r.status, r.priority, r.due_at, r.promised_at, r.created_at, r.place_id, r.hamlet_id,
 r.owner_id, r.twin_id, r.level, s.name AS owner, w.name, w.birth_year, w.hamlet, w.phone"""


async def work_page(session: AsyncSession, work: Work, size: int, cursor: WorkCursor | None = None) -> WorkPage:
    """One page of the list with its count as far as that is cheap."""
    if work.bounds.is_nothing:
        return WorkPage([], more=False, count=0, capped=False)
    query = _conditions(work)
    count = await _count(session, work, query)
    rows = await _rows(session, work, query, size, cursor)
    return WorkPage(rows[:size], len(rows) > size, min(count, COUNT_CAP), count > COUNT_CAP)


async def work_count(session: AsyncSession, work: Work, cap: int = COUNT_CAP) -> int:
    """How many there are, counted no further than one above ``cap``."""
    return 0 if work.bounds.is_nothing else await _count(session, work, _conditions(work), cap)


def _conditions(work: Work) -> _Query:
    query = _Query()
    narrow(query.add, work)
    return query


def narrow(add: Callable[..., None], work: Work) -> None:
    """Tell ``add`` the conditions on open cases, besides the bounds; ``add`` takes a condition and its values."""
    if work.owner_id is not None:
        add("r.owner_id = :owner", owner=work.owner_id)
    if work.nobodys:
        add("r.owner_id IS NULL")
    if work.due_before is not None:
        add("r.due_at < :due_before", due_before=work.due_before)
    if work.waits is not None:
        add(WAITS[work.waits][1])
    if work.waits_before is not None:
        add(f"{moment_of(work)} < :waits_before", waits_before=work.waits_before)
    if work.kind is not None:
        add("r.kind = :kind", kind=work.kind)


def moment_of(work: Work) -> str:
    """What the list is ordered by after the priority."""
    return (WAITS[work.waits] if work.waits is not None else DUE)[0]


def _places(work: Work, query: _Query) -> list[tuple[str, str]]:
    """Each the rows that give a lane its place, and the condition by which they do."""
    bounds = work.bounds
    if bounds.places is None:
        return [("(SELECT 1) here", "true")]
    query.values |= {"communes": sorted(bounds.places), "hamlets": sorted(bounds.hamlets)}
    return [
        ("unnest(CAST(:communes AS bigint[])) here(place)", "r.place_id = here.place"),
        ("unnest(CAST(:hamlets AS bigint[])) here(place)",
         "r.hamlet_id = here.place AND r.place_id <> ALL(CAST(:communes AS bigint[]))"),
    ]  # fmt: skip


def _inside(work: Work, query: _Query) -> str:
    """The bounds as one condition, for the cases of one owner: those are few enough."""
    if work.bounds.places is None:
        return "true"
    query.values |= {"communes": sorted(work.bounds.places), "hamlets": sorted(work.bounds.hamlets)}
    return "(r.place_id = ANY(CAST(:communes AS bigint[])) OR r.hamlet_id = ANY(CAST(:hamlets AS bigint[])))"


async def _count(session: AsyncSession, work: Work, query: _Query, cap: int = COUNT_CAP) -> int:
    if work.owner_id is not None:
        each = [f"(SELECT 1 FROM registration r WHERE {_inside(work, query)} AND {_all(query)} LIMIT :cap)"]  # noqa: S608
    else:
        each = [
            f"SELECT 1 FROM {rows} CROSS JOIN LATERAL "  # noqa: S608 - made of fixed fragments, values are bound
            f"(SELECT 1 FROM registration r WHERE {fits} AND {_all(query)} LIMIT :cap) found"
            for rows, fits in _places(work, query)
        ]
    whole = f"SELECT count(*) FROM (SELECT 1 FROM ({' UNION ALL '.join(each)}) a LIMIT :cap) c"  # noqa: S608
    found: int = (await session.execute(text(whole), query.values | {"cap": cap + 1})).scalar_one()
    return found


def _all(query: _Query) -> str:
    return " AND ".join(query.conditions)


def _stretches(work: Work, query: _Query, cursor: WorkCursor | None) -> list[tuple[str, str]]:
    """The priorities, each with where its rows begin: only that of the cursor is entered in its midst."""
    if cursor is None:
        return [(_ranks(query, "ranks", PRIORITIES), "true")]
    query.values |= {"at_moment": cursor.moment, "at_id": cursor.id}
    later = f"({moment_of(work)}, r.id) > (:at_moment, :at_id)"
    if not work.ranked:
        return [(_ranks(query, "ranks", PRIORITIES), later)]
    below = [rank for rank in PRIORITIES if rank < cursor.priority]
    return [(_ranks(query, "here", [cursor.priority]), later), (_ranks(query, "below", below), "true")]


def _ranks(query: _Query, name: str, ranks: Sequence[int]) -> str:
    query.values[name] = list(ranks)
    return f"unnest(CAST(:{name} AS smallint[])) rank(n)"


async def _rows(
    session: AsyncSession, work: Work, query: _Query, size: int, cursor: WorkCursor | None
) -> Sequence[Row[Any]]:
    order = "priority DESC, moment, id" if work.ranked else "moment, id"
    moment = moment_of(work)
    places = [("(SELECT 1) here", _inside(work, query))] if work.owner_id is not None else _places(work, query)
    lanes = " UNION ALL ".join(
        f"""SELECT found.* FROM {ranks}, {rows} CROSS JOIN LATERAL (
            SELECT r.id, r.priority, {moment} AS moment FROM registration r
            WHERE r.priority = rank.n AND {fits} AND {_all(query)} AND {after}
            ORDER BY {moment}, r.id LIMIT :size) found"""  # noqa: S608 - made of fixed fragments, values are bound
        for ranks, after in _stretches(work, query, cursor)
        for rows, fits in places
    )
    whole = f"""WITH picked AS MATERIALIZED (SELECT * FROM ({lanes}) p ORDER BY {order} LIMIT :size)
        SELECT {_COLUMNS}, picked.moment FROM picked JOIN registration r ON r.id = picked.id
        JOIN worker w ON w.id = r.worker_id LEFT JOIN staff s ON s.id = r.owner_id
        ORDER BY {", ".join(f"picked.{part}" for part in order.split(", "))}"""  # noqa: S608
    return (await session.execute(text(whole), query.values | {"size": size + 1})).all()

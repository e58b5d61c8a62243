"""Reading a month's list, place by place: the numbers, and the people in the order of the paper."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.bounds import Bounds


@dataclass(frozen=True)
class Numbers:
    """What a list counts."""

    people: int = 0
    women: int = 0
    without_work: int = 0
    underemployed: int = 0
    learners: int = 0
    new: int = 0
    changed: int = 0
    left: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        """Both together."""
        return Numbers(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))


FIELDS = tuple(Numbers.__dataclass_fields__)


@dataclass(frozen=True)
class HamletNumbers:
    """The numbers of one hamlet; ``place_id`` None is outside of the district or not known."""

    place_id: int | None
    hamlet: str
    numbers: Numbers


@dataclass(frozen=True)
class Kept:
    """A list that was made: which month, the state of which moment, and whether there was one before it."""

    id: int
    month: date
    as_of: datetime
    made_at: datetime
    is_first: bool


async def read_list(connection: AsyncConnection, number: int) -> Kept:
    """The head of a list."""
    query = text(
        """SELECT l.id, l.month, l.as_of, l.made_at,
        NOT EXISTS (SELECT 1 FROM monthly_list b WHERE b.month < l.month) AS is_first
        FROM monthly_list l WHERE l.id = :id"""
    )
    return Kept(*(await connection.execute(query, {"id": number})).one())


async def kept_months(connection: AsyncConnection) -> list[Kept]:
    """Every list that is kept, newest first."""
    query = text(
        """SELECT id, month, as_of, made_at, row_number() OVER (ORDER BY month) = 1
        FROM monthly_list ORDER BY month DESC"""
    )
    return [Kept(*row) for row in await connection.execute(query)]


async def hamlet_numbers(connection: AsyncConnection, number: int, bounds: Bounds) -> list[HamletNumbers]:
    """The numbers by hamlet, in the order of the paper."""
    query = text(
        f"""SELECT t.place_id, t.hamlet, {", ".join(f'sum(t."{field}")' for field in FIELDS)} FROM monthly_total t
        LEFT JOIN place p ON p.id = t.place_id WHERE t.list_id = :id AND {_WITHIN.format("t")}
        GROUP BY p.code, t.place_id, t.hamlet ORDER BY p.code NULLS LAST, t.place_id, {_HAMLET.format("t")}"""  # noqa: S608
    )
    rows = await connection.execute(query, _values(number, bounds))
    return [HamletNumbers(row[0], row[1], Numbers(*map(int, row[2:]))) for row in rows]


_HAMLET = "regexp_replace(fold_text({0}.hamlet), '^(ap|khom) +', ''), {0}.hamlet"
"""The order of hamlets: by name, whether "ấp" stands before it or not."""
_WITHIN = """(CAST(:all AS boolean) OR {0}.place_id = ANY(CAST(:places AS bigint[]))
            OR {0}.hamlet_id = ANY(CAST(:hamlets AS bigint[])))"""


def _values(number: int, bounds: Bounds) -> dict[str, Any]:
    places, hamlets = sorted(bounds.places or ()), sorted(bounds.hamlets)
    return {"id": number, "all": bounds.places is None, "places": places, "hamlets": hamlets}


async def erased(connection: AsyncConnection, number: int, bounds: Bounds) -> int:
    """How many are counted in a list and have no row in it any more."""
    query = text(
        f"""SELECT coalesce((SELECT sum(people + "left") FROM monthly_total t
                             WHERE t.list_id = :id AND {_WITHIN.format("t")}), 0)
           - (SELECT count(*) FROM monthly_entry e WHERE e.list_id = :id AND {_WITHIN.format("e")})"""  # noqa: S608
    )
    return int(await connection.scalar(query, _values(number, bounds)) or 0)


async def some_entries(
    connection: AsyncConnection, number: int, bounds: Bounds, start: int, limit: int
) -> Sequence[Row[Any]]:
    """A few people in the order of the paper, from one of them on."""
    query = text(f"{_ENTRIES} LIMIT :limit OFFSET :start")
    values = _values(number, bounds) | {"limit": limit, "start": start}
    return (await connection.execute(query, values)).all()


_ENTRIES = f"""SELECT e.* FROM monthly_entry e LEFT JOIN place p ON p.id = e.place_id
    WHERE e.list_id = :id AND {_WITHIN.format("e")}
    ORDER BY p.code NULLS LAST, e.place_id, {_HAMLET.format("e")}, e.change = 'left', e.sorted, e.worker_id"""  # noqa: S608 - made of the fixed parts above


async def entries(
    connection: AsyncConnection, number: int, bounds: Bounds, batch: int = 1000
) -> AsyncIterator[Sequence[Row[Any]]]:
    """The people in the order of the paper, from a server-side cursor; who left comes at the end of each hamlet."""
    result = await connection.stream(text(_ENTRIES), _values(number, bounds), execution_options={"yield_per": batch})
    async for rows in result.partitions(batch):
        yield rows

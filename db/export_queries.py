"""Lists to take away: the rows of a filter and of dates, with what the columns need, from a server-side cursor."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.bounds import Bounds
from db.desk_queries import Wanted, conditions, search
from db.work_queries import Work, moment_of, narrow


class Span(NamedTuple):
    """From one moment on until another; None is open."""

    since: datetime | None = None
    until: datetime | None = None


ALWAYS = Span()


@dataclass(frozen=True)
class Taken:
    """Which rows are to be taken away: of the list of registrations, or with ``work`` of what is to be done."""

    wanted: Wanted
    work: Work | None = None
    contacted: Span = ALWAYS
    due: Span = ALWAYS


SEEN_WITH = {
    "last_outcome": """(SELECT c.outcome FROM case_call c WHERE c.registration_id = r.id ORDER BY c.id DESC LIMIT 1)
                       AS last_outcome""",
    "calls": "(SELECT count(*) FROM case_call c WHERE c.registration_id = r.id) AS calls",
    "household": "w.household",
    "ethnicity": "w.ethnicity",
    "answers": "r.answers",
}
"""What is read only where a column wants it."""
_ALWAYS = """r.id, r.kind, r.status, r.closed_reason, r.created_at, r.updated_at, r.promised_at, r.due_at, r.contact_at,
 r.place_id, r.priority, r.level, r.source, s.name AS owner, w.name, w.birth_year, w.sex, w.hamlet, w.phone,
 w.phone_owner, w.schooling, w.work_state, w.idle_time"""


async def count_taken(connection: AsyncConnection, taken: Taken, cap: int) -> int:
    """How many rows there are, counted no further than ``cap``."""
    if Bounds(taken.wanted.places, taken.wanted.hamlets).is_nothing:
        return 0
    rows, values = _rows(taken)
    found = await connection.scalar(
        text(f"SELECT count(*) FROM (SELECT 1 {rows} LIMIT :cap) c"),  # noqa: S608 - made of fixed fragments
        values | {"cap": cap},
    )
    return int(found or 0)


async def taken_rows(
    connection: AsyncConnection, taken: Taken, needs: Collection[str], limit: int, batch: int
) -> AsyncIterator[Sequence[Row[Any]]]:
    """Batches of the rows in their order; ``needs`` are keys of ``SEEN_WITH``."""
    if Bounds(taken.wanted.places, taken.wanted.hamlets).is_nothing:
        return
    rows, values = _rows(taken)
    columns = ", ".join((_ALWAYS, *(SEEN_WITH[key] for key in sorted(needs))))
    query = f"SELECT {columns} {rows} ORDER BY {_order(taken)} LIMIT :limit"
    bound = text(query).bindparams(**values, limit=limit)
    result = await connection.stream(bound, execution_options={"yield_per": batch})
    async for some in result.partitions(batch):
        yield some


def _order(taken: Taken) -> str:
    """As the list has it: the newest first, by the plan's order, or by the day that is due."""
    if taken.work is None:
        return "r.created_at DESC, r.id DESC"
    first = "r.priority DESC, " if taken.work.ranked else ""
    return f"{first}{moment_of(taken.work)}, r.id"


def _rows(taken: Taken) -> tuple[str, dict[str, Any]]:
    """From where the rows come, with the values that the conditions name."""
    where = conditions(taken.wanted)
    if taken.work is not None:
        where.add("r.due_at IS NOT NULL")
        narrow(where.add, taken.work)
    for name, column, span in (("contacted", "r.contact_at", taken.contacted), ("due", "r.due_at", taken.due)):
        if span.since:
            where.add(f"{column} >= :{name}_since", **{f"{name}_since": span.since})
        if span.until:
            where.add(f"{column} < :{name}_until", **{f"{name}_until": span.until})
    people = search(where, taken.wanted.term) if taken.wanted.term is not None else "worker w"
    found = "" if people == "worker w" else f"AND w.id IN (SELECT w.id FROM {people})"  # noqa: S608
    return (
        f"""FROM registration r JOIN worker w ON w.id = r.worker_id {found}
        LEFT JOIN staff s ON s.id = r.owner_id WHERE {where.sql}""",
        where.values,
    )

"""Making one person of two: what moves is written down, so that it can be put back.

The earlier row stays and speaks for both; the other one is emptied of what people are found by and points to it, and
goes with it when the person asks to be forgotten.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Json, Key, Moment
from db.bounds import Bounds
from db.keep import SEALED
from db.people import Worker
from db.priority import points_of, renumber
from db.record import Actor
from db.register import open_field
from db.seal import Seal
from db.twins import Twin, note_twins, one_by_one

TOGETHER = (
    ("name",),
    ("birth_year",),
    ("sex",),
    ("phone", "phone_owner"),
    ("place_id", "hamlet", "hamlet_id"),
    ("schooling",),
    ("work_state", "idle_time"),
    ("household",),
    ("ethnicity",),
)
"""Facts that are taken from one of the two, never mixed."""
FACTS = tuple(name for group in TOGETHER for name in group)
FOUND_BY = ("name", "birth_year", "phone", "place_id", "hamlet", "hamlet_id")
"""What the row that is no longer anybody loses, so that nobody finds it."""


class Merger(Base):
    """That two people were made one: what moved, and what both rows held before."""

    __tablename__ = "merger"

    id: Mapped[Key]
    kept_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("twin.id", ondelete="SET NULL"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    actor: Mapped[str]
    moved: Mapped[Json]
    """The rows that moved, by table."""
    before: Mapped[Json]
    """What each of the two held, and what the one that stayed was given."""
    made_at: Mapped[Born]
    undone_at: Mapped[Moment | None]


class CannotUndo(Exception):
    """The person was merged again since, or the merger is taken back already."""


# What can stand only once for a person stays where it is when the other has it, too.
_MOVES = {
    "registration": "UPDATE registration SET worker_id = :to WHERE worker_id = :from RETURNING id",
    "response": "UPDATE response SET worker_id = :to WHERE worker_id = :from RETURNING id",
    "appointment": "UPDATE appointment SET worker_id = :to WHERE worker_id = :from RETURNING id",
    "correction": "UPDATE correction SET worker_id = :to WHERE worker_id = :from RETURNING id",
    "consent": "UPDATE consent SET worker_id = :to WHERE worker_id = :from RETURNING id",
    "delivery": """UPDATE delivery d SET worker_id = :to WHERE worker_id = :from AND NOT EXISTS
        (SELECT 1 FROM delivery o WHERE o.worker_id = :to AND o.broadcast_id = d.broadcast_id) RETURNING id""",
    "attendance": """UPDATE attendance a SET worker_id = :to WHERE worker_id = :from AND NOT EXISTS
        (SELECT 1 FROM attendance o WHERE o.worker_id = :to AND o.notice_id = a.notice_id) RETURNING id""",
    "identity": """UPDATE worker_identity i SET worker_id = :to WHERE worker_id = :from AND NOT EXISTS
        (SELECT 1 FROM worker_identity o WHERE o.worker_id = :to AND o.identity_id = i.identity_id)
        RETURNING identity_id""",
}
_BACK = {
    table: f"UPDATE {table} SET worker_id = :from WHERE id = ANY(:ids) AND worker_id = :to"  # noqa: S608 - fixed names
    for table in _MOVES
    if table != "identity"
} | {"identity": "UPDATE worker_identity SET worker_id = :from WHERE identity_id = ANY(:ids) AND worker_id = :to"}
# An account that spoke for a relative and for the person themselves speaks for the person.
_OWN = text(
    """
    UPDATE worker_identity k SET relation = 'self' FROM worker_identity g
    WHERE k.worker_id = :to AND g.worker_id = :from AND k.identity_id = g.identity_id
      AND g.relation = 'self' AND k.relation <> 'self' RETURNING k.identity_id
    """
)
# Whether they are one is for the person to show: until then an account sees only what it sent itself.
_DOUBT = text(
    "UPDATE worker_identity SET merged_at = :now WHERE worker_id = :to AND merged_at IS NULL RETURNING identity_id"
)
_TRUST = text("UPDATE worker_identity SET merged_at = NULL WHERE worker_id IN (:to, :from) AND identity_id = ANY(:ids)")
_OWN_BACK = text("UPDATE worker_identity SET relation = 'family' WHERE worker_id = :to AND identity_id = ANY(:ids)")
_UNMARK = text(
    """
    UPDATE registration SET twin_id = NULL
    WHERE worker_id IN (:to, :from) AND twin_id IN (:to, :from) RETURNING id, (SELECT twin_id FROM registration o
    WHERE o.id = registration.id) AS twin
    """
)
_MARK = text("UPDATE registration SET twin_id = :twin WHERE id = :id AND twin_id IS NULL")
_PLACES = text("SELECT DISTINCT place_id FROM registration WHERE worker_id IN (:to, :from) AND place_id IS NOT NULL")


async def merge(
    session: AsyncSession, seal: Seal, actor: Actor, kept: Worker, gone: Worker, twin: Twin, now: datetime
) -> Merger:
    """Let ``kept`` speak for both: the newer facts, the older where the newer row has none, and all that hangs on."""
    before = {"kept": _facts(kept), "gone": _facts(gone)}
    _fill(kept, gone)
    _empty(gone, kept.id)
    kept.points = _points(seal, kept)
    pair = {"to": kept.id, "from": gone.id}
    marks = [[row.id, row.twin] for row in await session.execute(_UNMARK, pair)]
    moved: dict[str, Any] = {"marks": marks, "own": list(await session.scalars(_OWN, pair))}
    for table, move in _MOVES.items():
        moved[table] = list(await session.scalars(text(move), pair))
    moved["doubted"] = list(await session.scalars(_DOUBT, pair | {"now": now}))
    twin.verdict, twin.staff_id, twin.decided_at = "same", actor.id, now
    await session.flush()
    merger = Merger(kept_id=kept.id, gone_id=gone.id, twin_id=twin.id, staff_id=actor.id, actor=actor.name, moved=moved,
                    before=before | {"given": _facts(kept)}, made_at=now)  # fmt: skip
    session.add(merger)
    await note_twins(session, kept)
    await _in_order(session, pair, now)
    return merger


async def undo(session: AsyncSession, seal: Seal, merger: Merger, kept: Worker, gone: Worker, now: datetime) -> None:
    """Make two persons again, each with what was theirs; what was changed since stays. Raises ``CannotUndo``."""
    if merger.undone_at is not None or gone.merged_into != kept.id or kept.merged_into is not None:
        raise CannotUndo
    _restore(kept, merger.before["kept"], given=merger.before["given"])
    _restore(gone, merger.before["gone"])
    kept.points, gone.merged_into = _points(seal, kept), None
    pair = {"to": kept.id, "from": gone.id}
    for table, back in _BACK.items():
        await session.execute(text(back), pair | {"ids": merger.moved.get(table, [])})
    await session.execute(_TRUST, pair | {"ids": merger.moved.get("doubted", [])})
    await session.execute(_OWN_BACK, {"to": kept.id, "ids": merger.moved["own"]})
    for number, twin in merger.moved["marks"]:
        await session.execute(_MARK, {"id": number, "twin": twin})
    found = await session.get(Twin, merger.twin_id) if merger.twin_id is not None else None
    if found is not None:
        found.verdict = found.staff_id = found.decided_at = None
    merger.undone_at = now
    await session.flush()
    await _in_order(session, pair, now)


async def mergers(session: AsyncSession, bounds: Bounds, since: datetime, limit: int) -> Sequence[Any]:
    """What was merged lately within the bounds, newest first, each with the person."""
    kept = one_by_one(Merger.kept_id, "kept")
    query = (
        select(Merger, kept)
        .select_from(Merger)
        .join(kept, true())
        .where(Merger.undone_at.is_(None), Merger.made_at >= since, bounds.workers(kept))
    )
    return (await session.execute(query.order_by(Merger.id.desc()).limit(limit))).all()


async def merger_of(session: AsyncSession, number: int, bounds: Bounds) -> tuple[Merger, Worker, Worker] | None:
    """One merger, locked, where its person is within the bounds and both were before."""
    merger = await session.get(Merger, number, with_for_update=True)
    if merger is None:
        return None
    query = select(Worker).where(Worker.id.in_((merger.kept_id, merger.gone_id))).order_by(Worker.id).with_for_update()
    people = {worker.id: worker for worker in await session.scalars(query)}
    kept, gone = people[merger.kept_id], people[merger.gone_id]
    homes = [_facts(kept), merger.before["kept"], merger.before["gone"]]
    seen = all(bounds.covers(home["place_id"], home["hamlet_id"]) for home in homes)
    return (merger, kept, gone) if seen else None


def _fill(kept: Worker, gone: Worker) -> None:
    newer, older = (kept, gone) if kept.updated_at >= gone.updated_at else (gone, kept)
    for group in TOGETHER:
        source = newer if getattr(newer, group[0]) is not None else older
        for name, value in {name: getattr(source, name) for name in group}.items():
            setattr(kept, name, value)


def _points(seal: Seal, worker: Worker) -> int:
    return points_of({name: open_field(seal, getattr(worker, name)) for name in SEALED})


def _empty(gone: Worker, kept_id: int) -> None:
    for name in FOUND_BY:
        setattr(gone, name, None)
    gone.merged_into = kept_id


def _restore(worker: Worker, facts: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> None:
    """Put facts back; with ``given``, those only which still are as the merger made them."""
    now = _facts(worker)
    for name in FACTS:
        if given is None or now[name] == given[name]:
            value = facts[name]
            setattr(worker, name, base64.b64decode(value) if name in SEALED and value is not None else value)


def _facts(worker: Worker) -> dict[str, Any]:
    """The facts as JSON can hold them; what is sealed stays sealed."""
    facts = {name: getattr(worker, name) for name in FACTS}
    return facts | {name: base64.b64encode(facts[name]).decode() for name in SEALED if facts[name] is not None}


async def _in_order(session: AsyncSession, pair: Mapping[str, int], now: datetime) -> None:
    await renumber(session, list(await session.scalars(_PLACES, pair)), now.date())

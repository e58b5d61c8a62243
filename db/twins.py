"""Who may be the same person twice: found by phone, or by name, year of birth and hamlet; staff say what is so."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, or_, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from db.base import Base, Born, Key, Moment
from db.bounds import Bounds
from db.people import Worker
from db.registrations import Registration

NAMES_ALIKE, HAMLETS_ALIKE = 0.6, 0.5
"""How near two spellings are, by pg_trgm: accents count nothing, another letter in a name leaves about 0.7."""
MOST = 5
LIMITS = {"names_alike": NAMES_ALIKE, "hamlets_alike": HAMLETS_ALIKE, "most_alike": MOST}


class Twin(Base):
    """Two people who look like one, the earlier first; without a verdict it waits for staff."""

    __tablename__ = "twin"
    __table_args__ = (
        UniqueConstraint("worker_id", "other_id"),
        CheckConstraint("worker_id < other_id", name="order"),
        Index("ix_twin_waiting", "id", postgresql_where=text("verdict IS NULL")),
    )

    id: Mapped[Key]
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
    ground: Mapped[str]
    """phone or name."""
    verdict: Mapped[str | None]
    """same: they were merged; two: they are two persons."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    found_at: Mapped[Born]
    decided_at: Mapped[Moment | None]


@dataclass(frozen=True)
class Traits:
    """What somebody is known again by."""

    name: str | None
    birth_year: int | None
    phone: str | None
    phone_owner: str | None
    place_id: int | None
    hamlet: str | None
    hamlet_id: int | None = None

    @classmethod
    def of(cls, worker: Worker) -> Self:
        """Those of somebody who is kept."""
        return cls(**{name: getattr(worker, name) for name in cls.__dataclass_fields__})


_FOREIGN = "{0} ~ '[^ -~]'"
"""Whether folded words are in another script than Latin."""
_SIGNS = "replace(replace(replace(encode(convert_to({0}, 'UTF8'), 'hex'), 'e19e', ''), 'e19f', 'g'), '20', ' ')"
"""Khmer signs as Latin letters, two or three each: pg_trgm sees no letters in them, and finds no two names alike."""


def _likeness(kept: str, told: str) -> str:
    """How near two spellings are, in whichever script; not across them."""
    kept, told = f"fold_text({kept})", f"fold_text({told})"
    khmer = f"similarity({_SIGNS.format(kept)}, {_SIGNS.format(told)})"
    return f"CASE WHEN {_FOREIGN.format(told)} THEN {khmer} ELSE similarity({kept}, {told}) END"


_NAMES, _HAMLETS = _likeness("w.name", ":name"), _likeness("w.hamlet", ":hamlet")
_SCRIPTS_DIFFER = f"({_FOREIGN.format('fold_text(w.hamlet)')}) <> ({_FOREIGN.format('fold_text(:hamlet)')})"

# A phone alone says it when it is each one's own, since families share; else the names must be alike, too. The second
# part reads one year of one commune from an index and compares the names of those few.
ALIKE = f"""
    SELECT id, min(ground) AS ground, max(likeness) AS likeness FROM (
        SELECT w.id, 'phone' AS ground, 2 AS likeness FROM worker w
        WHERE w.phone = :phone AND ((w.phone_owner = 'own' AND :phone_owner = 'own')
            OR {_NAMES} >= :names_alike)
        UNION ALL
        SELECT w.id, 'name', {_NAMES} FROM worker w
        WHERE w.birth_year = :birth_year AND w.place_id = :place_id
          AND {_NAMES} >= :names_alike
          AND CASE WHEN w.hamlet_id IS NOT NULL AND {{hamlet_id}} IS NOT NULL THEN w.hamlet_id = {{hamlet_id}}
                   WHEN w.hamlet IS NULL OR CAST(:hamlet AS text) IS NULL OR {_SCRIPTS_DIFFER} THEN true
                   ELSE {_HAMLETS} >= :hamlets_alike END
    ) alike WHERE id <> {{id}}
    GROUP BY id ORDER BY likeness DESC, id LIMIT :most_alike
"""  # noqa: S608 - made of the fixed parts above
"""People like somebody, but for the one with ``id``; ``hamlet_id`` is where this one lives."""
_HERE = {"id": "CAST(:id AS bigint)", "hamlet_id": "CAST(:hamlet_id AS bigint)"}
_ALIKE = text(ALIKE.format(**_HERE))
TWINS = f"""
    alike AS ({ALIKE}), noted AS (
        INSERT INTO twin (worker_id, other_id, ground)
        SELECT least(them.id, alike.id), greatest(them.id, alike.id), alike.ground FROM them, alike
        ON CONFLICT (worker_id, other_id) DO NOTHING
    ), likeliest AS (
        SELECT alike.id FROM alike
        WHERE NOT EXISTS (SELECT FROM twin t JOIN known ON known.id IN (t.worker_id, t.other_id)
                          WHERE alike.id IN (t.worker_id, t.other_id) AND t.verdict = 'two')
        ORDER BY alike.likeness DESC, alike.id LIMIT 1
    )
"""  # noqa: S608 - made of the fixed pattern above
"""The parts of a statement that write down whom ``them`` may be the same as, and name the likeliest in ``likeliest``,
but none of whom staff have said that they are not the one who is ``known``."""
_NOTE = text(
    f"""
    WITH them AS (SELECT CAST(:id AS bigint) AS id), known AS (SELECT id FROM them), {TWINS.format(**_HERE)}
    SELECT id FROM likeliest
    """  # noqa: S608 - made of the fixed parts above
)


async def alike(session: AsyncSession, traits: Traits, worker_id: int = 0) -> Sequence[tuple[int, str]]:
    """The people who may be this one, the likeliest first, each with its ground."""
    rows = await session.execute(_ALIKE, vars(traits) | LIMITS | {"id": worker_id})
    return [(row.id, row.ground) for row in rows]


async def note_twins(session: AsyncSession, worker: Worker) -> int | None:
    """Write down whom somebody may be the same as; returns the likeliest, but none whom staff know for another."""
    found: int | None = await session.scalar(_NOTE, vars(Traits.of(worker)) | LIMITS | {"id": worker.id})
    return found


async def know_apart(session: AsyncSession, number: int, others: Collection[int], staff_id: int, now: datetime) -> None:
    """Staff were shown these people, and say that this one is another."""
    registration = await session.get_one(Registration, number)
    mine = registration.worker_id
    found = or_(
        (Twin.worker_id == mine) & Twin.other_id.in_(others), (Twin.other_id == mine) & Twin.worker_id.in_(others)
    )
    said = {"verdict": "two", "staff_id": staff_id, "decided_at": now}
    await session.execute(update(Twin).where(found, Twin.verdict.is_(None)).values(**said))
    if registration.twin_id in others:
        registration.twin_id = None


async def in_sight(session: AsyncSession, likely: Collection[int | None], bounds: Bounds) -> set[int]:
    """Those of these people who are within the bounds: of others not even that they are there is told."""
    asked = {one for one in likely if one is not None}
    if not asked or bounds.places is None:
        return asked
    return set(await session.scalars(select(Worker.id).where(Worker.id.in_(asked), bounds.workers())))


def one_by_one(number: Any, name: str) -> type[Worker]:
    """The people of pairs, looked up by their numbers: a planner that thinks pairs many would read everybody."""
    return aliased(Worker, select(Worker).where(Worker.id == number).offset(0).lateral(name))


async def waiting(session: AsyncSession, bounds: Bounds, before: int | None, limit: int) -> Sequence[Any]:
    """Pairs that wait for a verdict, newest first, both within the bounds."""
    first, second = one_by_one(Twin.worker_id, "one"), one_by_one(Twin.other_id, "other")
    query = (
        select(Twin, first, second)
        .select_from(Twin)
        .join(first, true())
        .join(second, true())
        .where(Twin.verdict.is_(None), first.merged_into.is_(None), second.merged_into.is_(None))
        .where(bounds.workers(first), bounds.workers(second))
    )
    if before is not None:
        query = query.where(Twin.id < before)
    return (await session.execute(query.order_by(Twin.id.desc()).limit(limit))).all()


async def pair_of(session: AsyncSession, number: int, bounds: Bounds) -> tuple[Twin, Worker, Worker] | None:
    """One pair that waits, locked with both its people; None where one of them is not to be seen."""
    pair = await session.get(Twin, number, with_for_update=True)
    if pair is None or pair.verdict is not None:
        return None
    ids = Worker.id.in_((pair.worker_id, pair.other_id))
    seen = select(Worker).where(ids, bounds.workers(), Worker.merged_into.is_(None))
    people = (await session.scalars(seen.order_by(Worker.id).with_for_update())).all()
    return (pair, people[0], people[1]) if len(people) == 2 else None

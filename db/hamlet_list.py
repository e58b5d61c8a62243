"""Loading a list of hamlets and of difficult communes from a day on: what it lacks ends, nothing is ever removed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.hamlets import match_everybody
from db.places import HAMLETS, Place, PlaceFlag
from db.priority import renumber


@dataclass(frozen=True)
class Hamlet:
    """A hamlet to load: its commune's number, its kind and name, and the key it has in the list."""

    commune_id: int
    key: str
    kind: str
    name: str


@dataclass(frozen=True)
class Loaded:
    """What the list changed."""

    hamlets: int
    ended: int
    people: int
    """Who got a hamlet, or another."""
    cases: int
    """Which stand elsewhere in the order."""


async def load_hamlets(
    session: AsyncSession,
    hamlets: Sequence[Hamlet],
    difficult: Collection[int] | None,
    communes: Collection[int],
    since: date,
    source: str,
) -> Loaded:
    """Bring the hamlets of these communes, and whether they are difficult, to what the list says from ``since``."""
    for one in hamlets:
        values = {"kind": one.kind, "name": one.name, "parent_id": one.commune_id, "valid_to": None}
        new = {"code": one.key, "version": HAMLETS, "valid_from": since} | values
        query = insert(Place).values(**new)
        await session.execute(query.on_conflict_do_update(index_elements=["code", "version"], set_=values))
    ended = await _end(session, {one.key for one in hamlets}, communes, since)
    people = await match_everybody(session)
    cases = 0
    if difficult is not None:
        cases = await _mark(session, difficult, communes, since, source)
    return Loaded(len(hamlets), ended, people, cases)


async def _end(session: AsyncSession, keys: set[str], communes: Collection[int], since: date) -> int:
    """Hamlets of these communes that the list does not have any more."""
    gone = Place.version == HAMLETS, Place.parent_id.in_(communes), Place.valid_to.is_(None), Place.code.not_in(keys)
    ended = await session.scalars(update(Place).where(*gone).values(valid_to=since).returning(Place.id))
    return len(ended.all())


async def _mark(
    session: AsyncSession, difficult: Collection[int], communes: Collection[int], since: date, source: str
) -> int:
    """Difficult communes of the new map count for the old ones in them, where people are registered."""
    ours = set(await session.scalars(_with_old(communes)))
    marked = set(await session.scalars(_with_old(difficult)))
    open_ones = PlaceFlag.flag == "difficult", PlaceFlag.valid_to.is_(None)
    unmarked = update(PlaceFlag).where(*open_ones, PlaceFlag.place_id.in_(ours - marked))
    await session.execute(unmarked.values(valid_to=since))
    known = set(await session.scalars(select(PlaceFlag.place_id).where(*open_ones)))
    for place in sorted(marked - known):
        values = {"valid_to": None, "source": source}
        query = insert(PlaceFlag).values(place_id=place, flag="difficult", valid_from=since, **values)
        await session.execute(
            query.on_conflict_do_update(index_elements=["place_id", "flag", "valid_from"], set_=values)
        )
    return await renumber(session, ours, since)


def _with_old(communes: Collection[int]) -> Any:
    return select(Place.id).where((Place.id.in_(communes)) | (Place.successor_id.in_(communes)))

"""Loading administrative units: what is there is brought up to date, nothing is ever removed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from db.places import Place


@dataclass(frozen=True)
class UnitRow:
    """One unit to load; ``successor`` is (code, version)."""

    code: str
    version: str
    kind: str
    name: str
    successor: tuple[str, str] | None


async def load_units(connection: AsyncConnection, rows: Sequence[UnitRow]) -> None:
    """Insert or update units, then link each with what it became."""
    for row in rows:
        values = {"kind": row.kind, "name": row.name}
        query = insert(Place).values(code=row.code, version=row.version, **values)
        await connection.execute(query.on_conflict_do_update(index_elements=["code", "version"], set_=values))
    for row in rows:
        if row.successor:
            code, version = row.successor
            new = select(Place.id).where(Place.code == code, Place.version == version).scalar_subquery()
            old = Place.code == row.code, Place.version == row.version
            await connection.execute(update(Place).where(*old).values(successor_id=new))

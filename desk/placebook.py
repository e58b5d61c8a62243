"""The administrative units by number: names for people, and which old communes a new one covers."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.fold import fold
from db.places import Place


@dataclass(frozen=True)
class PlaceBook:
    """Every unit of both maps."""

    units: dict[int, Place]

    def name(self, place_id: int | None) -> str:
        """The unit with its kind, or nothing."""
        unit = self.units.get(place_id) if place_id is not None else None
        return f"{unit.kind} {unit.name}" if unit else ""

    def new_name(self, place_id: int | None) -> str:
        """What the unit became in 2025, or nothing."""
        unit = self.units.get(place_id) if place_id is not None else None
        return self.name(unit.successor_id) if unit else ""

    def covered(self, place_id: int) -> frozenset[int]:
        """The unit and the old ones that went into it."""
        return frozenset((place_id, *(unit.id for unit in self.units.values() if unit.successor_id == place_id)))

    def code_of(self, place_id: int) -> str:
        """The official code."""
        return self.units[place_id].code

    def id_of(self, code: str, version: str = "2020") -> int | None:
        """The number of the unit with this code."""
        return self._by_code.get((code, version))

    @cached_property
    def _by_code(self) -> dict[tuple[str, str], int]:
        return {(unit.code, unit.version): unit.id for unit in self.units.values()}

    def choices(self, version: str, among: frozenset[int] | None) -> list[tuple[int, str]]:
        """Units of one map by name, as far as they are among those given."""
        there = [unit for unit in self.units.values() if unit.version == version]
        seen = [unit for unit in there if among is None or unit.id in among]
        return [(unit.id, self.name(unit.id)) for unit in sorted(seen, key=lambda unit: fold(unit.name))]


async def read_places(session: AsyncSession) -> PlaceBook:
    """Read all units; there are some dozens."""
    return PlaceBook({place.id: place for place in await session.scalars(select(Place))})

"""The administrative units by number: names for people, and which old communes a new one covers."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.fold import fold
from db.bounds import Bounds
from db.places import HAMLETS, Place


class Unit(NamedTuple):
    """A commune of either map or a hamlet."""

    id: int
    code: str
    version: str
    kind: str
    name: str
    parent_id: int | None
    successor_id: int | None
    valid_to: date | None


@dataclass(frozen=True)
class PlaceBook:
    """Every unit of both maps, and the hamlets."""

    units: dict[int, Unit]

    def name(self, place_id: int | None) -> str:
        """The unit with its kind, or nothing."""
        unit = self.units.get(place_id) if place_id is not None else None
        return f"{unit.kind} {unit.name}" if unit else ""

    def new_name(self, place_id: int | None) -> str:
        """What the unit became in 2025, or nothing."""
        unit = self.units.get(place_id) if place_id is not None else None
        return self.name(unit.successor_id) if unit else ""

    def hamlets(self, among: Bounds) -> list[tuple[int, str]]:
        """The hamlets that still are, with their commune, as far as they are within the bounds."""
        now = [unit for unit in self.units.values() if unit.version == HAMLETS and unit.valid_to is None]
        seen = [unit for unit in now if any(among.covers(home, unit.id) for home in self.homes(unit))]
        names = [(unit.id, f"{self.name(unit.id)} – {self.name(unit.parent_id)}") for unit in seen]
        return sorted(names, key=lambda one: fold(one[1]))

    def covered(self, place_id: int) -> frozenset[int]:
        """The unit and the old ones that went into it."""
        return frozenset((place_id, *(unit.id for unit in self.units.values() if unit.successor_id == place_id)))

    def within(self, place_id: int, bounds: Bounds) -> Bounds:
        """What is in one place, as far as it is within these bounds."""
        unit = self.units.get(place_id)
        if unit is None:
            return Bounds(frozenset())
        if unit.version == HAMLETS:
            seen = place_id in bounds.hamlets or any(bounds.covers(home) for home in self.homes(unit))
            return Bounds(frozenset(), frozenset((place_id,)) if seen else frozenset())
        chosen = self.covered(place_id)
        known = [self.units[one] for one in bounds.hamlets if one in self.units]
        inside = frozenset(unit.id for unit in known if self.homes(unit) & chosen)
        return Bounds(chosen if bounds.places is None else chosen & bounds.places, inside)

    def homes(self, hamlet: Unit) -> frozenset[int]:
        """The communes, of both maps, whose people may live in a hamlet."""
        return self.covered(hamlet.parent_id) if hamlet.parent_id is not None else frozenset()

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
    query = select(*(getattr(Place, name) for name in Unit._fields))
    return PlaceBook({row.id: Unit(*row) for row in await session.execute(query)})

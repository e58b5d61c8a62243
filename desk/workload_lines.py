"""The workload, a line a member of staff: what they have, what they did, how long people waited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.fold import fold
from db.bounds import LOCAL
from db.places import HAMLETS
from db.ratings import SCORES
from db.report_queries import Period
from db.staff import Staff, StaffPlace
from db.targets import MEASURES
from db.workload_queries import CAP, Done, InHand, done, in_hand
from desk.access import Viewer
from desk.monthly_words import thousands
from desk.placebook import PlaceBook, Unit
from desk.report_blocks import percent
from desk.words import word

_HOUR, _DAY = 60, 24 * 60


class Person(NamedTuple):
    """Somebody of the staff with their places."""

    staff: Staff
    units: Sequence[Unit]

    def within(self, viewer: Viewer, book: PlaceBook) -> bool:
        """Whether the viewer sees how much this one has to do: oneself, and who works within one's own places."""
        if self.staff.id == viewer.id or (viewer.oversees and viewer.places is None):
            return True
        if not viewer.oversees or self.staff.role not in LOCAL or not self.units:
            return False
        return all(_is_inside(unit, viewer, book) for unit in self.units)

    def order(self, book: PlaceBook) -> tuple[str, str, str]:
        """By commune, its own before those of its hamlets, then by name; the district first."""
        first = min(self.units, key=lambda unit: fold(unit.name), default=None)
        if first is None:
            return "", "", fold(self.staff.name)
        hamlet = first.version == HAMLETS
        commune = book.units.get(first.parent_id or 0, first) if hamlet else first
        return fold(commune.name), fold(first.name) if hamlet else "", fold(self.staff.name)


def _is_inside(unit: Unit, viewer: Viewer, book: PlaceBook) -> bool:
    places = viewer.places or frozenset()
    if unit.version == HAMLETS:
        homes = book.homes(unit)
        return unit.id in viewer.hamlets or (bool(homes) and homes <= places)
    return book.covered(unit.id) <= places


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    person: Person
    place: str
    has: InHand
    did: Done

    @property
    def is_empty(self) -> bool:
        """Nothing in hand and nothing done: only somebody whose account is shut is left out for it."""
        return not (self.did.sums or self.has != InHand())

    @property
    def results(self) -> int:
        """Cases that ended with a job, a course or a departure."""
        return sum(self.did.sums[measure] for measure in MEASURES)

    @property
    def rated(self) -> bool:
        """Whether anybody has said how the help was."""
        return any(self.did.sums[f"rated.{score}"] for score in SCORES)

    @property
    def in_time(self) -> str:
        """The share of first calls that came by the promised day."""
        return percent(self.did.sums["in_time"], self.did.sums["called"])

    def median(self, event: str) -> str:
        """How long half of the people waited at most."""
        return span(self.did.median(event))

    def slowest(self, event: str) -> str:
        """How long the last one waited."""
        return span(self.did.slowest(event))


def span(minutes: int | None) -> str:
    """40 phút; 3 giờ; 2 ngày."""
    if minutes is None:
        return "–"
    if minutes == 0:
        return word("workload.at_once")
    if minutes < _HOUR:
        return word("workload.minutes", count=minutes)
    unit, size = ("hours", _HOUR) if minutes < 2 * _DAY else ("days", _DAY)
    return word(f"workload.{unit}", count=minutes // size)


def capped(count: int, most: int | None = None) -> str:
    """A number, or "more than" where it was counted no further."""
    most = CAP if most is None else most
    return word("workload.more", count=thousands(most)) if count > most else thousands(count)


async def read_lines(
    session: AsyncSession, viewer: Viewer, period: Period, book: PlaceBook, now: datetime
) -> Sequence[Line]:
    """The lines that the viewer may see."""
    people = [one for one in await _people(session, book) if one.within(viewer, book)]
    people.sort(key=lambda one: one.order(book))
    numbers = [one.staff.id for one in people]
    has = await in_hand(session, numbers, now)
    did = await done(session, numbers, period.since, period.until)
    lines = [Line(one, _place(one, book), has[one.staff.id], did[one.staff.id]) for one in people]
    return [line for line in lines if line.person.staff.disabled_at is None or not line.is_empty]


async def _people(session: AsyncSession, book: PlaceBook) -> list[Person]:
    places: dict[int, list[Unit]] = {}
    for staff_id, place_id in await session.execute(select(StaffPlace.staff_id, StaffPlace.place_id)):
        places.setdefault(staff_id, []).append(book.units[place_id])
    return [Person(staff, places.get(staff.id, [])) for staff in await session.scalars(select(Staff))]


def _place(one: Person, book: PlaceBook) -> str:
    names = [book.name(unit.id) for unit in one.units]
    nowhere = "workload.no_place" if one.staff.role in LOCAL else "workload.district"
    return ", ".join(sorted(names, key=fold)) or word(nowhere)

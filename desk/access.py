"""Who is at the desk and what they may see and do: the one place where roles are decided."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.places import Place
from db.staff import Staff

EVERYWHERE = ("administrator", "office")
"""Roles whose work is the whole district."""
LOCAL = ("commune", "hamlet")
"""Roles that see nothing until a place is given to them; the rest see the district when they have none."""
LOOKING = ("editor", "reader")
"""Roles that look: phones are masked, nothing is changed, exported or listened to."""
PRIVATE = ("administrator", "office", "commune", "hamlet")
"""Roles that need household and ethnicity for their work."""


@dataclass(frozen=True)
class Viewer:
    """A logged-in member of staff; ``places`` None means every place."""

    id: int
    login: str
    name: str
    role: str
    lang: str
    must_change: bool
    places: frozenset[int] | None

    @property
    def is_administrator(self) -> bool:
        """May manage staff and read the record."""
        return self.role == "administrator"

    @property
    def sees_phones(self) -> bool:
        """Whole phone numbers, not masked ones."""
        return self.role not in LOOKING

    @property
    def sees_private(self) -> bool:
        """The sealed facts: household and ethnicity."""
        return self.role in PRIVATE

    @property
    def may_change(self) -> bool:
        """May change statuses and close requests."""
        return self.role not in LOOKING

    @property
    def may_export(self) -> bool:
        """May take lists away."""
        return self.role not in LOOKING

    @property
    def may_open_files(self) -> bool:
        """May listen to voice notes and open photos."""
        return self.role not in LOOKING

    def covers(self, place_id: int | None) -> bool:
        """Whether a record of this place is theirs to see; one of no place is the district's."""
        return self.places is None or place_id in self.places


async def viewer_of(session: AsyncSession, staff: Staff) -> Viewer:
    """The viewer for an account, with the places that its own place covers."""
    places = await _places(session, staff)
    return Viewer(staff.id, staff.login, staff.name, staff.role, staff.lang, staff.must_change, places)


async def _places(session: AsyncSession, staff: Staff) -> frozenset[int] | None:
    if staff.role in EVERYWHERE:
        return None
    if staff.place_id is None:
        return frozenset() if staff.role in LOCAL else None
    covered = select(Place.id).where(or_(Place.id == staff.place_id, Place.successor_id == staff.place_id))
    return frozenset(await session.scalars(covered))

"""What a member of staff may see: whole communes, single hamlets, or everything; as conditions for every query."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from db.notices import NOTICE_KINDS
from db.people import Worker, WorkerIdentity
from db.places import HAMLETS, Place
from db.registrations import HelpRequest, Registration
from db.staff import Staff, StaffPlace

EVERYWHERE = ("administrator", "office")
"""Roles whose work is the whole district."""
LOCAL = ("commune", "hamlet")
"""Roles that see nothing until a place is given to them; the rest see the district when they have none."""
PRIVATE = ("administrator", "office", "commune", "hamlet")
"""Roles that need household and ethnicity for their work."""
LOOKING = ("editor", "reader")
"""Roles that look: phones are masked, nothing is changed, exported or listened to."""
PUBLISHING = {
    "administrator": NOTICE_KINDS,
    "office": NOTICE_KINDS,
    "editor": NOTICE_KINDS,
    "job_centre": ("job_fair", "course"),
}
"""The kinds of notices that each role writes, publishes, moves, cancels and composes broadcasts of."""
RELEASING = EVERYWHERE
"""Roles that let a broadcast go, and stop it: it reaches the whole district's people."""


@dataclass(frozen=True)
class Bounds:
    """``places`` are communes that are seen whole, None means all of them; ``hamlets`` are seen besides."""

    places: frozenset[int] | None
    hamlets: frozenset[int] = frozenset()

    @property
    def is_nothing(self) -> bool:
        """Nothing is to be seen at all."""
        return self.places is not None and not self.places and not self.hamlets

    def covers(self, place_id: int | None, hamlet_id: int | None = None) -> bool:
        """Whether a record of this commune and hamlet is within; one of no place is the district's."""
        return self.places is None or place_id in self.places or (hamlet_id is not None and hamlet_id in self.hamlets)

    def registrations(self) -> ColumnElement[bool]:
        """The condition on ``Registration``."""
        if self.places is None:
            return true()
        whole = Registration.place_id.in_(self.places)
        return or_(whole, Registration.hamlet_id.in_(self.hamlets)) if self.hamlets else whole

    def workers(self, worker: type[Worker] = Worker) -> ColumnElement[bool]:
        """The condition on ``Worker``, or on an alias of it."""
        if self.places is None:
            return true()
        whole = worker.place_id.in_(self.places)
        return or_(whole, worker.hamlet_id.in_(self.hamlets)) if self.hamlets else whole

    def help_requests(self) -> ColumnElement[bool]:
        """The condition on ``HelpRequest``; of one who has not said where they live, only the district knows."""
        if self.places is None:
            return true()
        theirs = WorkerIdentity.identity_id == HelpRequest.identity_id
        return exists().where(theirs, Worker.id == WorkerIdentity.worker_id, self.workers())


async def bounds_of(session: AsyncSession, staff: Staff) -> Bounds:
    """What this account may see: its places, and for a new commune the old ones that it was made of."""
    if staff.role in EVERYWHERE:
        return Bounds(None)
    own = (await session.execute(select(Place.id, Place.version).join(StaffPlace).where(_mine(staff)))).all()
    if not own:
        return Bounds(frozenset() if staff.role in LOCAL else None)
    hamlets = frozenset(row.id for row in own if row.version == HAMLETS)
    communes = [row.id for row in own if row.id not in hamlets]
    covered = select(Place.id).where(or_(Place.id.in_(communes), Place.successor_id.in_(communes)))
    return Bounds(frozenset(await session.scalars(covered)) if communes else frozenset(), hamlets)


def _mine(staff: Staff) -> ColumnElement[bool]:
    return StaffPlace.staff_id == staff.id

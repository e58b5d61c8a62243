"""Cases and calls of somebody who lost a place, a role or the account: given anew by the rules, a few at a time."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Moment
from db.bounds import LOOKING, Bounds, bounds_of
from db.help_requests import hand_on
from db.ownership import give, owner_for
from db.record import Actor, Someone, note
from db.registrations import Registration
from db.staff import Staff

BATCH = 100
"""Cases looked at in one transaction."""


class Handover(Base):
    """That somebody's cases are to be looked at: asked for with the change of the account, done by the clock."""

    __tablename__ = "handover"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    actor: Mapped[str]
    asked_at: Mapped[Moment]
    after_id: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The last case that was looked at."""
    moved: Mapped[int] = mapped_column(server_default="0")


async def ask_handover(session: AsyncSession, actor: Actor, staff_id: int, now: datetime) -> None:
    """Have the cases of an account looked at, in the transaction that changes it; from the first one again."""
    values = {"asked_by": actor.id, "actor": actor.name, "asked_at": now, "after_id": 0}
    query = insert(Handover).values(staff_id=staff_id, **values)
    await session.execute(query.on_conflict_do_update(index_elements=["staff_id"], set_=values))


async def hand_over_some(session: AsyncSession, now: datetime) -> bool:
    """Look at the next cases of one account and give anew what it may own no more; False where nothing waits."""
    waiting = select(Handover).order_by(Handover.asked_at).limit(1).with_for_update(skip_locked=True)
    task = await session.scalar(waiting)
    if task is None:
        return False
    staff = await session.get_one(Staff, task.staff_id)
    mine = Registration.owner_id == staff.id, Registration.due_at.is_not(None), Registration.id > task.after_id
    query = select(Registration).where(*mine).order_by(Registration.id).limit(BATCH).with_for_update()
    cases = (await session.scalars(query)).all()
    bounds, actor = await bounds_of(session, staff), Someone(task.asked_by, task.actor)
    for case in cases:
        if not _stays(staff, bounds, case):
            task.moved += await give(session, actor, case, await owner_for(session, case), now)
    calls = await hand_on(session, actor, staff, now, BATCH) if len(cases) < BATCH else BATCH
    if calls < BATCH:
        note(session, actor, now, "handover", "staff", staff.id, login=staff.login, count=task.moved)
        await session.delete(task)
    elif cases:
        task.after_id = cases[-1].id
    return True


def _stays(staff: Staff, bounds: Bounds, case: Registration) -> bool:
    allowed = staff.disabled_at is None and staff.role not in LOOKING
    return allowed and bounds.covers(case.place_id, case.hamlet_id)

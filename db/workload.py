"""What each member of staff has done, counted as it happens: a page of it costs the same however many people there are.

Whoever causes a change adds a row, which waits for nobody; the clock folds those rows into the sums, as it does with
``db/tallies.py``. Nothing in them points at a worker.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key
from db.registrations import CLOSED, Registration

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""A month is the office's, as in ``month_of``."""
_HOUR, _DAY = 60, 24 * 60


class StaffShape:
    """What is counted."""

    month: Mapped[date]
    event: Mapped[str]
    """given, called, in_time, reply, helped, a status in which a case ended, rated.asked, rated.good, …"""
    wait: Mapped[int | None] = mapped_column(Integer)
    """With ``called`` and ``reply``: the minutes that somebody had waited, as ``band`` rounds them."""
    n: Mapped[int] = mapped_column(Integer)


class StaffTally(StaffShape, Base):
    """A sum."""

    __tablename__ = "staff_tally"
    __table_args__ = (UniqueConstraint("month", "staff_id", "event", "wait", postgresql_nulls_not_distinct=True),)

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)


class StaffChange(StaffShape, Base):
    """One more, or one less, that is not in a sum yet."""

    __tablename__ = "staff_change"

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)


def add(
    session: AsyncSession,
    staff_id: int | None,
    event: str,
    at: datetime,
    *,
    waited: timedelta | None = None,
    n: int = 1,
) -> None:
    """Count something for a member of staff, in the transaction that it happens in; for nobody nothing is counted."""
    if staff_id is not None:
        month = at.astimezone(ZONE).date().replace(day=1)
        wait = band(waited) if waited is not None else None
        session.add(StaffChange(month=month, staff_id=staff_id, event=event, wait=wait, n=n))


def add_move(
    session: AsyncSession,
    staff_id: int | None,
    registration: Registration,
    step: tuple[str, str],
    at: datetime,
    *,
    n: int = 1,
) -> None:
    """Count a change of status, ``step`` being from and to: the first call, and with what a case ended."""
    before, after = step
    if before == "new" and after != "closed":
        promised = registration.promised_at
        add(session, staff_id, "called", at, waited=at - registration.created_at, n=n)
        if promised is None or at <= promised:
            add(session, staff_id, "in_time", at, n=n)
    if after in CLOSED:
        add(session, staff_id, after, at, n=n)


def band(waited: timedelta) -> int:
    """Minutes as they are counted: five up to an hour, hours up to two days, days above."""
    minutes = max(0, int(waited.total_seconds() // 60))
    step = 5 if minutes < _HOUR else _HOUR if minutes < 2 * _DAY else _DAY
    return minutes - minutes % step

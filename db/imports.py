"""Spreadsheets of people that are looked at and taken in, and a mark of each row that was: twice adds nothing."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Moment
from db.base import Key as Number

STATES = ("reading", "looked", "loading", "done", "failed")


class ImportedRow(Base):
    """The keyed mark of one row; it stays when the person is erased, and tells nothing without the key."""

    __tablename__ = "imported_row"

    mark: Mapped[str] = mapped_column(primary_key=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    imported_at: Mapped[Born]


class ImportJob(Base):
    """One spreadsheet of one member of staff: read first, then, at their word, taken in; all by the clock."""

    __tablename__ = "import_job"
    __table_args__ = (CheckConstraint(f"state IN {STATES}", name="state"),)

    id: Mapped[Number]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), unique=True)
    """One at a time for each: a new file takes the place of the last."""
    path: Mapped[str]
    """The file in the store, sealed; it goes when everything is taken in."""
    state: Mapped[str]
    report: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What is wrong with which rows, sealed: it repeats what stands in them."""
    rows: Mapped[int] = mapped_column(server_default="0")
    """To be taken in."""
    known: Mapped[int] = mapped_column(server_default="0")
    """In already."""
    faults: Mapped[int] = mapped_column(server_default="0")
    done: Mapped[int] = mapped_column(server_default="0")
    why: Mapped[str | None]
    """The desk's word for why it failed."""
    made_at: Mapped[Born]
    ended_at: Mapped[Moment | None]


async def job_of(session: AsyncSession, staff_id: int, *, locked: bool = False) -> ImportJob | None:
    """Somebody's file."""
    query = select(ImportJob).where(ImportJob.staff_id == staff_id)
    found: ImportJob | None = await session.scalar(query.with_for_update() if locked else query)
    return found


async def next_job(session: AsyncSession) -> ImportJob | None:
    """The file that has waited longest for the clock."""
    waits = select(ImportJob).where(ImportJob.state.in_(("reading", "loading"))).order_by(ImportJob.made_at).limit(1)
    found: ImportJob | None = await session.scalar(waits)
    return found


def ended(job: ImportJob, state: str, now: datetime, why: str | None = None) -> None:
    """Nothing more is to be done."""
    job.state, job.ended_at, job.why = state, now, why

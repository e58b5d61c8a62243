"""The monthly lists of the hamlets (plan V.9), kept as they were made: who was on them, and their totals."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Key, Moment


class MonthlyList(Base):
    """The list of one month, for the whole district; a place's list is its part of it."""

    __tablename__ = "monthly_list"

    id: Mapped[Key]
    month: Mapped[date] = mapped_column(unique=True)
    """The first day of the month that it tells of."""
    as_of: Mapped[Moment]
    """The moment whose state it shows: the end of the month, or when it was made, whichever came first."""
    made_at: Mapped[Born]
    told_at: Mapped[Moment | None]
    """When those whose places it is about were told in their chats."""


class MonthlyGlance(Base):
    """The numbers of a month that goes on, counted by the clock: a look at them costs one row."""

    __tablename__ = "monthly_glance"

    month: Mapped[date] = mapped_column(primary_key=True)
    as_of: Mapped[Moment | None]
    """Null as long as it was asked for only."""
    asked_at: Mapped[Moment | None]
    """When somebody wanted it counted anew."""
    totals: Mapped[list[list[Any]]] = mapped_column(JSONB)
    """A row a hamlet, in the order of the paper: commune, name, hamlet, and the numbers."""


class MonthlyEntry(Base):
    """One person on a list, as they were then; it goes when the person is erased."""

    __tablename__ = "monthly_entry"
    __table_args__ = (Index("ix_monthly_entry_place", "list_id", "place_id", "hamlet", "sorted", "worker_id"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("monthly_list.id", ondelete="CASCADE"), primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True, index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    hamlet: Mapped[str]
    """Its name on the list of hamlets, else as most of its people write it; empty where nobody said."""
    hamlet_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    sorted: Mapped[str]
    """The given name first, without accents: the order of Vietnamese lists."""
    registration_id: Mapped[int | None] = mapped_column(BigInteger)
    change: Mapped[str]
    """Beside the month before: new, changed, same, or left."""
    left_to: Mapped[str | None]
    """Why somebody left: the status that was reached, or "other"."""
    work_state: Mapped[str | None]
    """none or under, where that is why they are on the list."""
    learns: Mapped[bool]
    name: Mapped[str | None]
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    sex: Mapped[str | None]
    phone: Mapped[str | None]
    schooling: Mapped[str | None]
    idle_time: Mapped[str | None]
    wish: Mapped[str | None]
    status: Mapped[str]
    household: Mapped[bytes | None]
    """Sealed, as in the worker's row."""
    ethnicity: Mapped[bytes | None]


class MonthlyTotal(Base):
    """A hamlet's numbers on a list: they stay when a person is erased, since they name nobody."""

    __tablename__ = "monthly_total"
    __table_args__ = (
        UniqueConstraint("list_id", "place_id", "hamlet", "hamlet_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Key]
    list_id: Mapped[int] = mapped_column(ForeignKey("monthly_list.id", ondelete="CASCADE"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    hamlet: Mapped[str]
    hamlet_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    people: Mapped[int]
    women: Mapped[int]
    without_work: Mapped[int]
    underemployed: Mapped[int]
    learners: Mapped[int]
    new: Mapped[int]
    changed: Mapped[int]
    left: Mapped[int]

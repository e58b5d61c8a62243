"""Counts for reports: what happened to registrations by month, and to questions by day.

Whoever causes a change only adds a row, which waits for nobody; the clock folds those rows into the sums. Readers take
both together (``tally_now``, ``question_tally_now``), so that a report is never behind.
"""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, Moment


class Step(Base):
    """When a registration reached a status."""

    __tablename__ = "step"
    __table_args__ = (Index("ix_step_status_at", "status", "at"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[Moment]


class TallyShape:
    """What is counted, when and where: nothing in it points at a person, so it stays when one is erased."""

    month: Mapped[date]
    event: Mapped[str]
    """A status that was reached, or what somebody answered later: ``after.3.still``."""
    place_id: Mapped[int | None] = mapped_column(BigInteger)
    n: Mapped[int] = mapped_column(Integer)


class Tally(TallyShape, Base):
    """A sum by one thing: ``dimension`` names a column of ``TallyChange``; each change is in one sum of each."""

    __tablename__ = "tally"
    __table_args__ = (
        UniqueConstraint("month", "event", "place_id", "dimension", "value", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Key]
    dimension: Mapped[str]
    value: Mapped[str]


class TallyChange(TallyShape, Base):
    """One more, or one less, that is not in a sum yet."""

    __tablename__ = "tally_change"

    id: Mapped[Key]
    kind: Mapped[str]
    sex: Mapped[str]
    age: Mapped[int] = mapped_column(SmallInteger)
    """The youngest age of the band: 15, 25, 35, 45, 60; 0 where it is not known."""
    priority: Mapped[int] = mapped_column(SmallInteger)
    wait: Mapped[int | None] = mapped_column(SmallInteger)
    """With ``contacted``: the days until then, in bands of 0, 1, 2, 3, 7 and more."""


class QuestionShape:
    """What happened at a question of a form on a day; nothing of what anybody said."""

    day: Mapped[date]
    form: Mapped[str]
    question: Mapped[str]
    event: Mapped[str]
    """reached, answered, skipped, missed."""
    lang: Mapped[str]
    n: Mapped[int] = mapped_column(Integer)


class QuestionTally(QuestionShape, Base):
    """A sum."""

    __tablename__ = "question_tally"
    __table_args__ = (UniqueConstraint("day", "form", "question", "event", "lang"),)

    id: Mapped[Key]


class QuestionChange(QuestionShape, Base):
    """One more, or one less, that is not in a sum yet."""

    __tablename__ = "question_change"

    id: Mapped[Key]

"""How it went on: what people say some months after they were placed, enrolled or left for abroad."""

from sqlalchemy import ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, Moment

ASKED_AFTER = (1, 3, 6, 12)
"""Months after the status was reached."""
ANSWERS = {
    "placed": ("still", "other_job", "stopped"),
    "departed": ("still", "other_job", "returned"),
    "enrolled": ("still", "finished_works", "finished_none", "stopped"),
}
"""What may be answered, by what was reached."""


class Outcome(Base):
    """That somebody was asked, and what they answered."""

    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("registration_id", "months"),
        Index("ix_outcome_unanswered", "asked_at", postgresql_where=text("answer IS NULL")),
    )

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    months: Mapped[int] = mapped_column(SmallInteger)
    asked_at: Mapped[Moment]
    answer: Mapped[str | None]
    answered_at: Mapped[Moment | None]

"""What the plan asks for in a year."""

from sqlalchemy import ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Key

MEASURES = ("placed", "departed", "enrolled")
"""The statuses that a target may count."""


class Target(Base):
    """How many people are to reach a status in a year, in the district or in one commune."""

    __tablename__ = "target"
    __table_args__ = (UniqueConstraint("year", "measure", "place_id", postgresql_nulls_not_distinct=True),)

    id: Mapped[Key]
    year: Mapped[int] = mapped_column(SmallInteger)
    measure: Mapped[str]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    number: Mapped[int]
    source: Mapped[str]
    """The plan that says so, as staff wrote it."""
    updated_at: Mapped[Born]

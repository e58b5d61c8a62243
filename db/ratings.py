"""How people found the help: one question a case, three faces, and a sentence that they may add."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, Moment

SCORES = ("good", "fair", "bad")
"""The three faces, in the order in which they are numbered."""
LONGEST = 300
"""Signs of the sentence that are kept."""


class Rating(Base):
    """That somebody was asked how the help was, once a case, and what they said."""

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint(f"score IN {SCORES}", name="score"),
        CheckConstraint("cause IN ('case', 'talk')", name="cause"),
        Index("ix_rating_unhappy", "rated_at", postgresql_where=text("score = 'bad'")),
        Index("ix_rating_words", "rated_at", postgresql_where=text("words IS NOT NULL")),
    )

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), unique=True)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id", ondelete="SET NULL"), index=True)
    """The account that was asked."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    """Who had the case then, or talked with the person."""
    cause: Mapped[str]
    """What had come to its end: the case, or a talk with a person."""
    asked_at: Mapped[Moment]
    score: Mapped[str | None]
    rated_at: Mapped[Moment | None]
    words: Mapped[str | None]
    """What the person added, in their own words."""

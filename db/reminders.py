"""What was reminded of, what is agreed for a day, and whether an old wish still stands.

No reminder is planned ahead: what is due is computed from the dates in the data (``jobs/reminders.py``), and a row here
says that it was sent, or dropped and why. A date that moves makes new reminders by itself.
"""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Key, Moment

SUBJECTS = ("fair", "course", "deadline", "meeting", "call")
"""The dates that people are reminded of."""
DROPPED = ("overtaken", "too_late", "out_of_reach")
"""Why a reminder that was due is not sent: a later one was due too, it would have come after the event, or the person
can not be written to."""
APPOINTMENT_KINDS = ("meeting", "call")


class Reminder(Base):
    """One reminder to one account about one date: written in the transaction that owes the message."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("identity_id", "subject", "subject_id", "date_at", "rule"),
        CheckConstraint(f"subject IN {SUBJECTS}", name="subject"),
        Index("ix_reminder_subject_subject_id", "subject", "subject_id"),
    )

    id: Mapped[Key]
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"))
    subject: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    """The notice, or the appointment."""
    date_at: Mapped[Moment]
    """The date as it was when this was said: after a move, the same rule counts anew."""
    rule: Mapped[str]
    """The offset and hour, as configured."""
    dropped: Mapped[str | None]
    """Why it was not sent; null where it was."""
    made_at: Mapped[Born]


class Appointment(Base):
    """An officer and a worker agreed on a time: to meet, or to speak on the phone."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(f"kind IN {APPOINTMENT_KINDS}", name="kind"),
        Index("ix_appointment_at", "at", postgresql_where=text("ended_at IS NULL")),
        Index("ix_appointment_known_at", "known_at", postgresql_where=text("known_at IS NOT NULL")),
        Index("ix_appointment_open", "registration_id", "kind", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    at: Mapped[Moment]
    venue: Mapped[str] = mapped_column(server_default="")
    known_at: Mapped[Moment | None]
    """The time that the worker has in mind; where it is another, they are to be told (``jobs/appointment_news.py``)."""
    known_venue: Mapped[str] = mapped_column(server_default="")
    told_at: Mapped[Moment | None]
    """When the worker was last told of a change."""
    agreed_at: Mapped[Born]
    """Since when this time holds: what would have been said before it is said no more."""
    ended_at: Mapped[Moment | None]
    """It was kept, or called off: nobody is reminded any more."""
    created_at: Mapped[Born]


class WishCheck(Base):
    """A wish that had grown old was asked about: yes keeps it fresh, no closes it, silence is noted."""

    __tablename__ = "wish_check"
    __table_args__ = (Index("ix_wish_check_open", "asked_at", postgresql_where=text("answer IS NULL")),)

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), index=True)
    answer: Mapped[str | None]
    """``yes``, ``no``, or ``silent``."""
    asked_at: Mapped[Born]
    answered_at: Mapped[Moment | None]

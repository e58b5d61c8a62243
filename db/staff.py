"""Who works at the desk, where, from which chats, and the record of what they looked at and changed."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Json, Key, Moment

ROLES = ("administrator", "office", "commune", "hamlet", "bank", "job_centre", "editor", "reader")


class Staff(Base):
    """A person with a log-in; what they may see is bounded by their places (``StaffPlace``)."""

    __tablename__ = "staff"

    id: Mapped[Key]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password: Mapped[str]
    """An argon2 hash."""
    must_change: Mapped[bool] = mapped_column(server_default="true")
    lang: Mapped[str] = mapped_column(server_default="vi")
    disabled_at: Mapped[Moment | None]
    second_asked_at: Mapped[Moment | None]
    """When it was first asked to set up a second factor: the days of grace begin."""
    created_at: Mapped[Born]


class StaffPlace(Base):
    """A place that somebody works for: a commune of either map, or a hamlet."""

    __tablename__ = "staff_place"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True, index=True)


class StaffIdentity(Base):
    """A chat that a member of staff has linked with a one-time code: alerts go there."""

    __tablename__ = "staff_identity"

    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    linked_at: Mapped[Born]


class StaffLinkCode(Base):
    """A code from the desk by which its owner links a chat: once, and soon. Only its hash is kept."""

    __tablename__ = "staff_link_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), unique=True)
    expires_at: Mapped[Moment]


class StaffSession(Base):
    """A log-in that is in force; ending it in the table ends it everywhere."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[Moment]
    proved_at: Mapped[Moment | None]
    """When its owner last showed who they are: at the log-in, or again before something that matters."""
    created_at: Mapped[Born]


class LoginStep(Base):
    """A log-in whose password was right and whose second step is still to come; it opens nothing."""

    __tablename__ = "login_step"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[Moment]
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class AuditEntry(Base):
    """Somebody looked at, changed or exported something: who, what, how many."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id"),)

    id: Mapped[Key]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    actor: Mapped[str]
    """The name at the time, kept when the account is gone; "worker" or "system" where no staff member acted."""
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    detail: Mapped[Json]
    created_at: Mapped[Born] = mapped_column(index=True)

"""What is to be told: job fairs, contracts abroad, courses and news; their words and files, and what people answer.

The words are in :class:`NoticeText`, one row a language; what only one kind has is in ``Notice.details``, read by
``db/notice_details.py``; whether it may be published is decided in ``db/publication.py``.
"""

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, Born, Json, Key, Moment
from db.places import Place

NOTICE_KINDS = ("job_fair", "overseas", "course", "general")
NOTICE_STATES = ("draft", "published", "cancelled")
FILE_KINDS = ("picture", "voice", "file")
ANSWERS = ("come", "maybe", "cannot", "interested", "call_me")
"""What a person may answer; ``call_me`` stands alone only where nothing else was said."""
COMING = ("come", "maybe", "interested")
"""The answers after which a person is reminded."""

_WHEN = """
    CASE WHEN kind = 'overseas' THEN coalesce(deadline, starts_at) ELSE coalesce(starts_at, deadline, ends_at) END
"""
_OVER = """
    CASE kind WHEN 'overseas' THEN coalesce(deadline, starts_at) WHEN 'course' THEN coalesce(starts_at, deadline)
    ELSE coalesce(ends_at, starts_at, deadline) END
"""


class Notice(Base):
    """Something to tell, the same for both languages: what, when, where, and in which state."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(f"kind IN {NOTICE_KINDS}", name="kind"),
        CheckConstraint(f"state IN {NOTICE_STATES}", name="state"),
        Index("ix_notice_state_over_at", "state", "over_at"),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    starts_at: Mapped[Moment | None]
    ends_at: Mapped[Moment | None]
    deadline: Mapped[Moment | None]
    """Until when people may answer or hand in papers: the end of that day where the office is."""
    when_at: Mapped[Moment | None] = mapped_column(Computed(_WHEN, persisted=True))
    """The date that people look for, by which lists are ordered."""
    over_at: Mapped[Moment | None] = mapped_column(Computed(_OVER, persisted=True))
    """After this moment it is past."""
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    """Null: the whole district."""
    map_url: Mapped[str | None]
    details: Mapped[Json]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    """Whom people meet there: reminders name this person."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    published_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    published_at: Mapped[Moment | None]
    cancelled_at: Mapped[Moment | None]
    version: Mapped[int] = mapped_column(server_default="1")
    """Counts the savings, so that two people at the desk do not undo each other's work unseen."""
    created_at: Mapped[Born]
    updated_at: Mapped[Born]

    place: Mapped[Place | None] = relationship(lazy="raise")
    texts: Mapped[list["NoticeText"]] = relationship(lazy="raise", order_by="NoticeText.lang.desc()")
    files: Mapped[list["NoticeFile"]] = relationship(lazy="raise", order_by="NoticeFile.id")


class NoticeText(Base):
    """A notice in one language; what is empty is not written yet."""

    __tablename__ = "notice_text"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True)
    lang: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(server_default="")
    body: Mapped[str] = mapped_column(server_default="")
    venue: Mapped[str] = mapped_column(server_default="")
    """Where it is, as people say it."""


class NoticeFile(Base):
    """A picture, a voice recording or a file of a notice; its bytes lie sealed in the file store."""

    __tablename__ = "notice_file"

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"), index=True)
    lang: Mapped[str | None]
    """Null: for both languages."""
    kind: Mapped[str]
    name: Mapped[str]
    mime: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    path: Mapped[str]
    """Its name in the file store (db/files.py)."""
    created_at: Mapped[Born]


class NoticeChange(Base):
    """What was changed after publication: those who were told before are told this."""

    __tablename__ = "notice_change"

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    before: Mapped[dict[str, object]] = mapped_column(JSONB)
    """The fields that changed, as they were: dates in ISO, words by language."""
    after: Mapped[dict[str, object]] = mapped_column(JSONB)
    changed_at: Mapped[Born]


class Response(Base):
    """What one account answered to one notice; a later answer takes the place of an earlier one."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("notice_id", "identity_id"),
        CheckConstraint(f"answer IN {ANSWERS}", name="answer"),
    )

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"))
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), index=True)
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id", ondelete="SET NULL"), index=True)
    answer: Mapped[str]
    call_asked_at: Mapped[Moment | None]
    """The person wants to be called about it, whatever else they answered."""
    answered_at: Mapped[Born]


class Follow(Base):
    """A kind of notice, or a place, that somebody wants to hear of; null is "any"."""

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("identity_id", "kind", "place_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("kind IS NOT NULL OR place_id IS NOT NULL", name="something"),
    )

    id: Mapped[Key]
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"))
    kind: Mapped[str | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    created_at: Mapped[Born]


class Mute(Base):
    """This account wants nothing unasked until it says so; ``Identity.muted_at`` ends with the person's next word."""

    __tablename__ = "mute"

    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True)
    muted_at: Mapped[Born]

"""What people ask of the office: a registered need, a call for a person, and the files that came with them."""

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, Born, Json, Key, Moment
from db.people import Worker
from db.places import Place

KINDS = ("job", "training", "overseas", "loan")
STATUSES = ("new", "contacted", "matched", "referred", "placed", "enrolled", "departed", "closed")
CLOSED = ("placed", "enrolled", "departed", "closed")
"""The statuses after which nobody is owed a call."""


_ENDS = ", ".join(f"'{status}'::text" for status in CLOSED)
_OPEN, _FREE = text("due_at IS NOT NULL"), text("due_at IS NOT NULL AND owner_id IS NULL")
_ASKED, _WRITTEN, _UNCALLED = (
    text(f"due_at IS NOT NULL AND {what}")
    for what in ("asked_at IS NOT NULL", "written_at IS NOT NULL", "called_at IS NULL")
)
_CONTACT = text("coalesce(contact_at, created_at)")


class Registration(Base):
    """One need of one worker, followed up from ``new`` to an end."""

    __tablename__ = "registration"
    __table_args__ = (
        Index("ix_registration_created_at", "created_at", "id"),
        Index("ix_registration_place_id_created_at", "place_id", "created_at", "id"),
        Index("ix_registration_kind_created_at", "kind", "created_at", "id"),
        Index("ix_registration_status_created_at", "status", "created_at", "id"),
        Index("ix_registration_kind_status_created_at", "kind", "status", "created_at", "id"),
        Index("ix_registration_place_kind_status", "place_id", "kind", "status", "created_at", "id"),
        Index(
            "ix_registration_hamlet_id", "hamlet_id", "created_at", "id", postgresql_where=text("hamlet_id IS NOT NULL")
        ),
        # what is to be done, first things first: of all, of a place, of a hamlet, of an owner, of nobody
        Index("ix_registration_work", "priority", "due_at", "id", postgresql_where=_OPEN),
        Index("ix_registration_work_place", "place_id", "priority", "due_at", "id", postgresql_where=_OPEN),
        Index("ix_registration_work_hamlet", "hamlet_id", "priority", "due_at", "id", postgresql_where=_OPEN),
        Index("ix_registration_work_owner", "owner_id", "priority", "due_at", "id", postgresql_where=_OPEN),
        Index("ix_registration_free", "priority", "due_at", "id", postgresql_where=_FREE),
        Index("ix_registration_free_place", "place_id", "priority", "due_at", "id", postgresql_where=_FREE),
        Index("ix_registration_due_at", "due_at", postgresql_where=_OPEN),
        # who waits since when (db/work_queries.py): of all, and of a place
        Index("ix_registration_asked", "priority", "asked_at", "id", postgresql_where=_ASKED),
        Index("ix_registration_asked_place", "place_id", "priority", "asked_at", "id", postgresql_where=_ASKED),
        Index("ix_registration_written", "priority", "written_at", "id", postgresql_where=_WRITTEN),
        Index("ix_registration_written_place", "place_id", "priority", "written_at", "id", postgresql_where=_WRITTEN),
        Index("ix_registration_uncalled", "priority", "created_at", "id", postgresql_where=_UNCALLED),
        Index("ix_registration_uncalled_place", "place_id", "priority", "created_at", "id", postgresql_where=_UNCALLED),
        Index("ix_registration_silent", "priority", _CONTACT, "id", postgresql_where=_OPEN),
        Index("ix_registration_silent_place", "place_id", "priority", _CONTACT, "id", postgresql_where=_OPEN),
        Index("ix_registration_fresh_at", "fresh_at", postgresql_where=text(f"status NOT IN {CLOSED}")),
    )

    id: Mapped[Key]
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id", ondelete="SET NULL"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    """The worker's commune, repeated here so that a list by place needs one index."""
    hamlet_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    """The worker's hamlet, repeated for the same reason."""
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="new")
    closed_reason: Mapped[str | None]
    answers: Mapped[Json]
    """What was asked for this kind only; the person's own facts are the worker's."""
    source: Mapped[str | None]
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    """Who of the staff registered it for the person."""
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id", ondelete="SET NULL"), index=True)
    """Another worker who looks like the same person; for staff to decide."""
    promised_at: Mapped[Moment | None]
    """By when the worker was told that somebody calls."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    """Who follows it up; null: nobody yet."""
    next_at: Mapped[Moment | None]
    """When its owner means to do the next thing; null: what was promised to the worker counts."""
    due_at: Mapped[Moment | None] = mapped_column(
        Computed(
            # in PostgreSQL's own spelling, so that models and tables can be compared
            f"CASE WHEN (status = ANY (ARRAY[{_ENDS}])) "
            "THEN NULL::timestamp with time zone ELSE COALESCE(next_at, promised_at, created_at) END",
            persisted=True,
        )
    )
    """When the next step is due; null if and only if the case is closed."""
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """From 3, first, to 0: the worker's points and the commune's (db/priority.py)."""
    level: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """How many times it went up because a promise was not kept."""
    asked_at: Mapped[Moment | None]
    """Since when words of the worker wait for an answer of staff; null: none do (db/contacts.py)."""
    written_at: Mapped[Moment | None]
    """When staff wrote last, as long as nothing has been heard since."""
    called_at: Mapped[Moment | None]
    """When staff tried to reach the worker last; null: never."""
    contact_at: Mapped[Moment | None]
    """When the two last had a word, in writing or by voice; null: never."""
    fresh_at: Mapped[Born]
    """When the worker last said that this is wanted; after 90 days it is asked again."""
    created_at: Mapped[Born]
    updated_at: Mapped[Born]

    worker: Mapped[Worker] = relationship(lazy="raise", foreign_keys=[worker_id])
    place: Mapped[Place | None] = relationship(lazy="raise", foreign_keys=[place_id])


class HelpRequest(Base):
    """A person asked to talk to somebody, or reported a fraud: why, by when that was promised, and who does it."""

    __tablename__ = "help_request"
    __table_args__ = (
        Index("ix_help_request_told", "id", postgresql_where=text("detail IS NOT NULL")),
        Index("ix_help_request_promised_at", "promised_at", postgresql_where=text("done_at IS NULL")),
        Index(
            "ix_help_request_alert_at", "alert_at", postgresql_where=text("alert_at IS NOT NULL AND done_at IS NULL")
        ),
    )

    id: Mapped[Key]
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), index=True)
    topic: Mapped[str]
    phone: Mapped[str | None]
    detail: Mapped[bytes | None]
    """What the person told with it, sealed: a report names others, and sums of money."""
    promised_at: Mapped[Moment | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    """Who took it, or whom it went up to; null: nobody yet."""
    taken_at: Mapped[Moment | None]
    """When the owner said that they do it; null: nobody has said so, though it may have gone up to somebody."""
    level: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """How far up it went because the promise was not kept."""
    alert_at: Mapped[Moment | None]
    """Since when officers are to be told of it in their own chats; null: they were, or need not be."""
    done_at: Mapped[Moment | None] = mapped_column(index=True)
    created_at: Mapped[Born]


class Attachment(Base):
    """A voice note, photo, file or place that a worker sent; its bytes are fetched after the turn and sealed."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_waiting", "id", postgresql_where=text("stored_at IS NULL")),)

    id: Mapped[Key]
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    question: Mapped[str | None]
    kind: Mapped[str]
    file_id: Mapped[str | None]
    mime: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    detail: Mapped[Json]
    stored_at: Mapped[Moment | None]
    path: Mapped[str | None]
    tries: Mapped[int] = mapped_column(server_default="0")
    due_at: Mapped[Born]
    """When to try to fetch the bytes."""
    created_at: Mapped[Born]

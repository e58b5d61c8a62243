"""Who writes to us: a worker, the accounts (identities) they write from, and what they agreed to."""

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, Born, Json, Key, Moment
from db.places import Place


class Identity(Base):
    """A worker's account on one channel, with the conversation that is going on there.

    ``state`` and ``data`` are the aiogram FSM's; they live in this row so that one turn reads and writes one row.
    """

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("channel", "chat_id"),
        UniqueConstraint("channel", "address"),
        Index("ix_identity_draft", "active_at", postgresql_where=text("data ? 'draft'")),
        {"postgresql_with": {"fillfactor": "80"}},
    )

    id: Mapped[Key]
    channel: Mapped[str]
    chat_id: Mapped[int] = mapped_column(BigInteger)
    address: Mapped[str | None]
    """What the channel itself knows the account by, where that is not a number: the web token's hash."""
    lang: Mapped[str | None]
    source: Mapped[str | None]
    """The deep link or poster that the person first came by."""
    state: Mapped[str | None]
    data: Mapped[Json]
    active_at: Mapped[Born]
    blocked_at: Mapped[Moment | None]
    muted_at: Mapped[Moment | None]
    hours_told_at: Mapped[Moment | None]
    """When the person was last told that the office is closed: once a day is enough."""
    interacted_at: Mapped[Moment | None]
    """When the person last did something, where that opens a window for messages (Zalo's Official Account)."""
    human_until: Mapped[Moment | None]
    """Until when somebody at the channel's own web tool talks with the person, and the bot keeps quiet."""
    created_at: Mapped[Born]


class Worker(Base):
    """A person who looks for work, training or work abroad; what is not known is null."""

    __tablename__ = "worker"
    __table_args__ = (
        Index("ix_worker_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        Index("ix_worker_words", text("to_tsvector('simple', search)"), postgresql_using="gin"),
        Index("ix_worker_khmer", text("khmer_grams(search)"), postgresql_using="gin"),
        Index("ix_worker_phone", "phone"),
        Index("ix_worker_birth_year_place_id", "birth_year", "place_id"),
    )

    id: Mapped[Key]
    name: Mapped[str | None]
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    sex: Mapped[str | None]
    phone: Mapped[str | None]
    """E.164."""
    phone_owner: Mapped[str | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    hamlet: Mapped[str | None]
    """As the person said it."""
    hamlet_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    """The hamlet of the list that these words surely mean, once one is loaded."""
    schooling: Mapped[str | None]
    work_state: Mapped[str | None]
    idle_time: Mapped[str | None]
    household: Mapped[bytes | None]
    """Household status, sealed (db/seal.py): it is a matter of private life."""
    ethnicity: Mapped[bytes | None]
    """Ethnic origin, sealed: sensitive under Decree 356/2025, article 4."""
    points: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Grounds for going first, added up from what is sealed (db/priority.py); which they are is not to be read off."""
    search: Mapped[str] = mapped_column(
        Computed(
            "fold_text(coalesce(name, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(hamlet, ''))",
            persisted=True,
        )
    )
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
    """Who speaks for this person since two rows were found to be one (db/merging.py); it is nobody by itself."""
    created_at: Mapped[Born]
    updated_at: Mapped[Born]

    place: Mapped[Place | None] = relationship(lazy="raise", foreign_keys=[place_id])


class WorkerIdentity(Base):
    """Who can be reached where: one phone may serve a family, one person may have several accounts."""

    __tablename__ = "worker_identity"

    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True, index=True)
    relation: Mapped[str] = mapped_column(server_default="self")
    preferred_at: Mapped[Moment | None]
    """When the person chose to be reached here first; their other accounts are for when that fails."""
    merged_at: Mapped[Moment | None]
    """When staff made one person of two: until the year of birth is told here, this account sees what it sent only."""


class Consent(Base):
    """That somebody agreed: to which text, when, in which language, on which channel. Kept as proof."""

    __tablename__ = "consent"

    id: Mapped[Key]
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id", ondelete="SET NULL"), index=True)
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id", ondelete="SET NULL"), index=True)
    """Whose it is, where it was given to somebody else: at the desk, to a helper, on paper."""
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    """Who of the staff took it."""
    taken: Mapped[str | None]
    """How: read aloud, or the paper that it stands on."""
    text_version: Mapped[str]
    lang: Mapped[str]
    channel: Mapped[str]
    given_at: Mapped[Born]
    withdrawn_at: Mapped[Moment | None]


class Erasure(Base):
    """That somebody's data was deleted: a number and a date to show, and counts; nothing of the data."""

    __tablename__ = "erasure"

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    reason: Mapped[str]
    counts: Mapped[Json]
    asked_at: Mapped[Born]
    done_at: Mapped[Born]

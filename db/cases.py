"""The follow-up of a registration: who gets it, calls, notes, what was written, alerts; and what staff keep for it."""

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Key, Moment

OUTCOMES = ("called", "no_answer", "call_again", "met", "referred")
"""How a call or a visit went."""
CAUSES = ("new", "due", "escalated", "message", "meeting", "call", "rating")
"""Why an officer is told of a case in their own chat."""


def folded() -> Computed:
    """What was written as it is searched: without accents and signs (db/words_search.py)."""
    return Computed("fold_words(words)", persisted=True)


def searched(table: str, which: str | None = None) -> tuple[Index, ...]:
    """The indexes by which written words are found: what stands in them, Khmer besides, and the newest first."""
    only = text(which) if which else None
    ops = {"search": "gin_trgm_ops"}
    return (
        Index(f"ix_{table}_search", "search", postgresql_using="gin", postgresql_ops=ops, postgresql_where=only),
        Index(f"ix_{table}_khmer", text("khmer_grams(search)"), postgresql_using="gin"),
        Index(f"ix_{table}_created_at", "created_at", "id", postgresql_where=only),
    )


class OwnerRule(Base):
    """Whose a new registration is, by place and kind; the closest rule wins, null means any."""

    __tablename__ = "owner_rule"
    __table_args__ = (UniqueConstraint("place_id", "kind", postgresql_nulls_not_distinct=True),)

    id: Mapped[Key]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str | None]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Born]


class CaseCall(Base):
    """Somebody tried to reach a worker: how it went, and when to try again."""

    __tablename__ = "case_call"
    __table_args__ = (CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"), *searched("case_call", "words <> ''"))

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    actor: Mapped[str]
    """The name at the time."""
    outcome: Mapped[str]
    again_at: Mapped[Moment | None]
    words: Mapped[str] = mapped_column(server_default="")
    search: Mapped[str] = mapped_column(folded())
    source: Mapped[str] = mapped_column(server_default="desk")
    """``desk`` or ``chat``: where it was noted."""
    created_at: Mapped[Born]


class CaseNote(Base):
    """What staff tell each other about a case; the worker never sees it."""

    __tablename__ = "case_note"
    __table_args__ = searched("case_note")

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    actor: Mapped[str]
    words: Mapped[str]
    search: Mapped[str] = mapped_column(folded())
    created_at: Mapped[Born]


class CaseMessage(Base):
    """What staff and worker wrote to each other while a person talked; ``actor`` is null for the worker's words."""

    __tablename__ = "case_message"
    __table_args__ = searched("case_message")

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id", ondelete="SET NULL"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    actor: Mapped[str | None]
    words: Mapped[str]
    search: Mapped[str] = mapped_column(folded())
    created_at: Mapped[Born]


class PersonTalk(Base):
    """A member of staff talks with an account about a case; until it ends the bot keeps quiet there."""

    __tablename__ = "person_talk"
    __table_args__ = (
        Index("ix_person_talk_open", "identity_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_person_talk_until_at", "until_at", postgresql_where=text("ended_at IS NULL")),
        Index("ix_person_talk_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )

    id: Mapped[Key]
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    actor: Mapped[str]
    started_at: Mapped[Born]
    until_at: Mapped[Moment]
    """It ends by itself then; each word of either side moves it on."""
    ended_at: Mapped[Moment | None]


class OfficerAlert(Base):
    """That an officer was told of a case in a chat, once for each cause and its date."""

    __tablename__ = "officer_alert"
    __table_args__ = (
        UniqueConstraint("registration_id", "identity_id", "cause", "cause_at"),
        CheckConstraint(f"cause IN {CAUSES}", name="cause"),
        Index("ix_officer_alert_waiting", "id", postgresql_where=text("outgoing_id IS NULL")),
    )

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), index=True)
    cause: Mapped[str]
    cause_at: Mapped[Moment]
    outgoing_id: Mapped[int | None] = mapped_column(BigInteger)
    """The message, so that it goes when the worker is erased."""
    made_at: Mapped[Born]


class SavedFilter(Base):
    """A filter of a list that somebody keeps under a name."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("staff_id", "page", "name"),)

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    page: Mapped[str] = mapped_column(server_default="registrations")
    """Which list it is of: ``registrations`` or ``cases``."""
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[Born]


class ReadyAnswer(Base):
    """Words that are written often, in both languages, with placeholders."""

    __tablename__ = "ready_answer"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(unique=True)
    vi: Mapped[str]
    km: Mapped[str]
    updated_at: Mapped[Born]

"""A notice sent to an audience at a time: the broadcast, its ledger of recipients, and what they share.

The ledger is written before anything is sent, one row a recipient; `db/ledger.py` moves the rows on.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Json, Key, Moment

BROADCAST_STATES = ("draft", "rehearsed", "released", "running", "paused", "done", "cancelled")
DELIVERY_STATES = ("queued", "sending", "sent", "failed", "uncertain", "skipped", "unreachable")
REASONS = ("no_chat", "blocked", "muted", "withdrawn", "erased", "told", "too_late", "cancelled", "refused", "gave_up",
           "no_answer", "crash", "channel", "window", "cost")  # fmt: skip
"""Why a row is not sent: `no_chat` the person writes on no channel; `told` the account got it for somebody else;
`refused` the channel will never take it; `gave_up` it failed too often; `no_answer`, `crash` nobody knows whether it
arrived; `channel` no process serves it; `window`, `cost` the channel's own rules forbid it."""
ON_DOUBT = ("resend", "uncertain")
"""What becomes of a row of which nobody knows whether it arrived: sent again, or marked for a person."""


class SavedAudience(Base):
    """A group that updates itself: a query with a name."""

    __tablename__ = "audience"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(unique=True)
    query: Mapped[Json]
    """What `db/audiences.py:Audience` reads."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    created_at: Mapped[Born]
    updated_at: Mapped[Born]


class Broadcast(Base):
    """One sending; one that repeats is a row a time, all with the `series_id` of the first."""

    __tablename__ = "broadcast"
    __table_args__ = (
        CheckConstraint(f"state IN {BROADCAST_STATES}", name="state"),
        CheckConstraint(f"on_doubt IN {ON_DOUBT}", name="on_doubt"),
        CheckConstraint("NOT urgent OR (urgent_why IS NOT NULL AND urgent_why <> '')", name="urgent_why"),
        Index("ix_broadcast_state_start_at", "state", "start_at"),
        Index("ix_broadcast_asked_at", "asked_at", postgresql_where=text("asked_at IS NOT NULL")),
    )

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("broadcast.id", ondelete="SET NULL"), index=True)
    audience: Mapped[Json]
    """The query; empty for a correction, which goes to those already told."""
    within: Mapped[list[int] | None] = mapped_column(JSONB(none_as_null=True))
    """Places that its author may see: nobody elsewhere is written to. Null: everywhere."""
    corrects: Mapped[bool] = mapped_column(server_default="false")
    words: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    """What a correction says, by language; null: the notice itself."""
    state: Mapped[str] = mapped_column(server_default="draft")
    start_at: Mapped[Moment | None]
    """Null: as soon as it is released."""
    repeat: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    """A rule of `content/repeats.py`."""
    useful_until: Mapped[Moment | None]
    """Who was not told by then is not told any more."""
    on_doubt: Mapped[str] = mapped_column(server_default="uncertain")
    on_holidays: Mapped[bool] = mapped_column(server_default="false")
    urgent: Mapped[bool] = mapped_column(server_default="false")
    """At any hour and over any cap; who said so and why stands in the desk's record."""
    urgent_why: Mapped[str | None]
    expected: Mapped[int | None]
    """The head-count when its release was asked for, then at the release."""
    asked_at: Mapped[Moment | None]
    """When its author asked that somebody else release it (``db/release_asking.py``)."""
    asked_told_at: Mapped[Moment | None]
    """When those who may release it were told in their chats."""
    decided_at: Mapped[Moment | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    """Who released it, handed it back, or called it off."""
    refused_why: Mapped[str | None]
    """Why it was handed back: a word of ``db/release_asking.py:WHYS``, or what somebody wrote."""
    decided_told_at: Mapped[Moment | None]
    """When its author was told of that."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    released_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    rehearsed_at: Mapped[Moment | None]
    released_at: Mapped[Moment | None]
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    created_at: Mapped[Born]

    @property
    def waits(self) -> bool:
        """Its release was asked for, and nobody has decided."""
        return self.state == "rehearsed" and self.asked_at is not None and self.decided_at is None


class Delivery(Base):
    """One recipient of a broadcast: queued, being sent, and what came of it.

    A person whom nothing reaches has a row too, for the list of those to be called.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], ondelete="CASCADE"),
        CheckConstraint(f"state IN {DELIVERY_STATES}", name="state"),
        UniqueConstraint("identity_id", "broadcast_id"),
        UniqueConstraint("worker_id", "broadcast_id"),
        Index("ix_delivery_broadcast_id_state_reason", "broadcast_id", "state", "reason"),
        Index(
            "ix_delivery_queued", "broadcast_id", "channel", "due_at", "id", postgresql_where=text("state = 'queued'")
        ),
        Index("ix_delivery_sending", "holder", postgresql_where=text("state = 'sending'")),
        Index(
            "ix_delivery_external_id",
            "external_id",
            postgresql_where=text("channel = 'zalo_oa' AND external_id IS NOT NULL"),
        ),
        {"postgresql_with": {"fillfactor": "80"}},
    )

    id: Mapped[Key]
    broadcast_id: Mapped[int] = mapped_column(BigInteger)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id", ondelete="SET NULL"))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id", ondelete="SET NULL"))
    channel: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="queued")
    reason: Mapped[str | None]
    part: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """How many messages of it have arrived, where it takes several."""
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    doubts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """How often nobody knew whether it had arrived."""
    holder: Mapped[int | None] = mapped_column(Integer)
    """The process that is sending it (db/outbox.py)."""
    due_at: Mapped[Born]
    sent_at: Mapped[Moment | None]
    external_id: Mapped[str | None]
    """What the channel calls the message."""
    delivered_at: Mapped[Moment | None]
    read_at: Mapped[Moment | None]
    """When it arrived and when it was seen, where the channel tells (Zalo's Official Account)."""


class Proactive(Base):
    """A message that nobody asked for went to an account: what the cap for each person counts."""

    __tablename__ = "proactive"
    __table_args__ = (Index("ix_proactive_identity_id_at", "identity_id", "at"),)

    id: Mapped[Key]
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"))
    kind: Mapped[str]
    """`broadcast`, `reminder`, …"""
    at: Mapped[Born] = mapped_column(index=True)


class Pace(Base):
    """A channel's budget, shared by every process that sends on it in bulk."""

    __tablename__ = "pace"

    channel: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[float] = mapped_column(Double, server_default="0")
    """The first moment (epoch seconds by the database's clock) that is not given out yet."""
    stopped_until: Mapped[float] = mapped_column(Double, server_default="0")
    """The channel told us to wait until then."""
    senders: Mapped[Json]
    """The processes that take slices, each with the moment of its last one."""

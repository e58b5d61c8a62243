"""What came in and what must go out: seen updates, and the replies that are owed until they are sent."""

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Key, Moment


class SeenUpdate(Base):
    """An update that was handled; one that comes again is dropped (Telegram repeats for up to 24 hours)."""

    __tablename__ = "seen_update"

    channel: Mapped[str] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seen_at: Mapped[Born]


class Outgoing(Base):
    """A reply that a turn owes its chat, written in that turn's transaction.

    ``holder`` is the running process that is about to send it; when that process has died, any other may.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("ix_outgoing_owed", "due_at", postgresql_where=text("sent_at IS NULL AND channel <> 'web'")),
        Index("ix_outgoing_chat", "channel", "chat_id", "id"),
    )

    id: Mapped[Key]
    channel: Mapped[str]
    chat_id: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str]
    payload: Mapped[dict[str, object]] = mapped_column(JSONB)
    holder: Mapped[int | None]
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    due_at: Mapped[Born]
    sent_at: Mapped[Moment | None]
    created_at: Mapped[Born]


class Nudge(Base):
    """One gentle question is due to somebody who stopped in the middle of a form."""

    __tablename__ = "nudge"

    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True)
    due_at: Mapped[Moment] = mapped_column(index=True)

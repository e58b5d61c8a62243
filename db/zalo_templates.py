"""Message templates that Zalo approves: which stands for which of our messages, with what it takes and costs."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Json, Moment

PURPOSES = ("notice", "reminder", "appointment", "call_me")
"""Our messages that a template may stand for when the window is shut."""
STATES = ("PENDING_REVIEW", "ENABLE", "REJECT", "DISABLE")
"""Zalo's own words."""


class ZaloTemplate(Base):
    """A template as registered with Zalo; only one in state ``ENABLE`` is used."""

    __tablename__ = "zalo_template"
    __table_args__ = (UniqueConstraint("purpose", "lang"),)

    template_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    purpose: Mapped[str | None]
    lang: Mapped[str | None]
    fields: Mapped[Json]
    """The template's parameter to the name of our value."""
    state: Mapped[str] = mapped_column(server_default="PENDING_REVIEW")
    reason: Mapped[str | None]
    price_uid: Mapped[int | None]
    price_phone: Mapped[int | None]
    checked_at: Mapped[Moment | None]
    created_at: Mapped[Born]

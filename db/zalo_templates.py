"""Message templates that Zalo approves: which stands for which of our messages, with what it takes and costs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Json, Moment

PURPOSES = ("notice", "reminder", "appointment", "call_me")
"""Our messages that a template may stand for when the window is shut."""
VALUES = ("title", "text", "name", "date", "place", "office")
"""What a template's parameter may be filled with."""
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


async def note_state(engine: AsyncEngine, raw: Mapping[str, Any], now: datetime) -> None:
    """Zalo has decided on a template: keep its state and reason; one that we have not registered is left alone."""
    status = raw.get("status")
    values = {
        "id": str(raw.get("template_id", "")),
        "state": str(status.get("new_status", "")) if isinstance(status, dict) else "",
        "reason": str(raw["reason"]) if raw.get("reason") else None,
        "now": now,
    }
    query = "UPDATE zalo_template SET state = :state, reason = :reason, checked_at = :now WHERE template_id = :id"
    if values["state"]:
        async with engine.begin() as connection:
            await connection.execute(text(query), values)

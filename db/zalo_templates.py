"""Message templates that Zalo approves: which stands for which of our messages, with what it takes and costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Json, Moment

PURPOSES = ("notice", "reminder", "appointment", "call_me")
"""Our messages that a template may stand for when the window is shut."""
VALUES = ("title", "text", "name", "office")
"""What a template's parameter may be filled with: the message's first line, its rest, who gets it, who sends it."""
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
    params: Mapped[dict[str, int | None] | None] = mapped_column(JSONB(none_as_null=True))
    """What Zalo says that it takes: each parameter with its most characters; null: Zalo was not asked."""
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


@dataclass(frozen=True, slots=True)
class Approved:
    """A template that may be used."""

    template_id: str
    fields: dict[str, str]
    price_uid: int | None
    price_phone: int | None


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom an account belongs to, and the number of their own phone as Zalo writes it (84…)."""

    name: str | None
    phone: str | None


async def approved(engine: AsyncEngine, purpose: str, lang: str | None) -> Approved | None:
    """The template that stands for a purpose, in the person's language if there is one, else in the other."""
    query = text(
        "SELECT template_id, fields, price_uid, price_phone FROM zalo_template "
        "WHERE state = 'ENABLE' AND purpose = :purpose ORDER BY lang = :lang DESC NULLS LAST, template_id LIMIT 1"
    )
    async with engine.connect() as connection:
        row = (await connection.execute(query, {"purpose": purpose, "lang": lang or "vi"})).one_or_none()
    return None if row is None else Approved(*row)


async def reached_at(engine: AsyncEngine, chat_id: int) -> Reached:
    """The person behind an account of the Official Account, as far as one has registered."""
    query = text(
        """
        SELECT w.name, CASE WHEN w.phone_owner = 'own' THEN ltrim(w.phone, '+') END AS phone
        FROM identity i JOIN worker_identity wi ON wi.identity_id = i.id AND wi.relation = 'self'
        JOIN worker w ON w.id = wi.worker_id WHERE i.channel = 'zalo_oa' AND i.chat_id = :chat LIMIT 1
        """
    )
    async with engine.connect() as connection:
        row = (await connection.execute(query, {"chat": chat_id})).one_or_none()
    return Reached(None, None) if row is None else Reached(*row)


async def ask_to_call(engine: AsyncEngine, chat_id: int, topic: str, now: datetime) -> None:
    """Have somebody call a person whom no message reaches; once a topic for as long as it is open."""
    query = text(
        """
        INSERT INTO help_request (identity_id, topic, phone, created_at)
        SELECT i.id, :topic, (SELECT w.phone FROM worker_identity wi JOIN worker w ON w.id = wi.worker_id
                              WHERE wi.identity_id = i.id AND wi.relation = 'self' LIMIT 1), :now
        FROM identity i WHERE i.channel = 'zalo_oa' AND i.chat_id = :chat AND NOT EXISTS (
            SELECT 1 FROM help_request h WHERE h.identity_id = i.id AND h.topic = :topic AND h.done_at IS NULL)
        """
    )
    async with engine.begin() as connection:
        await connection.execute(query, {"chat": chat_id, "topic": topic, "now": now})


def clipped(known: Mapping[str, str], wanted: str) -> str:
    """The value that a field wants (``title``, or ``title:30`` for at most so many characters)."""
    name, _, most = wanted.partition(":")
    value = " ".join(known[name].split())
    return value if not most or len(value) <= int(most) else value[: int(most) - 1].rstrip() + "…"


def is_value(wanted: str) -> bool:
    """Whether a field may want this."""
    name, colon, most = wanted.partition(":")
    return name in VALUES and (not colon or (most.isdecimal() and 2 <= int(most) <= 400))

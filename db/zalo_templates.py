"""Message templates that Zalo approves: which stands for which of our messages, with what it takes and costs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import UniqueConstraint, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
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

    @property
    def missing(self) -> list[str]:
        """The parameters that Zalo wants and that nothing of ours fills; such a template is not used."""
        return [name for name in self.params or () if name not in self.fields]


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
class TemplateRead:
    """A template as Zalo has it."""

    template_id: str
    name: str
    state: str
    reason: str | None
    price_uid: int | None
    price_phone: int | None
    params: dict[str, int | None] | None


_KEEP = text(
    """
    INSERT INTO zalo_template AS t (template_id, name, state, reason, price_uid, price_phone, params, checked_at)
    VALUES (:template_id, :name, :state, :reason, :price_uid, :price_phone, cast(:params AS jsonb), :now)
    ON CONFLICT (template_id) DO UPDATE SET name = excluded.name, state = excluded.state, reason = excluded.reason,
        price_uid = coalesce(excluded.price_uid, t.price_uid),
        price_phone = coalesce(excluded.price_phone, t.price_phone),
        params = coalesce(excluded.params, t.params), checked_at = excluded.checked_at
    """
)
_GONE = text("UPDATE zalo_template SET state = 'DISABLE', checked_at = :now WHERE template_id <> ALL(:known)")


async def keep_templates(engine: AsyncEngine, read: Sequence[TemplateRead], now: datetime) -> None:
    """Keep all that Zalo has: a new one stands for nothing yet; one that Zalo has no more is not used any more."""
    async with engine.begin() as connection:
        for one in read:
            params = None if one.params is None else orjson.dumps(one.params).decode()
            await connection.execute(_KEEP, asdict(one) | {"params": params, "now": now})
        await connection.execute(_GONE, {"known": [one.template_id for one in read], "now": now})


async def templates_of(engine: AsyncEngine) -> list[ZaloTemplate]:
    """All that are kept."""
    async with AsyncSession(engine) as session:
        return list(await session.scalars(select(ZaloTemplate).order_by(ZaloTemplate.template_id)))


FILLED = "(params IS NULL OR NOT EXISTS (SELECT 1 FROM jsonb_object_keys(params) p WHERE NOT jsonb_exists(fields, p)))"
"""Every parameter that Zalo knows of has a value of ours: it refuses a template with one missing (-1122)."""


_APPROVED = text(
    f"""
    SELECT template_id, fields, params, price_uid, price_phone FROM zalo_template
    WHERE state = 'ENABLE' AND purpose = :purpose AND {FILLED}
    ORDER BY lang = :lang DESC NULLS LAST, template_id LIMIT 1
    """  # noqa: S608 - ours
)


@dataclass(frozen=True, slots=True)
class Approved:
    """A template that may be used."""

    template_id: str
    fields: dict[str, str]
    params: dict[str, int | None] | None
    price_uid: int | None
    price_phone: int | None


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom an account belongs to, and the number of their own phone as Zalo writes it (84…)."""

    name: str | None
    phone: str | None


async def approved(engine: AsyncEngine, purpose: str, lang: str | None) -> Approved | None:
    """The template that stands for a purpose, in the person's language if there is one, else in the other."""
    async with engine.connect() as connection:
        row = (await connection.execute(_APPROVED, {"purpose": purpose, "lang": lang or "vi"})).one_or_none()
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


def is_value(wanted: str) -> bool:
    """Whether a field may want this."""
    name, colon, most = wanted.partition(":")
    return name in VALUES and (not colon or (most.isdecimal() and 2 <= int(most) <= 400))

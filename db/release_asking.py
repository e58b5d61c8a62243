"""A mass notice waits for a second person: its author asks, those who may release it are told, and so is the author."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from db import broadcasting
from db.audiences import UnknownGroup
from db.bounds import RELEASING
from db.broadcasting import SUBJECT, NotNow, decided
from db.broadcasts import Broadcast
from db.notices import Notice, NoticeText
from db.record import Actor, note
from db.release_rules import Stale
from db.staff import Staff

WHYS = ("words", "people", "time", "talk")
"""Why one is handed back, where nothing is written."""
MOST = 20


async def ask(session: AsyncSession, broadcast: Broadcast, staff: Staff, served: Collection[str], now: datetime) -> int:
    """Have those who may release it told; returns how many they are. Asking twice is asking once. Raises ``Stale``."""
    if broadcast.state != "rehearsed":
        raise Stale("overtaken")
    if not broadcast.waits:
        try:
            broadcast.expected = await broadcasting.head_count(await session.connection(), broadcast, served, now)
        except UnknownGroup:
            raise Stale("wrong_audience") from None
        broadcast.asked_at, broadcast.asked_told_at = now, None
        broadcast.decided_at = broadcast.decided_by = broadcast.refused_why = broadcast.decided_told_at = None
        note(session, staff, now, "broadcast_ask", SUBJECT, broadcast.id, people=broadcast.expected)
        await session.flush()
    others = select(func.count()).where(Staff.role.in_(RELEASING), Staff.disabled_at.is_(None))
    return await session.scalar(others.where(Staff.id.is_distinct_from(broadcast.created_by))) or 0


def refuse(session: AsyncSession, broadcast: Broadcast, staff: Actor, why: str, now: datetime) -> None:
    """Hand it back to its author, who changes it or throws it away. Raises ``NotNow``."""
    if not broadcast.waits:
        raise NotNow(broadcast.state)
    decided(broadcast, staff, now)
    broadcast.state, broadcast.rehearsed_at, broadcast.refused_why = "draft", None, why
    note(session, staff, now, "broadcast_refuse", SUBJECT, broadcast.id)


def _listed(lang: str) -> Any:
    title = select(NoticeText.title).where(NoticeText.notice_id == Broadcast.notice_id, NoticeText.lang == lang)
    columns = Broadcast.id, Broadcast.asked_at, Broadcast.expected, Broadcast.decided_at, Broadcast.refused_why
    return select(*columns, Staff.name.label("who"), title.scalar_subquery().label("title"))


async def waiting(session: AsyncSession, staff_id: int, kinds: Collection[str], lang: str) -> Sequence[Any]:
    """What waits for somebody's release and is not their own, the oldest first: number, title, author, people."""
    query = _listed(lang).join(Notice, Notice.id == Broadcast.notice_id)
    query = query.outerjoin(Staff, Staff.id == Broadcast.created_by).where(
        Broadcast.asked_at.is_not(None),
        Broadcast.decided_at.is_(None),
        Broadcast.state == "rehearsed",
        Broadcast.created_by.is_distinct_from(staff_id),
        Notice.kind.in_(kinds),
    )
    return (await session.execute(query.order_by(Broadcast.asked_at).limit(MOST))).all()


async def handed_back(session: AsyncSession, staff_id: int, lang: str) -> Sequence[Any]:
    """Somebody's own that were handed back and are not asked for again, the newest first: number, title, who, why."""
    query = _listed(lang).outerjoin(Staff, Staff.id == Broadcast.decided_by).where(
        Broadcast.asked_at.is_not(None), Broadcast.state == "draft", Broadcast.created_by == staff_id
    )  # fmt: skip
    return (await session.execute(query.order_by(Broadcast.decided_at.desc()).limit(MOST))).all()


_ASKED = text(
    """
    SELECT b.id, b.expected, b.urgent, a.name AS who, i.channel, i.chat_id, coalesce(i.lang, s.lang) AS lang,
           (SELECT t.title FROM notice_text t WHERE t.notice_id = b.notice_id AND t.lang = coalesce(i.lang, s.lang))
           AS title
    FROM broadcast b LEFT JOIN staff a ON a.id = b.created_by
    JOIN staff s ON s.role = ANY(:roles) AND s.disabled_at IS NULL AND s.id IS DISTINCT FROM b.created_by
    JOIN staff_identity si ON si.staff_id = s.id JOIN identity i ON i.id = si.identity_id AND i.blocked_at IS NULL
    WHERE b.id = :id AND i.channel = ANY(:served) ORDER BY i.id
    """
)
_OPEN = text(
    """
    SELECT id FROM broadcast WHERE asked_at IS NOT NULL AND asked_told_at IS NULL AND state = 'rehearsed'
      AND (urgent OR :by_day) ORDER BY asked_at FOR UPDATE SKIP LOCKED
    """
)
_NOTE_ASKED = text("UPDATE broadcast SET asked_told_at = :now WHERE id = :id")


async def untold(connection: AsyncConnection, *, by_day: bool) -> Sequence[int]:
    """The broadcasts of which those who may release them were not told; by night only the urgent ones."""
    return (await connection.execute(_OPEN, {"by_day": by_day})).scalars().all()


async def those_to_ask(connection: AsyncConnection, number: int, served: Collection[str], now: datetime) -> Any:
    """The chats of those who may release it, each with what to say; noted as told in this transaction."""
    await connection.execute(_NOTE_ASKED, {"id": number, "now": now})
    values = {"id": number, "roles": list(RELEASING), "served": list(served)}
    return (await connection.execute(_ASKED, values)).all()


_DECIDED = text(
    """
    WITH told AS (
        UPDATE broadcast SET decided_told_at = :now
        WHERE asked_at IS NOT NULL AND decided_at IS NOT NULL AND decided_told_at IS NULL RETURNING *)
    SELECT b.id, b.state, b.refused_why, d.name AS who, i.channel, i.chat_id, coalesce(i.lang, s.lang) AS lang,
           (SELECT t.title FROM notice_text t WHERE t.notice_id = b.notice_id AND t.lang = coalesce(i.lang, s.lang))
           AS title
    FROM told b LEFT JOIN staff d ON d.id = b.decided_by
    JOIN staff s ON s.id = b.created_by AND s.disabled_at IS NULL AND s.id IS DISTINCT FROM b.decided_by
    JOIN staff_identity si ON si.staff_id = s.id JOIN identity i ON i.id = si.identity_id AND i.blocked_at IS NULL
    WHERE i.channel = ANY(:served) ORDER BY b.id, i.id
    """
)


async def decisions(connection: AsyncConnection, served: Collection[str], now: datetime) -> Sequence[Any]:
    """The authors' chats with what became of what they asked for; noted as told in this transaction."""
    return (await connection.execute(_DECIDED, {"now": now, "served": list(served)})).all()

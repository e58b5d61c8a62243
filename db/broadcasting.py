"""What is done with a broadcast: rehearsed, released by whom it takes, expanded into its ledger, paused, cancelled."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from aiogram.methods import TelegramMethod
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from db import outbox, recipients
from db.audiences import Audience
from db.broadcasts import Broadcast
from db.record import Actor
from db.staff import AuditEntry, Staff

SUBJECT = "broadcast"
"""What the desk's record calls them."""


class NotNow(Exception):
    """The broadcast is in a state that does not allow this; ``state`` says which."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the broadcast is {state}")
        self.state = state


class NeedsSecondPerson(Exception):
    """So many recipients that somebody other than its author must release it."""

    def __init__(self, expected: int, above: int) -> None:
        super().__init__(f"{expected} people, more than {above}: somebody other than its author releases it")
        self.expected, self.above = expected, above


async def locked(session: AsyncSession, number: int) -> Broadcast:
    """The broadcast, held until the end of the transaction. Raises ``NoResultFound``."""
    query = select(Broadcast).where(Broadcast.id == number).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def compose(
    session: AsyncSession,
    notice_id: int,
    audience: Audience,
    staff: Staff | None,
    now: datetime,
    *,
    within: Collection[int] | None = None,
) -> Broadcast:
    """A draft; its other columns may be set until it is released. ``within``: the places that its author covers."""
    broadcast = Broadcast(
        notice_id=notice_id,
        audience=audience.model_dump(mode="json", exclude_defaults=True),
        within=None if within is None else sorted(within),
        state="draft",
        created_by=staff.id if staff else None,
        created_at=now,
    )
    session.add(broadcast)
    await session.flush()
    return broadcast


def change_audience(broadcast: Broadcast, audience: Audience) -> None:
    """Whom it is for; what was rehearsed must be rehearsed again. Raises ``NotNow``."""
    _require(broadcast, "draft", "rehearsed")
    broadcast.audience = audience.model_dump(mode="json", exclude_defaults=True)
    broadcast.state, broadcast.rehearsed_at, broadcast.asked_at = "draft", None, None


def rehearsed(broadcast: Broadcast, now: datetime) -> None:
    """Its author has seen it in both languages. Raises ``NotNow``."""
    _require(broadcast, "draft", "rehearsed")
    broadcast.state, broadcast.rehearsed_at = "rehearsed", now


async def rehearse(
    session: AsyncSession,
    broadcast: Broadcast,
    chat: tuple[str, int],
    messages: Sequence[TelegramMethod[Any]],
    now: datetime,
) -> None:
    """Owe its messages, in every language, to its author's own chat (channel, number).

    They are made by ``content.notices.telling:telling``. Raises ``NotNow``.
    """
    rehearsed(broadcast, now)
    connection = await session.connection()
    for message in messages:
        await outbox.owe(connection, *chat, message, now)


async def release(
    session: AsyncSession,
    broadcast: Broadcast,
    staff: Staff | None,
    served: Collection[str],
    second_person_above: int,
    now: datetime,
) -> None:
    """Let it go at its time. Raises ``NotNow``, ``NeedsSecondPerson``, ``db.audiences.UnknownGroup``."""
    _require(broadcast, "rehearsed")
    broadcast.expected = await head_count(await session.connection(), broadcast, served, now)
    same = staff is not None and staff.id == broadcast.created_by
    if same and broadcast.expected > second_person_above:
        raise NeedsSecondPerson(broadcast.expected, second_person_above)
    broadcast.state, broadcast.released_at = "released", now
    broadcast.released_by = staff.id if staff else None
    decided(broadcast, staff, now)
    broadcast.start_at = broadcast.start_at or now
    detail: dict[str, object] = {"people": broadcast.expected, "notice": broadcast.notice_id}
    if broadcast.urgent:
        detail |= {"urgent": True, "why": broadcast.urgent_why}
    _record(session, staff, "broadcast_release", broadcast, now, **detail)


def decided(broadcast: Broadcast, staff: Actor | None, now: datetime) -> None:
    """Somebody decided what its author had asked for; the clock tells them."""
    broadcast.decided_at, broadcast.decided_by = now, staff.id if staff else None


async def head_count(connection: AsyncConnection, broadcast: Broadcast, served: Collection[str], now: datetime) -> int:
    """Who would be written to now, in a large district about so many. Raises ``db.audiences.UnknownGroup``."""
    if broadcast.corrects:
        return int(await connection.scalar(_COUNT_TOLD, {"notice": broadcast.notice_id}) or 0)
    audience, of = Audience.model_validate(broadcast.audience), broadcast.notice_id
    return await recipients.head_count(connection, audience, served, now, notice_id=of, within=broadcast.within)


async def _read(
    connection: AsyncConnection, broadcast: Broadcast, served: Collection[str], now: datetime
) -> recipients.Reading:
    audience = Audience.model_validate(broadcast.audience)
    notice, within = broadcast.notice_id, broadcast.within
    return await recipients.read(connection, audience, served, now, notice_id=notice, within=within)


_EXPAND = """
    INSERT INTO delivery (broadcast_id, identity_id, worker_id, channel, state, reason, due_at)
    SELECT :broadcast, identity_id, worker_id, channel,
           CASE WHEN identity_id IS NULL THEN 'unreachable' ELSE 'queued' END, reason, :now
    FROM recipient ON CONFLICT DO NOTHING
"""
# Who may have been told is told too: a correction of what one never heard does no harm. So is who read the notice
# without being sent it and means to come. An account is told once, though several people were told through it.
_TOLD = """
    FROM (
        SELECT d.identity_id, d.worker_id, d.channel, 1 AS way FROM delivery d JOIN broadcast b ON b.id = d.broadcast_id
        WHERE b.notice_id = :notice AND NOT b.corrects AND d.state IN ('sent', 'uncertain')
          AND d.identity_id IS NOT NULL
        UNION ALL
        SELECT r.identity_id, r.worker_id, i.channel, 2 FROM response r JOIN identity i ON i.id = r.identity_id
        WHERE r.notice_id = :notice AND r.answer IN ('come', 'maybe', 'interested') AND i.blocked_at IS NULL
    ) d
"""
_COUNT_TOLD = text(f"SELECT count(DISTINCT d.identity_id) {_TOLD}")
_EXPAND_TOLD = text(
    f"""
    INSERT INTO delivery (broadcast_id, identity_id, worker_id, channel, due_at)
    SELECT DISTINCT ON (d.identity_id) :broadcast, d.identity_id, d.worker_id, d.channel, :now {_TOLD}
    ORDER BY d.identity_id, d.way, d.worker_id ON CONFLICT DO NOTHING
    """
)


async def expand(session: AsyncSession, broadcast: Broadcast, served: Collection[str], now: datetime) -> int:
    """Write the ledger of a released broadcast and let it run; returns its rows.

    Raises ``NotNow``, ``db.audiences.UnknownGroup``.
    """
    _require(broadcast, "released")
    connection = await session.connection()
    query, values = _EXPAND_TOLD, dict[str, object](notice=broadcast.notice_id)
    if not broadcast.corrects:
        reading = await _read(connection, broadcast, served, now)
        query, values = text(reading.recipients + _EXPAND), dict(reading.values)
    written = await connection.execute(query, values | {"broadcast": broadcast.id, "now": now})
    broadcast.state, broadcast.started_at = "running", now
    return written.rowcount


async def due(session: AsyncSession, now: datetime, limit: int = 10) -> Sequence[Broadcast]:
    """Released broadcasts whose time has come, held for this transaction."""
    query = select(Broadcast).where(Broadcast.state == "released", Broadcast.start_at <= now)
    return (
        await session.scalars(query.order_by(Broadcast.start_at).limit(limit).with_for_update(skip_locked=True))
    ).all()


def pause(session: AsyncSession, broadcast: Broadcast, staff: Staff | None, now: datetime) -> None:
    """Stop sending for now; what is on its way arrives. Raises ``NotNow``."""
    _require(broadcast, "running")
    broadcast.state = "paused"
    _record(session, staff, "broadcast_pause", broadcast, now)


def resume(session: AsyncSession, broadcast: Broadcast, staff: Staff | None, now: datetime) -> None:
    """Go on with a paused one. Raises ``NotNow``."""
    _require(broadcast, "paused")
    broadcast.state = "running"
    _record(session, staff, "broadcast_resume", broadcast, now)


async def cancel(session: AsyncSession, broadcast: Broadcast, staff: Staff | None, now: datetime) -> int:
    """End it, and a series with it; returns how many will not be written to. Raises ``NotNow``."""
    _require(broadcast, "draft", "rehearsed", "released", "running", "paused")
    if broadcast.state == "rehearsed":
        decided(broadcast, staff, now)
    broadcast.state, broadcast.finished_at, broadcast.repeat = "cancelled", now, None
    query = text(
        "UPDATE delivery SET state = 'skipped', reason = 'cancelled' WHERE broadcast_id = :number AND state = 'queued'"
    )
    await session.flush()
    left = (await (await session.connection()).execute(query, {"number": broadcast.id})).rowcount
    _record(session, staff, "broadcast_cancel", broadcast, now, left=left)
    return left


async def withdraw(session: AsyncSession, notice_id: int, staff: Staff | None, now: datetime) -> int:
    """End every broadcast of a notice that is called off; returns how many people will not be written to.

    Corrections go on: they tell of it those who were told before.
    """
    ended = Broadcast.state.in_(("done", "cancelled"))
    query = select(Broadcast).where(Broadcast.notice_id == notice_id, ~ended, ~Broadcast.corrects).with_for_update()
    return sum([await cancel(session, one, staff, now) for one in await session.scalars(query)])


async def correct(
    session: AsyncSession, notice_id: int, words: dict[str, str], staff: Staff | None, now: datetime
) -> Broadcast:
    """A draft that tells ``words``, by language, to those who were told the notice."""
    broadcast = await compose(session, notice_id, Audience(), staff, now)
    broadcast.corrects, broadcast.words = True, words
    await session.flush()
    return broadcast


async def come_again(session: AsyncSession, broadcast: Broadcast, start_at: datetime) -> Broadcast:
    """The next one of a series, released as the first was."""
    kept = ("notice_id", "audience", "within", "words", "corrects", "repeat", "on_doubt", "on_holidays", "urgent",
            "urgent_why", "created_by", "released_by", "rehearsed_at", "released_at")  # fmt: skip
    following = Broadcast(**{name: getattr(broadcast, name) for name in kept}, state="released", start_at=start_at)
    following.series_id = broadcast.series_id or broadcast.id
    session.add(following)
    await session.flush()
    return following


def _require(broadcast: Broadcast, *states: str) -> None:
    if broadcast.state not in states:
        raise NotNow(broadcast.state)


def _record(
    session: AsyncSession, staff: Staff | None, action: str, broadcast: Broadcast, now: datetime, **detail: object
) -> None:
    who, number = (staff.name, staff.id) if staff else ("system", None)
    entry = {"subject": SUBJECT, "subject_id": broadcast.id, "detail": detail, "created_at": now}
    session.add(AuditEntry(staff_id=number, actor=who, action=action, **entry))

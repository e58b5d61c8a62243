"""One update, one transaction: what a turn reads first, what it owes at the end, and its commit.

A turn takes the chat's advisory lock, notes the update as seen, and reads the account in one round trip; it writes
the account with its FSM state, and the replies it owes, in one more.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiogram.methods import AnswerCallbackQuery, SendChatAction, TelegramMethod
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from db.account import Account

PASSING = (AnswerCallbackQuery, SendChatAction)
"""Methods that are worth nothing later: sent once after the commit and never kept."""

_OPEN = text("SELECT * FROM open_turn(:channel, :chat_id, :update_id)")

# The account's row and the replies in one round trip. Without the account when it has just been deleted.
_ACCOUNT = """
    WITH account AS (
        INSERT INTO identity AS i (channel, chat_id, lang, source, state, data, active_at,
                                   blocked_at, muted_at, hours_told_at)
        VALUES (:channel, :chat_id, :lang, :source, :state, :data, :now, :blocked_at, :muted_at, :hours_told_at)
        ON CONFLICT (channel, chat_id) DO UPDATE
        SET lang = excluded.lang, source = excluded.source, state = excluded.state, data = excluded.data,
            active_at = excluded.active_at, blocked_at = excluded.blocked_at, muted_at = excluded.muted_at,
            hours_told_at = excluded.hours_told_at
    )
"""
_SETTLED = """, settled AS (DELETE FROM outgoing WHERE id = ANY(:settled))"""
_REPLIES = """
    INSERT INTO outgoing (channel, chat_id, method, payload, holder, due_at)
    SELECT :channel, :chat_id, reply ->> 'method', reply -> 'payload', :holder, :now
    FROM jsonb_array_elements(:replies) WITH ORDINALITY AS r (reply, n) ORDER BY n
    RETURNING id
"""
_JSON_REPLIES = bindparam("replies", type_=JSONB)
_CLOSE = text(_ACCOUNT + _SETTLED + _REPLIES).bindparams(bindparam("data", type_=JSONB), _JSON_REPLIES)
_CLOSE_FORGOTTEN = text(_REPLIES).bindparams(_JSON_REPLIES)

_WRITTEN = ("lang", "source", "state", "data", "blocked_at", "muted_at", "hours_told_at")

_current: ContextVar["Turn | None"] = ContextVar("current_turn", default=None)


@dataclass(frozen=True, slots=True)
class Owed:
    """A reply with the number of its row; a passing one has none."""

    id: int | None
    method: TelegramMethod[Any]


@dataclass(slots=True)
class Turn:
    """What a handler works with: the account, the moment, a session in the transaction, and the replies so far."""

    connection: AsyncConnection
    account: Account
    now: datetime
    owed_before: frozenset[int] = frozenset()
    """Rows of replies that had not been marked as sent when the turn began."""
    newest: int = 0
    """The last row that this chat was ever owed, where channels keep them."""
    settled: frozenset[int] = frozenset()
    """Those of them that are known to have arrived: they go with this turn, so that no crash repeats them."""
    replies: list[TelegramMethod[Any]] = field(default_factory=list)
    forget: bool = False
    """The account is deleted in this turn: write nothing of it at the end."""
    _session: AsyncSession | None = None

    @property
    def session(self) -> AsyncSession:
        """ORM access inside the turn's transaction; flushed at the end, committed with everything else."""
        if self._session is None:
            self._session = AsyncSession(self.connection, expire_on_commit=False)
        return self._session

    async def identity_id(self) -> int:
        """The account's row number; the row is made now if there is none, for others to point at."""
        if self.account.id is None:
            self.account.id = await self.connection.scalar(
                text(
                    "INSERT INTO identity (channel, chat_id) VALUES (:channel, :chat_id) "
                    "ON CONFLICT (channel, chat_id) DO UPDATE SET channel = excluded.channel RETURNING id"
                ),
                {"channel": self.account.channel, "chat_id": self.account.chat_id},
            )
        assert self.account.id is not None
        return self.account.id

    async def close(self, holder: int) -> list[Owed]:
        """Write the account and the replies; returns the replies with their numbers, passing ones included."""
        if self._session is not None:
            await self._session.flush()
        numbers = iter(await self._write(holder))
        return [Owed(None if isinstance(r, PASSING) else next(numbers), r) for r in self.replies]

    async def _write(self, holder: int) -> Sequence[int]:
        kept = [reply for reply in self.replies if not isinstance(reply, PASSING)]
        values = {
            "channel": self.account.channel,
            "chat_id": self.account.chat_id,
            "now": self.now,
            "holder": holder,
            "replies": [{"method": type(r).__name__, "payload": payload_of(r)} for r in kept],
        }
        if self.forget:
            return (await self.connection.execute(_CLOSE_FORGOTTEN, values)).scalars().all()
        values |= {name: getattr(self.account, name) for name in _WRITTEN} | {"settled": list(self.settled)}
        return (await self.connection.execute(_CLOSE, values)).scalars().all()


def payload_of(method: TelegramMethod[Any]) -> dict[str, Any]:
    """A method as JSON, without what was left at its default."""
    return method.model_dump(mode="json", exclude_unset=True, exclude_none=True, warnings=False)


def current_turn() -> Turn | None:
    """The turn that this task is inside of."""
    return _current.get()


@asynccontextmanager
async def open_turn(
    engine: AsyncEngine, channel: str, chat_id: int, update_id: int, now: datetime
) -> AsyncIterator[Turn | None]:
    """Begin a transaction for one update; gives None for an update that was handled before.

    Leaving normally commits, leaving by an exception rolls everything back.
    """
    async with engine.begin() as connection:
        keys = {"channel": channel, "chat_id": chat_id, "update_id": update_id}
        row = (await connection.execute(_OPEN, keys)).one()
        if not row.fresh:
            yield None
            return
        turn = Turn(connection, _account(channel, chat_id, row), now, frozenset(row.owed), row.newest or 0)
        token = _current.set(turn)
        try:
            yield turn
        finally:
            _current.reset(token)


def _account(channel: str, chat_id: int, row: Any) -> Account:
    return Account(
        channel,
        chat_id,
        row.id,
        row.lang,
        row.source,
        row.state,
        row.data or {},
        row.active_at,
        row.blocked_at,
        row.muted_at,
        row.hours_told_at,
    )

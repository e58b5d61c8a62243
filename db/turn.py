"""One update, one transaction: what a turn reads first, what it owes at the end, and its commit.

A turn takes the chat's advisory lock and reads the account in one round trip; it notes the update as seen, and writes
the account with its FSM state and the replies it owes, in one more. That one statement is the whole transaction, unless
the handler wants to write something else: then a transaction begins before it.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import orjson
from aiogram.methods import AnswerCallbackQuery, SendChatAction, SendMessage, TelegramMethod
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import await_only, greenlet_spawn

from db.account import Account

PASSING = (AnswerCallbackQuery, SendChatAction)
"""Methods that are worth nothing later: sent once after the commit and never kept."""

_OPEN = "SELECT * FROM open_turn($1, $2, $3)"

# The chat's lock passes from the connection to this transaction, so that nobody reads the account before the commit.
_SEEN = """
    WITH seen AS (INSERT INTO seen_update (channel, update_id) VALUES ($1, $6) RETURNING let_chat_go($1, $2))
"""
_ACCOUNT = """
    , account AS (
        INSERT INTO identity AS i (channel, chat_id, active_at, lang, source, state, data,
                                   blocked_at, muted_at, hours_told_at)
        VALUES ($1, $2, $3, $8, $9, $10, $11::jsonb, $12, $13, $14)
        ON CONFLICT (channel, chat_id) DO UPDATE
        SET lang = excluded.lang, source = excluded.source, state = excluded.state, data = excluded.data,
            active_at = excluded.active_at, blocked_at = excluded.blocked_at, muted_at = excluded.muted_at,
            hours_told_at = excluded.hours_told_at
    ), settled AS (DELETE FROM outgoing WHERE id = ANY($7)), counted AS (
        INSERT INTO question_change (day, lang, form, question, event, n)
        SELECT ($3 AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, $8, c ->> 0, c ->> 1, c ->> 2, (c ->> 3)::integer
        FROM jsonb_array_elements($15::jsonb) AS c
    )
"""
_REPLIES = """
    INSERT INTO outgoing (channel, chat_id, method, payload, holder, due_at)
    SELECT $1, $2, reply ->> 'method', reply -> 'payload', $4, $3
    FROM jsonb_array_elements($5::jsonb) WITH ORDINALITY AS r (reply, n) ORDER BY n
    RETURNING id
"""
_CLOSE = _SEEN + _ACCOUNT + _REPLIES
_CLOSE_FORGOTTEN = _SEEN + _REPLIES
"""Without the account, which has just been deleted."""

_current: ContextVar["Turn | None"] = ContextVar("current_turn", default=None)


@dataclass(frozen=True, slots=True)
class Owed:
    """A reply with the number of its row; a passing one has none."""

    id: int | None
    method: TelegramMethod[Any]


@dataclass(slots=True)
class Turn:
    """What a handler works with: the account, the moment, a session in the transaction, and the replies so far."""

    update_id: int
    engine: AsyncEngine
    borrowed: PoolProxiedConnection
    """A connection of SQLAlchemy's pool, without the rest of SQLAlchemy around it until a session is wanted."""
    driver: asyncpg.Connection
    """What is inside it: every turn opens and closes there, and time counts."""
    account: Account
    now: datetime
    address: str = ""
    """The network address that the update came from, where the channel is our own."""
    owed_before: frozenset[int] = frozenset()
    """Rows of replies that had not been marked as sent when the turn began."""
    newest: int = 0
    """The last row that this chat was ever owed, where channels keep them."""
    settled: frozenset[int] = frozenset()
    """Those of them that are known to have arrived: they go with this turn, so that no crash repeats them."""
    replies: list[TelegramMethod[Any]] = field(default_factory=list)
    counts: list[tuple[str, str, str, int]] = field(default_factory=list)
    """What happened at questions: form, question, event, one more or one less (db/tallies.py)."""
    after: list[Callable[[], None]] = field(default_factory=list)
    """What is to be done once the turn is committed, and never if it is not: files to drop."""
    forget: bool = False
    """The account is deleted in this turn: write nothing of it at the end."""
    _session: AsyncSession | None = None
    _connection: Connection | None = None
    _begun: bool = False
    """Whether there is a transaction beyond the closing statement."""
    _closed: bool = False

    @property
    def session(self) -> AsyncSession:
        """ORM access inside the turn's transaction; flushed at the end, committed with everything else."""
        if self._session is None:
            # SQLAlchemy leaves BEGIN and COMMIT to us, and says when the session is first used
            inner = Connection(self.engine.sync_engine, connection=self.borrowed)
            inner.execution_options(isolation_level="AUTOCOMMIT")
            event.listen(inner, "begin", lambda _: await_only(self._begin()))
            self._connection = inner
            self._session = AsyncSession(AsyncConnection(self.engine, inner), expire_on_commit=False)
        return self._session

    async def execute(self, statement: str, *values: object) -> None:
        """Run one statement of the driver's own inside the turn's transaction."""
        await self._begin()
        await self.driver.execute(statement, *values)

    async def fetchrow(self, query: str, *values: object) -> Mapping[str, Any] | None:
        """Ask for one row with the driver's own means, and need no transaction for it."""
        row: Mapping[str, Any] | None = await self.driver.fetchrow(query, *values)
        return row

    async def returning(self, statement: str, *values: object) -> Mapping[str, Any]:
        """Run one statement of the driver's own inside the turn's transaction, for the row that it returns."""
        await self._begin()
        row: Mapping[str, Any] = await self.driver.fetchrow(statement, *values)
        return row

    async def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            await self.driver.execute("BEGIN")

    async def commit(self) -> None:
        """End the transaction, where more than the closing statement was in it; of an unclosed turn nothing stays."""
        if not self._closed:
            await self.undo()
        elif self._begun:
            await self.driver.execute("COMMIT")

    async def undo(self) -> None:
        """Take everything back and let the chat go; a connection that broke has done both by itself."""
        if self.driver.is_closed():
            return
        if self._begun:
            await self.driver.execute("ROLLBACK")
        await self.driver.execute("SELECT pg_advisory_unlock_all()")

    async def give_back(self) -> None:
        """Return the connection to the pool as it was; one that broke is thrown away, which only we can see."""
        if self.driver.is_closed():
            await greenlet_spawn(self.borrowed.invalidate)
            return
        close = self.borrowed.close if self._connection is None else self._connection.close
        await greenlet_spawn(close)

    async def identity_id(self) -> int:
        """The account's row number; the row is made now if there is none, for others to point at."""
        if self.account.id is None:
            await self._begin()
            self.account.id = await self.driver.fetchval(
                "INSERT INTO identity (channel, chat_id) VALUES ($1, $2) "
                "ON CONFLICT (channel, chat_id) DO UPDATE SET channel = excluded.channel RETURNING id",
                self.account.channel,
                self.account.chat_id,
            )
        assert self.account.id is not None
        return self.account.id

    async def close(self, holder: int) -> list[Owed]:
        """Write the account and the replies; returns the replies with their numbers, passing ones included."""
        if self._session is not None:
            await self._session.flush()
        numbers = iter(await self._write(holder))
        self._closed = True
        return [Owed(None if isinstance(r, PASSING) else next(numbers), r) for r in self.replies]

    async def _write(self, holder: int) -> list[int]:
        account = self.account
        kept = [reply for reply in self.replies if not isinstance(reply, PASSING)]
        replies = [{"method": type(reply).__name__, "payload": payload_of(reply)} for reply in kept]
        values: list[Any] = [account.channel, account.chat_id, self.now, holder, _json(replies), self.update_id]
        if self.forget:
            return [row[0] for row in await self.driver.fetch(_CLOSE_FORGOTTEN, *values)]
        values += [list(self.settled), account.lang, account.source, account.state, _json(account.data)]
        values += [account.blocked_at, account.muted_at, account.hours_told_at, _json(self.counts)]
        return [row[0] for row in await self.driver.fetch(_CLOSE, *values)]


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def payload_of(method: TelegramMethod[Any]) -> dict[str, Any]:
    """A method as JSON, without what was left at its default."""
    if isinstance(method, SendMessage) and isinstance(method.reply_markup, dict | None):
        return {name: getattr(method, name) for name in method.model_fields_set}  # in JSON's shape already
    return method.model_dump(mode="json", exclude_unset=True, exclude_none=True, warnings=False)


def current_turn() -> Turn | None:
    """The turn that this task is inside of."""
    return _current.get()


@asynccontextmanager
async def open_turn(
    engine: AsyncEngine, channel: str, chat_id: int, update_id: int, now: datetime
) -> AsyncIterator[Turn | None]:
    """Take the chat for one update; gives None for an update that was handled before.

    Leaving normally commits, leaving by an exception takes everything back. The caller closes the turn.
    """
    borrowed = await _borrow(engine)
    driver: asyncpg.Connection = borrowed.driver_connection
    turn = Turn(update_id, engine, borrowed, driver, Account(channel, chat_id), now)
    try:
        row = await driver.fetchrow(_OPEN, channel, chat_id, update_id)
        if not row["fresh"]:
            yield None
            return
        turn.account = _account(channel, chat_id, row)
        turn.owed_before, turn.newest = frozenset(row["owed"]), row["newest"] or 0
        token = _current.set(turn)
        try:
            yield turn
        finally:
            _current.reset(token)
        await turn.commit()
    except BaseException:
        await turn.undo()
        raise
    finally:
        await turn.give_back()
    for deed in turn.after:
        deed()


async def _borrow(engine: AsyncEngine) -> PoolProxiedConnection:
    """A connection that is open: after a restart of the database the pool is full of those that are not."""
    while True:
        borrowed = await greenlet_spawn(engine.sync_engine.raw_connection)
        driver: asyncpg.Connection = borrowed.driver_connection
        if not driver.is_closed():
            return borrowed
        await greenlet_spawn(borrowed.invalidate)


def _account(channel: str, chat_id: int, row: Mapping[str, Any]) -> Account:
    return Account(
        channel,
        chat_id,
        row["id"],
        row["lang"],
        row["source"],
        row["state"],
        row["data"] or {},
        row["active_at"],
        row["blocked_at"],
        row["muted_at"],
        row["hours_told_at"],
    )

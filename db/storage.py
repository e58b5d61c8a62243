"""aiogram's conversation storage on PostgreSQL: inside a turn it is the turn's account, outside its own transaction."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.account import Account
from db.people import Identity
from db.turn import current_turn


class AccountStorage(BaseStorage):
    """Keeps state and data in ``identity``; ``channels`` tells which channel a bot's number speaks for."""

    def __init__(self, engine: AsyncEngine, channels: Mapping[int, str]) -> None:
        self._engine = engine
        self._channels = channels

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Set or clear the state."""
        async with self._account(key, write=True) as account:
            account.state = state.state if isinstance(state, State) else state

    async def get_state(self, key: StorageKey) -> str | None:
        """Read the state."""
        async with self._account(key) as account:
            return account.state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replace the data."""
        async with self._account(key, write=True) as account:
            account.data = dict(data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """Read a copy of the data."""
        async with self._account(key) as account:
            return dict(account.data)

    async def close(self) -> None:
        """Nothing to close: the engine belongs to the program."""

    @asynccontextmanager
    async def _account(self, key: StorageKey, *, write: bool = False) -> AsyncIterator[Account]:
        channel = self._channels[key.bot_id]
        turn = current_turn()
        if turn and (turn.account.channel, turn.account.chat_id) == (channel, key.chat_id):
            yield turn.account
            return
        async with self._engine.begin() as connection:
            account = await _read(connection, channel, key.chat_id)
            yield account
            if write:
                await _write(connection, account)


async def _read(connection: AsyncConnection, channel: str, chat_id: int) -> Account:
    mine = (Identity.channel == channel, Identity.chat_id == chat_id)
    query = select(Identity.id, Identity.state, Identity.data).where(*mine).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return Account(channel, chat_id)
    return Account(channel, chat_id, row.id, state=row.state, data=row.data)


async def _write(connection: AsyncConnection, account: Account) -> None:
    values = {"state": account.state, "data": account.data}
    if account.is_new:
        row = insert(Identity).values(channel=account.channel, chat_id=account.chat_id, **values)
        await connection.execute(row.on_conflict_do_update(index_elements=["channel", "chat_id"], set_=values))
    else:
        await connection.execute(update(Identity).where(Identity.id == account.id).values(**values))

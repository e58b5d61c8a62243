"""Remembers which chat number stands for which account, so that sending asks the database once a chat."""

from collections import OrderedDict

from sqlalchemy.ext.asyncio import AsyncEngine

from db import addresses

REMEMBERED = 10_000


class AddressBook:
    """Chat numbers and addresses of one channel.

    What was read is never wrong: a number is given once. An account that was just deleted is still known here, so that
    the proof of its deletion can leave.
    """

    def __init__(self, engine: AsyncEngine, channel: str) -> None:
        self._engine = engine
        self._channel = channel
        self._addresses: OrderedDict[int, str] = OrderedDict()

    async def chat_of(self, address: str) -> int:
        """The chat number of an account that writes to us."""
        chat_id = await addresses.chat_of(self._engine, self._channel, address)
        self._remember(chat_id, address)
        return chat_id

    async def address_of(self, chat_id: int) -> str | None:
        """The account to send to; None for one that was deleted long ago."""
        if chat_id not in self._addresses:
            address = await addresses.address_of(self._engine, self._channel, chat_id)
            if address is None:
                return None
            self._remember(chat_id, address)
        return self._addresses[chat_id]

    def _remember(self, chat_id: int, address: str) -> None:
        self._addresses[chat_id] = address
        self._addresses.move_to_end(chat_id)
        if len(self._addresses) > REMEMBERED:
            self._addresses.popitem(last=False)

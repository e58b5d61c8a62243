"""One update, one transaction: opened before any handler, committed after the last, its replies handed on."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.channel import ChannelBot
from bot.delivery import Delivery
from bot.incoming import chat_of
from db.turn import Owed, open_turn

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class TransactionMiddleware(BaseMiddleware):
    """Gives handlers ``turn`` and ``unseen``, and the caller's ``owed`` list what is to be sent after the commit."""

    def __init__(self, engine: AsyncEngine, delivery: Delivery, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._delivery = delivery
        self._clock = clock

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle one update in its transaction; a replayed one is dropped here."""
        assert isinstance(event, Update)
        bot: ChannelBot = data["bot"]
        owed: list[Owed] = data["owed"]
        chat = chat_of(bot, event)
        async with open_turn(self._engine, *chat, event.update_id, self._clock()) as turn:
            if turn is None:
                data["replayed"].append(event.update_id)
                return None
            seen: int | None = data["seen"]
            before = turn.owed_before if seen is None else frozenset(n for n in turn.owed_before if n > seen)
            data["turn"] = turn
            data["unseen"] = self._delivery.is_unseen(chat, before, data["arrival"])
            result = await handler(event, data)
            owed.extend(await turn.close(self._delivery.holder))
        return result

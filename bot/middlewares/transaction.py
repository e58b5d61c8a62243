"""One update, one transaction: opened before any handler, committed after the last, its replies handed on."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.channel import ChannelBot
from bot.delivery import Delivery
from bot.errand import Errand
from bot.incoming import chat_of
from bot.lanes import Chat
from db.turn import Turn, open_turn

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class TransactionMiddleware(BaseMiddleware):
    """Gives handlers ``turn`` and ``unseen``, and the errand what is to be sent after the commit."""

    def __init__(self, engine: AsyncEngine, delivery: Delivery, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._delivery = delivery
        self._clock = clock

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle one update in its transaction; a replayed one is dropped here."""
        assert isinstance(event, Update)
        bot: ChannelBot = data["bot"]
        errand: Errand = data["errand"]
        chat = chat_of(bot, event)
        async with open_turn(self._engine, *chat, event.update_id, self._clock()) as turn:
            if turn is None:
                errand.replayed = True
                return None
            data["turn"] = turn
            turn.address = errand.address
            data["unseen"] = self._look(chat, turn, errand)
            result = await handler(event, data)
            errand.owed = await turn.close(self._delivery.holder)
        return result

    def _look(self, chat: Chat, turn: Turn, errand: Errand) -> bool:
        """See what the chat was still owed, and tell whether the sender can't have seen our last question."""
        turn.settled = self._delivery.arrived(turn.owed_before)
        owed = turn.owed_before - turn.settled
        errand.after_others = bool(owed)
        if errand.seen is not None:
            return turn.newest > errand.seen
        return bool(owed) or self._delivery.sight.is_unseen(chat, errand.arrival)

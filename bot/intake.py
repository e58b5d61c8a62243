"""Taking in updates: each waits for its chat's turn, is committed, is answered, and never stops the others."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime

from aiogram import Dispatcher
from aiogram.methods import SendMessage
from aiogram.types import Update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.channel import ChannelBot
from bot.delivery import Delivery
from bot.errand import Errand
from bot.incoming import NOBODY, chat_of, written_at
from bot.lanes import Chat, Lanes
from bot.metrics import TURN_SECONDS, UPDATES
from bot.sight import Arrival
from bot.tasks import Tasks
from content.catalogue import LANGUAGES, tell
from db.engine import is_away
from db.turn import Owed, open_turn

log = logging.getLogger(__name__)


class Unavailable(Exception):
    """The update was not stored; the sender's side should send it again later."""


class Intake:
    """The door that all channels use."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        engine: AsyncEngine,
        delivery: Delivery,
        lanes: Lanes,
        tasks: Tasks,
        clock: Callable[[], datetime],
    ) -> None:
        self._dispatcher = dispatcher
        self._engine = engine
        self._delivery = delivery
        self._lanes = lanes
        self._tasks = tasks
        self._clock = clock
        self._behind: dict[Chat, tuple[int, float]] = {}
        """Of each chat whose last update could not be stored: its number, and when that was."""

    async def take(self, bot: ChannelBot, update: Update, *, seen: int | None = None, address: str = "") -> None:
        """Handle an update and return once it is committed; its replies are sent after that.

        ``seen`` is the number of the last message that the sender's screen shows, where a channel tells, and
        ``address`` the network address that the update came from.
        Raises ``Unavailable`` when nothing was stored.
        """
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        errand = Errand(Arrival(time.monotonic(), written_at(update)), seen, address)
        self._tasks.start(self._turn(bot, update, errand, committed), f"{bot.channel} update {update.update_id}")
        await asyncio.shield(committed)

    async def _turn(self, bot: ChannelBot, update: Update, errand: Errand, committed: "asyncio.Future[None]") -> None:
        chat = chat_of(bot, update)
        if chat[1] == NOBODY:
            UPDATES.labels(bot.channel, "ignored").inc()
            _settle(committed)
            return
        async with self._lanes.hold(chat):
            if self._is_behind(bot, chat, update, errand):
                _settle(committed, Unavailable("An earlier update of this chat was not stored"))
                return
            try:
                await self._handle(bot, chat, update, errand)
            except Exception as error:
                self._behind[chat] = (update.update_id, time.monotonic())
                UPDATES.labels(bot.channel, "unavailable").inc()
                _settle(committed, Unavailable(f"The update was not stored: {type(error).__name__}"))
                if not is_away(error):
                    raise  # not even the apology could be stored: somebody must read the log
                log.warning("%s update was not stored: %s", bot.channel, type(error).__name__)
                return
            self._behind.pop(chat, None)
            TURN_SECONDS.labels(bot.channel).observe(time.monotonic() - errand.arrival.received)
            _settle(committed)
            await self._delivery.send(bot, chat, errand.owed, after_others=errand.after_others)

    def _is_behind(self, bot: ChannelBot, chat: Chat, update: Update, errand: Errand) -> bool:
        """Whether an earlier update of the chat failed while this one waited: it must come again before this one."""
        if bot.confirms or chat not in self._behind:
            return False
        number, when = self._behind[chat]
        return update.update_id > number and errand.arrival.received < when

    async def _handle(self, bot: ChannelBot, chat: Chat, update: Update, errand: Errand) -> None:
        try:
            await self._dispatcher.feed_update(bot, update, errand=errand)
        except Exception as error:
            if is_away(error):
                raise
            # One bad update must neither stop its sender's later ones nor come back for ever.
            log.exception("%s update %d failed", bot.channel, update.update_id)
            UPDATES.labels(bot.channel, "failed").inc()
            errand.owed = await self._apologise(chat, update)
        else:
            UPDATES.labels(bot.channel, "replayed" if errand.replayed else "handled").inc()

    async def _apologise(self, chat: Chat, update: Update) -> list[Owed]:
        """Note the failed update as seen and owe its sender a word in their language."""
        async with open_turn(self._engine, *chat, update.update_id, self._clock()) as turn:
            if turn is None:
                return []
            langs = (turn.account.lang,) if turn.account.lang else LANGUAGES
            sorry = "\n".join(tell(lang, "error.ours") for lang in langs)
            turn.replies.append(SendMessage(chat_id=chat[1], text=sorry))
            return await turn.close(self._delivery.holder)


def _settle(committed: "asyncio.Future[None]", error: Exception | None = None) -> None:
    if committed.done():
        return
    if error:
        committed.set_exception(error)
    else:
        committed.set_result(None)

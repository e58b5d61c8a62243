"""A channel that takes our token no more: people are told at the desk and on other channels, until it works again."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.methods import Response, TelegramMethod
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels import telegram, zalo_bot
from bot.channels.channel import ChannelBot
from db.alarms import end_alarm, raise_alarm
from db.engine import is_away

log = logging.getLogger(__name__)

WATCHED = (telegram.CHANNEL, zalo_bot.CHANNEL)
"""Channels with one token; the Official Account has alarms of its own."""


class ChannelAlarm(BaseRequestMiddleware):
    """Hears how every call of a channel ends."""

    def __init__(self, channel: str, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._kind = f"channel_{channel}"
        self._engine = engine
        self._clock = clock
        self._is_refused: bool | None = None
        """None: nothing was heard yet, and an alarm of an earlier process may stand."""

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Response[Any]:
        """Pass a call on."""
        try:
            answer = await make_request(bot, method)
        except TelegramUnauthorizedError:
            await self.hear(refused=True)
            raise
        await self.hear(refused=False)
        return answer

    async def hear(self, *, refused: bool) -> None:
        """The token was refused, or it was not; only a change is written down."""
        if refused is self._is_refused:
            return
        try:
            if refused:
                await raise_alarm(self._engine, self._kind, self._clock())
            else:
                await end_alarm(self._engine, self._kind)
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("%s: the database is away, the next call tells", self._kind)
        else:
            self._is_refused = refused


def watch_for_refusals(bots: Iterable[ChannelBot], engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
    """Have each channel with a token say when that is refused."""
    for bot in bots:
        if bot.channel in WATCHED:
            alarm = ChannelAlarm(bot.channel, engine, clock)
            bot.session.middleware(alarm)
            bot.heard = alarm.hear

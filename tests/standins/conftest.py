"""A stand-in for each test, and the two libraries' bots that talk to it."""

from collections.abc import AsyncIterator

import pytest_asyncio
import telegram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.standins.telegram import TelegramStandIn


class Session(AiohttpSession):
    """aiogram's own, without its quarter of a second for TLS to close: loopback has none."""

    async def close(self) -> None:
        if self._session:
            await self._session.close()


@pytest_asyncio.fixture
async def tg() -> AsyncIterator[TelegramStandIn]:
    """A stand-in without limits."""
    async with TelegramStandIn(limits=None) as server:
        yield server


@pytest_asyncio.fixture
async def bot(tg: TelegramStandIn) -> AsyncIterator[Bot]:
    """aiogram's bot, as the program uses it."""
    session = Session(api=TelegramAPIServer.from_base(tg.base_url))
    async with Bot(tg.world.token, session=session) as made:
        yield made


@pytest_asyncio.fixture
async def peer(tg: TelegramStandIn) -> AsyncIterator[telegram.Bot]:
    """python-telegram-bot's bot, the independent second reader."""
    base = f"{tg.base_url}/bot"
    async with telegram.Bot(tg.world.token, base_url=base, base_file_url=f"{tg.base_url}/file/bot") as made:
        yield made

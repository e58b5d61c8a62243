"""Keeping the facts that this process tells up to date with what the office corrected."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from content.facts.corrections import corrected_facts
from content.facts.live import live
from db.fact_corrections import SIGNAL, every_correction
from db.leading import LOOK_EVERY
from db.signals import hearing


async def read_corrections(engine: AsyncEngine) -> None:
    """Tell from now on what the office has corrected so far."""
    live.correct(corrected_facts(live.book, await every_correction(engine)))


async def follow_corrections(engine: AsyncEngine) -> None:
    """Read the corrections whenever one is made, in whichever process; raises the error of a lost connection."""
    news = asyncio.Event()
    async with hearing(engine, SIGNAL, lambda _: news.set()) as connection:
        while True:
            news.clear()
            await read_corrections(engine)
            await _until(news, connection)


async def _until(news: asyncio.Event, connection: AsyncConnection) -> None:
    while not news.is_set():
        try:
            async with asyncio.timeout(LOOK_EVERY):
                await news.wait()
        except TimeoutError:
            await connection.execute(text("SELECT 1"))  # a lost connection hears no signal

"""People who write while a broadcast runs, and measure how long their answers take."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from benchmarks.crowd import PATH, SECRET
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram.webhook import SECRET_HEADER

FROM = 5_000_001
"""Their chats; nobody of them is a recipient."""
EVERY = 10.0
"""Seconds between two words of one person."""
PATIENCE = 30.0
_update_ids = itertools.count(1)


@asynccontextmanager
async def talking(tg: TelegramStandIn, port: int, people: int) -> AsyncIterator[list[float]]:
    """So many people ask for the menu in turns; the list grows by each answer's seconds."""
    latencies: list[float] = []
    url = f"http://127.0.0.1:{port}{PATH}"
    async with aiohttp.ClientSession() as http:
        talkers = [
            asyncio.ensure_future(_talk(tg, http, url, FROM + number, number * EVERY / people, latencies))
            for number in range(people)
        ]
        try:
            yield latencies
        finally:
            for one in talkers:
                one.cancel()
            await asyncio.gather(*talkers, return_exceptions=True)


async def _talk(
    tg: TelegramStandIn, http: aiohttp.ClientSession, url: str, chat: int, wait: float, latencies: list[float]
) -> None:
    person = tg.person(chat, f"P{chat}")
    person.room.open = True
    await asyncio.sleep(wait)
    while True:
        person.room.arrivals.clear()
        message = tg.world.message(person.room, person.user, {"text": "menu"})
        update = {"update_id": next(_update_ids), "message": message}
        begun = tg.world.clock()
        async with http.post(url, json=update, headers={SECRET_HEADER: SECRET}) as answer:
            await answer.read()
        await person.room.bell.until(lambda: bool(person.room.arrivals), PATIENCE)
        latencies.append(person.room.arrivals[0].at - begun if person.room.arrivals else PATIENCE)
        await asyncio.sleep(EVERY)

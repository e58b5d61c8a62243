"""kill -9 of a sender at random moments: everybody gets it once, but those whom the ledger marks as uncertain."""

import asyncio
import random
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.recipients import add_broadcast, add_people, counted, ended, outcome
from tests.conftest import TOKEN
from tests.faults.crashing import crashing
from tests.faults.test_kill import free_port
from tests.standins.telegram import TelegramStandIn

PEOPLE, KILLS, PER_SECOND = 300, 5, 60


async def until_something_more(telegram: TelegramStandIn, more: int) -> None:
    """Wait until so many more messages have arrived, or all of them."""
    goal = min(telegram.stats.sent + more, PEOPLE)
    async with asyncio.timeout(120):
        while telegram.stats.sent < goal:
            await asyncio.sleep(0.005)


@pytest.mark.timeout(400)
async def test_a_killed_sender_tells_nobody_twice_and_knows_whom_it_may_have_missed(
    database: str, engine: AsyncEngine, telegram: TelegramStandIn, tmp_path: Path
) -> None:
    for chat in range(1, PEOPLE + 1):
        telegram.person(chat, f"P{chat}").room.open = True
    await add_people(engine, PEOPLE)
    broadcast = await add_broadcast(engine)
    environment = {
        "VIECLAM_DATABASE_URL": database,
        "VIECLAM_DATA_DIR": str(tmp_path),
        "VIECLAM_PORT": str(free_port()),
        "VIECLAM_SECRET_KEY": "a secret of the tests",
        "VIECLAM_TELEGRAM_TOKEN": TOKEN,
        "VIECLAM_TELEGRAM_API_BASE": telegram.base_url,
        "VIECLAM_TELEGRAM_MODE": "webhook",
        "VIECLAM_TELEGRAM_PER_SECOND": str(PER_SECOND),
        "VIECLAM_TELEGRAM_WEBHOOK_SECRET": "x",
    }
    chance = random.Random(20261124)
    async with crashing(environment) as sender:
        for _ in range(KILLS):
            await sender.start()
            await until_something_more(telegram, chance.randrange(1, PEOPLE // KILLS))
            await sender.kill()
        await sender.start()
        async with asyncio.timeout(120):
            while not await ended(engine, broadcast):
                await asyncio.sleep(0.05)
    states = await outcome(engine, broadcast)
    got = {chat: len(telegram.world.chats.rooms[chat].arrivals) for chat in range(1, PEOPLE + 1)}
    async with engine.connect() as connection:
        print(f"{KILLS} kills, {PEOPLE} recipients: {await counted(connection, broadcast)}")
    assert max(got.values()) == 1, "nobody got it twice"
    assert set(states.values()) <= {"sent", "uncertain"}
    assert all(got[chat] == 1 for chat, state in states.items() if state == "sent")
    uncertain = [chat for chat, state in states.items() if state == "uncertain"]
    assert len(uncertain) <= KILLS * PER_SECOND, "no more than were in the air"
    assert telegram.violations == []

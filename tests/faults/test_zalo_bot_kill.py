"""kill -9 at random points while the Zalo bot polls: of what it was handed, only what was in the air can be lost."""

import asyncio
import itertools
import os
import random
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.zalo_bot_events import Said, update_number
from tests.conftest import ZALO_BOT_TOKEN
from tests.faults.crashing import crashing
from tests.faults.persona import PATIENCE
from tests.faults.test_kill import free_port
from tests.standins.zalo_bot import ZaloBotStandIn

KILLS = int(os.environ.get("VIECLAM_KILLS", "10"))
"""The proof was made with 20."""
PEOPLE = 5
AHEAD = 20
"""Words that wait at Zalo's side at any time, so that each poll is answered at once."""


@pytest.fixture
async def environment(database: str, zalo_bot: ZaloBotStandIn, tmp_path: Path) -> dict[str, str]:
    """The settings of a program that only polls."""
    return {
        "VIECLAM_DATABASE_URL": database,
        "VIECLAM_DATA_DIR": str(tmp_path),
        "VIECLAM_PORT": str(free_port()),
        "VIECLAM_SECRET_KEY": "a secret of the tests",
        "VIECLAM_ZALO_BOT_TOKEN": ZALO_BOT_TOKEN,
        "VIECLAM_ZALO_BOT_API_BASE": zalo_bot.base_url,
    }


class Talk:
    """People who never stop writing."""

    def __init__(self, zalo: ZaloBotStandIn) -> None:
        self._zalo = zalo
        self._people = [zalo.person(f"person-{n}") for n in range(PEOPLE)]
        self._turns = itertools.count()

    async def go_on(self) -> None:
        while len(self._zalo.waiting) < AHEAD:
            number = next(self._turns)
            await self._people[number % PEOPLE].say(("alo", "1", "menu", "gặp cán bộ")[number // PEOPLE % 4])

    async def until_handed(self, more: int) -> None:
        wanted = len(self._zalo.handed) + more
        async with asyncio.timeout(PATIENCE):
            while len(self._zalo.handed) < wanted:
                await self.go_on()
                await asyncio.sleep(0.001)


def number_of(body: dict[str, object]) -> int:
    return update_number(Said.model_validate(body["message"]))


async def known(engine: AsyncEngine) -> list[int]:
    async with engine.connect() as connection:
        return list(await connection.scalars(text("SELECT update_id FROM seen_update WHERE channel = 'zalo_bot'")))


@pytest.mark.timeout(1800)
async def test_a_kill_loses_at_most_what_was_in_the_air(
    environment: dict[str, str], engine: AsyncEngine, zalo_bot: ZaloBotStandIn
) -> None:
    talk, chance, in_the_air = Talk(zalo_bot), random.Random(20261124), set()
    async with crashing(environment) as program:
        for _ in range(KILLS):
            await program.start()
            await talk.until_handed(chance.randint(1, 10))
            await asyncio.sleep(chance.uniform(0, 0.02))  # where in a turn the kill falls is the chance that is wanted
            await program.kill()
            in_the_air.add(number_of(zalo_bot.handed[-1]))
        await program.start()
        await talk.until_handed(1)
        await drain(zalo_bot)
    handed, handled = [number_of(body) for body in zalo_bot.handed], await known(engine)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM zalo_bot_event")) == 0
    lost = set(handed) - set(handled)
    print(f"{KILLS} kills, {len(handed)} events handed out, {len(lost)} lost in the air")
    assert len(handled) == len(set(handled)) == len(handed) - len(lost), "none twice, and nothing beside them"
    assert lost <= in_the_air, "only the very last one before a kill"
    assert len(handed) > 3 * KILLS, "the kills fell among events, not beside them"
    assert zalo_bot.violations == []


async def drain(zalo: ZaloBotStandIn) -> None:
    """Let the program take all that waits, and come back for more."""
    async with asyncio.timeout(PATIENCE):
        while zalo.waiting:
            await asyncio.sleep(0.01)
        polls = polls_of(zalo)
        while polls_of(zalo) == polls:
            await asyncio.sleep(0.01)


def polls_of(zalo: ZaloBotStandIn) -> int:
    return sum(name == "getUpdates" for name, _ in zalo.calls)

"""kill -9 at every step of a token refresh: the chain goes on, or people are told; never neither."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_oauth import Grant, OAuth
from bot.channels.zalo_oa_tokens import NoToken, TokenKeeper
from db.seal import Seal
from db.zalo_tokens import TokenRow
from tests.conftest import MovableClock
from tests.faults.refreshing import STEPS
from tests.standins.zalo_oa import ZaloStandIn
from tests.standins.zalo_oa.world import APP_ID, APP_SECRET

PATH = "/v4/oa/access_token"
SURVIVES = ("before asking", "asked", "received", "kept")
"""Where Zalo has not used the refresh token up, or we have kept what came of it."""


class Chain:
    """The token of one app, and processes that refresh it and die."""

    def __init__(self, database: str, engine: AsyncEngine, zalo: ZaloStandIn, clock: MovableClock) -> None:
        self.database, self.engine, self.zalo, self.clock = database, engine, zalo, clock
        row = TokenRow(engine, Seal("a secret of the tests"), APP_ID)
        self.keeper = TokenKeeper(engine, row, OAuth(zalo.base_url, APP_ID, APP_SECRET), clock)

    async def begin(self) -> None:
        pair = self.zalo.world.new_pair()
        await self.keeper.keep(Grant(pair["access_token"], pair["refresh_token"], limits.ACCESS_LIVES))
        self.clock.forward(hours=21)

    async def process(self, step: str = "-") -> asyncio.subprocess.Process:
        words = (self.database, self.zalo.base_url, step, str(self.clock().timestamp()))
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.refreshing",
            *words,
            cwd=Path(__file__).parents[2],
            env={**os.environ},
            stdout=asyncio.subprocess.PIPE,
        )

    async def is_alarmed(self) -> bool:
        async with self.engine.connect() as connection:
            return bool(await connection.scalar(text("SELECT count(*) FROM alarm WHERE kind = 'zalo_login'")))

    async def is_alive(self) -> bool:
        """Whether the token that is kept is the one that Zalo takes."""
        try:
            return (await self.keeper.current()).access == self.zalo.world.tokens.access
        except NoToken:
            return False

    async def look_after(self) -> None:
        """What the next process does: at once, and after the time of doubt."""
        await self.keeper.look()
        self.clock.forward(minutes=3)
        await self.keeper.look()


async def kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    await process.communicate()


@pytest.fixture
async def chain(database: str, engine: AsyncEngine, zalo: ZaloStandIn, clock: MovableClock) -> Chain:
    made = Chain(database, engine, zalo, clock)
    await made.begin()
    return made


async def stop_at(chain: Chain, step: str) -> None:
    """Run a refresh to one step, and kill it there."""
    gate, reached = asyncio.Event(), asyncio.Event()
    if step in ("received", "used"):
        chain.zalo.world.faults.append({"path": PATH, "before": step == "received", "gate": gate, "bell": reached,
                                        "drop": True})  # fmt: skip
    process = await chain.process(step)
    async with asyncio.timeout(60):
        if step in ("received", "used"):
            await reached.wait()
        else:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"here\n"
    await kill(process)
    gate.set()


@pytest.mark.parametrize("step", STEPS)
async def test_a_kill_at_each_step_is_survived_or_told(chain: Chain, step: str) -> None:
    await stop_at(chain, step)
    await chain.look_after()
    assert await chain.is_alive() is (step in SURVIVES)
    assert await chain.is_alarmed() is (step not in SURVIVES)

"""Processes that send, the Bot API that counts them, and what was measured between the two."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.crowd import SECRET, TOKEN
from benchmarks.ground import Ground
from benchmarks.processes import Started, python, started
from benchmarks.recipients import ended
from tests.standins.telegram import Limits, Rule, TelegramStandIn

PATIENCE = 3600.0


@dataclass(frozen=True)
class Figures:
    """One run: what arrived, how fast, and what was refused."""

    seconds: float
    sent: int
    refused: int
    """Answers 429."""
    peak: int
    """The most in any one second."""
    twice: int
    """Chats that got more than one."""
    missing: int
    """Chats that got none."""

    @property
    def rate(self) -> float:
        """Messages a second, from the first to the last."""
        return (self.sent - 1) / self.seconds if self.seconds else 0.0


def figures_of(tg: TelegramStandIn, people: int) -> Figures:
    """What the Bot API saw among chats 1 … ``people``."""
    at = tg.stats.sent_at
    got = [len(tg.world.chats.rooms[chat].arrivals) for chat in range(1, people + 1)]
    return Figures(
        seconds=at[-1] - at[0] if at else 0.0,
        sent=tg.stats.sent,
        refused=tg.stats.rejected,
        peak=tg.stats.peak(),
        twice=sum(n > 1 for n in got),
        missing=sum(n == 0 for n in got),
    )


@asynccontextmanager
async def api(ground: Ground, people: int, per_second: int | None, first: int = 1) -> AsyncIterator[TelegramStandIn]:
    """The Bot API with a strict limit (None: without), and people who may be written to."""
    limits = None if per_second is None else Limits(overall=Rule(per_second, 1.0))
    async with TelegramStandIn(TOKEN, limits=limits, fast=True, port=ground.api_port) as tg:
        for chat in range(first, first + people):
            tg.person(chat, f"P{chat}").room.open = True
        yield tg


def environment(ground: Ground, port: int, per_second: int, reserve: float) -> dict[str, str]:
    """The settings of a program that sends at a rate, at any hour."""
    return {
        "VIECLAM_DATABASE_URL": ground.database_url,
        "VIECLAM_DATA_DIR": str(ground.directory / "vieclam"),
        "VIECLAM_PORT": str(port),
        "VIECLAM_LOG_LEVEL": "WARNING",
        "VIECLAM_TELEGRAM_TOKEN": TOKEN,
        "VIECLAM_TELEGRAM_API_BASE": ground.api,
        "VIECLAM_TELEGRAM_MODE": "webhook",
        "VIECLAM_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "VIECLAM_TELEGRAM_PER_SECOND": str(per_second),
        "VIECLAM_TELEGRAM_RESERVE": str(reserve),
    }


def program(log: Path, env: Mapping[str, str], only: str | None = "jobs") -> ExitStack:
    """Our program as a process of its own; leaving the stack ends it."""
    stack = ExitStack()
    command = python("bot.cli", "run", *(("--only", only) if only else ()))
    stack.enter_context(started(command, log=log, env=env))
    return stack


async def until_ended(engine: AsyncEngine, broadcast: int, *running: Started) -> float:
    """Wait until nothing is left to be sent; returns the seconds."""
    begun = time.perf_counter()
    while not await ended(engine, broadcast):
        for one in running:
            one.check()
        if time.perf_counter() - begun > PATIENCE:
            raise TimeoutError(f"broadcast {broadcast} does not end")
        await asyncio.sleep(0.25)
    return time.perf_counter() - begun


@dataclass
class Killer:
    """Starts a sender again and again, and kills it with -9 at random moments."""

    ground: Ground
    env: Mapping[str, str]
    kills: int
    chance: random.Random

    async def run(self, engine: AsyncEngine, broadcast: int, lives: tuple[float, float]) -> int:
        """Let it live for moments of random length, the last time to the end; returns the kills that hit a sender."""
        done = 0
        command = python("bot.cli", "run", "--only", "jobs")
        while done < self.kills and not await ended(engine, broadcast):
            log = self.ground.directory / f"killed-{done}.log"
            with started(command, log=log, env=self.env) as one:
                await asyncio.sleep(self.chance.uniform(*lives))
                one.check()
                one.process.kill()
            done += 1
        with started(command, log=self.ground.directory / "last.log", env=self.env) as one:
            await until_ended(engine, broadcast, one)
        return done

"""A crowd in a closed loop: the load that every contender gets; this process also plays the Bot API."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from benchmarks.scripts import Script
from tests.standins.telegram.load import Figures, Load
from tests.standins.telegram.person import Person
from tests.standins.telegram.server import TelegramStandIn

TOKEN = "42:TEST"  # noqa: S105 - the stand-in's own
SECRET = "benchmark-secret"  # noqa: S105
PATH = "/telegram/webhook"
PEOPLE = 50
NEWCOMERS_FROM = 10_000_000

_update_ids = itertools.count(900_000_001)
_newcomers = itertools.count(NEWCOMERS_FROM)


class Trouble(Exception):
    """Somebody could not walk to the end of the script, so the figures mean nothing."""


@dataclass(frozen=True)
class Measured:
    """One run's figures."""

    updates: float
    """Answered, a second."""
    p50: float
    p99: float
    walked: int
    """Updates in all, those of the warm-up and after the end included."""
    lost: int
    """Steps that nobody answered."""
    own_cpu: float
    """Of one core, by this process: near 1.0 it is the load that was measured."""


@dataclass
class _Walkers(Load):
    """People who finish what they began, uncounted, after the deadline."""

    personal: Script | None = None
    finish: bool = True
    walked: int = 0

    async def walk(self, person: Person) -> bool:
        assert self.personal is not None
        script = self.personal(person.id)
        for step, following in zip(script, [*script[1:], {}], strict=True):
            if "expect" in step:
                continue
            if not self.finish and time.perf_counter() >= self.deadline:
                return True
            self.walked += 1
            if not await self._step(person, step, following):
                return False
        return True


@dataclass
class Crowd:
    """The stand-in with the crowd before it; ``open_crowd`` makes one."""

    tg: TelegramStandIn
    http: aiohttp.ClientSession
    url: str

    def person(self, number: int) -> Person:
        """The person with this number, whom the bot may write to."""
        one = self.tg.person(number, f"P{number}")
        one.room.open = True
        return one

    async def once(self, script: Script, numbers: Iterable[int]) -> None:
        """Everybody walks through the script once; raises ``Trouble``."""
        load = self._walkers(script, 0.0, float("inf"), patience=30.0)
        waiting = iter(numbers)

        async def some() -> None:
            for number in waiting:
                await load.walk(self.person(number))

        await asyncio.gather(*(some() for _ in range(PEOPLE)))
        _require_peace(load.figures)

    async def measure(self, script: Script, pace: "Pace") -> Measured:
        """The crowd walks through the script over and over."""
        cpu, start = time.process_time(), time.perf_counter()
        begin = start + pace.warm_up
        load = self._walkers(script, begin, begin + pace.seconds, patience=pace.patience)
        load.finish = pace.finish

        async def live(number: int) -> None:
            while time.perf_counter() < load.deadline:
                await load.walk(self.person(next(_newcomers) if pace.fresh else number))

        await asyncio.gather(*(live(number) for number in range(1, PEOPLE + 1)))
        if not pace.may_lose:
            _require_peace(load.figures)
        busy = (time.process_time() - cpu) / (time.perf_counter() - start)
        return _measured(load, pace, busy)

    def _walkers(self, script: Script, begin: float, deadline: float, *, patience: float) -> _Walkers:
        made = _Walkers(self.tg, self.http, self.url, SECRET, [], begin, deadline, patience, personal=script)
        made._ids = _update_ids
        return made


@dataclass(frozen=True)
class Pace:
    """How long a run lasts, and what people do in it."""

    seconds: float
    warm_up: float
    fresh: bool = False
    """Each walk is somebody new's."""
    finish: bool = True
    """Who is in the middle at the end goes on to the end, uncounted."""
    may_lose: bool = False
    """Answers that get lost are counted, and no reason to stop."""

    @property
    def patience(self) -> float:
        """Seconds before a person takes a step for lost."""
        return 2.0 if self.may_lose else 30.0


def _require_peace(figures: Figures) -> None:
    if figures.trouble:
        raise Trouble(dict(figures.trouble))


def _measured(load: _Walkers, pace: Pace, busy: float) -> Measured:
    summary = load.figures.summary(pace.seconds)
    answered = len(load.figures.latencies) / pace.seconds
    lost = load.figures.trouble.total()
    return Measured(answered, summary["p50_ms"], summary["p99_ms"], load.walked, lost, busy)


@asynccontextmanager
async def open_crowd(port: int, webhook_port: int, latency_ms: float = 0.0) -> AsyncIterator[Crowd]:
    """The Bot API on ``port``, and people before the webhook on ``webhook_port``."""
    connector = aiohttp.TCPConnector(limit=0)
    stand_in = TelegramStandIn(TOKEN, limits=None, latency=latency_ms / 1000, fast=True, port=port)
    async with stand_in as tg, aiohttp.ClientSession(connector=connector) as http:
        yield Crowd(tg, http, f"http://127.0.0.1:{webhook_port}{PATH}")
        if tg.violations:
            raise Trouble(tg.violations[:5])

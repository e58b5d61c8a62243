"""From the start of the process to the first update that is answered."""

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import uvloop

from benchmarks import scripts
from benchmarks.contenders import MEMORY, OURS, PTB, REDIS, Contender, serving
from benchmarks.crowd import open_crowd
from benchmarks.ground import Ground, circumstances, prepared
from benchmarks.processes import STARTS_WITHIN, Started, free_port
from benchmarks.scripts import Script

HEADING = "Cold start"
KNOCK_EVERY = 0.01
NOTE = """\
Seconds from the start of the process to the Bot API's receipt of the first answer, with the median of all rounds;
somebody knocks at the port every 10 ms and writes as soon as it opens. Nothing is pinned; file caches are warm.
The first line is our program on a database server that already runs, as the peers' Redis does.
"""


@dataclass(frozen=True)
class Start:
    """What is started: a contender with a first word."""

    name: str
    contender: Contender
    script: Script
    prepare: Callable[[Ground, int], Ground] = lambda ground, _: ground


def first_word(number: int) -> list[dict[str, Any]]:
    """A newcomer's first message to us."""
    return scripts.arrive(number)[:2]


def _own_database(ground: Ground, _: int) -> Ground:
    """No server is named: the program starts its own, on the data that the round before left."""
    return _without_server(ground, "own")


def _new_database(ground: Ground, number: int) -> Ground:
    return _without_server(ground, f"new{number}")


def _without_server(ground: Ground, name: str) -> Ground:
    directory = ground.directory / name
    directory.mkdir(mode=0o755, exist_ok=True)
    return replace(ground, database_url="", directory=directory)


STARTS = (
    Start("vieclam, database running", OURS, first_word),
    Start("vieclam with its own database", OURS, first_word, _own_database),
    Start("vieclam, the very first start: database made and migrated", OURS, first_word, _new_database),
    Start(REDIS.name, REDIS, lambda number: scripts.peer(number)[:2]),
    Start(MEMORY.name, MEMORY, lambda number: scripts.peer(number)[:2]),
    Start(PTB.name, PTB, lambda number: scripts.peer(number)[:2]),
)


async def _knock(one: Started, port: int) -> None:
    deadline = time.perf_counter() + STARTS_WITHIN
    async with aiohttp.ClientSession() as http:
        while time.perf_counter() < deadline:
            one.check()
            try:
                async with http.get(f"http://127.0.0.1:{port}/"):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(KNOCK_EVERY)
    raise TimeoutError(f"nothing listens on port {port}")


async def seconds_to_answer(start: Start, ground: Ground, number: int) -> float:
    """One start."""
    ground, port = start.prepare(ground, number), free_port()
    async with open_crowd(ground.api_port, port) as crowd:
        with serving(start.contender, ground, port) as one:
            await _knock(one, port)
            await crowd.once(start.script, (number,))
            return time.perf_counter() - one.at


async def _measure(ground: Ground, rounds: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {start.name: [] for start in STARTS}
    # tables and one start of the own database come before anything is measured
    for start in STARTS[:2]:
        await seconds_to_answer(start, ground, 1)
    for number in range(2, rounds + 2):
        for start in STARTS:
            seconds[start.name].append(await seconds_to_answer(start, ground, number))
    return seconds


def run(quick: bool) -> str:
    """Measure and return the section's text."""
    with prepared() as ground:
        seconds = uvloop.run(_measure(ground, 1 if quick else 3))
    lines = [
        "| bot | seconds | all rounds |",
        "| --- | --- | --- |",
        *(
            f"| {name} | {statistics.median(all_of):.2f} | {', '.join(f'{one:.2f}' for one in all_of)} |"
            for name, all_of in seconds.items()
        ),
    ]
    return "\n".join((circumstances(), "", NOTE, *lines, ""))

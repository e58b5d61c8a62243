"""Registrations a second, ours beside the peers', in one run of alternating rounds."""

import asyncio
import os
import statistics
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass

import uvloop

from benchmarks import processes, scripts
from benchmarks.contenders import ALL, ECHO, MEMORY, OURS, PTB, PTB_256, REDIS, Contender, serving
from benchmarks.crowd import PEOPLE, Measured, Pace, open_crowd
from benchmarks.ground import Ground, circumstances, prepared
from benchmarks.processes import ALL_CORES, BOT_CORE, LOAD_CORE, Started, free_port, wait_until_open
from benchmarks.scripts import Script

HEADING = "Registrations"
LATENCY_MS = 60.0
NOTE = """\
Six questions by text or choice, a summary, its confirmation; 50 people in a closed loop over the webhook. The bot has
one core, the crowd and the Bot API the other. A registration is 8 updates on both sides: a peer's /start, six answers
and confirmation; the wish, six answers and confirmation of a worker whom we know. A newcomer's are 18 (language, wish,
agreement, thirteen questions, confirmation).
Ours does more for each: every update is deduplicated and committed to PostgreSQL with the replies it owes, words are
read in two languages, a confirmed form writes the worker and the registration, looks for a twin and sends three or four
messages; a tap is acknowledged with a call of its own. A peer keeps a dictionary and sends one message an update.
Registrations a second are updates a second over updates a registration. CPU is milliseconds an update, of the bot and
of its database; it is what a busy machine disturbs least.
"""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    contender: Contender
    script: Script
    latency_ms: float
    database_cores: tuple[int, ...] = ALL_CORES
    fresh: bool = False


@dataclass(frozen=True)
class Sample:
    """One round of a row."""

    measured: Measured
    bot_cpu_ms: float
    database_cpu_ms: float
    rss_mb: float


OURS_ROWS = (
    ("vieclam, known worker", scripts.returning, False),
    ("vieclam, known worker, by buttons", scripts.returning_by_buttons, False),
    ("vieclam, newcomer", scripts.newcomer, True),
)
PEERS = (REDIS, MEMORY, PTB, PTB_256, ECHO)


def _block(latency_ms: float, cores: tuple[int, ...], peers: Sequence[Contender]) -> list[Row]:
    ours = [Row(name, OURS, script, latency_ms, cores, fresh) for name, script, fresh in OURS_ROWS]
    return ours + [Row(peer.name, peer, peer.script, latency_ms, cores) for peer in peers]


BLOCKS = {
    "The Bot API answers at once; databases on either core": _block(0.0, ALL_CORES, PEERS),
    f"The Bot API answers after {LATENCY_MS:.0f} ms; databases on either core": _block(LATENCY_MS, ALL_CORES, PEERS),
    "The Bot API answers at once; databases on the bot's own core": _block(0.0, (BOT_CORE,), (REDIS,)),
}
QUICK_BLOCKS = dict(list(BLOCKS.items())[:1])


@dataclass
class Field:
    """All contenders, running."""

    ground: Ground
    running: dict[str, tuple[Started, int]]

    async def sample(self, row: Row, pace: Pace) -> Sample:
        """One round of one row."""
        one, port = self.running[row.contender.name]
        database = self.ground.redis if row.contender is REDIS else self.ground.postgres
        processes.pin(database, row.database_cores)
        async with open_crowd(self.ground.api_port, port, row.latency_ms) as crowd:
            bot, server = one.cpu_seconds, processes.cpu_seconds(database)
            measured = await crowd.measure(row.script, pace)
        one.check()
        bot, server = one.cpu_seconds - bot, processes.cpu_seconds(database) - server
        return Sample(measured, 1000 * bot / measured.walked, 1000 * server / measured.walked, one.rss_mb)


@asynccontextmanager
async def field_of(contenders: Sequence[Contender], ground: Ground) -> AsyncIterator[Field]:
    """Start everybody, let the people that return be known to us, and put every bot on the one core."""
    ports = {contender.name: free_port() for contender in contenders}
    with ExitStack() as stack:
        async with open_crowd(ground.api_port, ports[OURS.name]) as crowd:
            running = {one.name: stack.enter_context(serving(one, ground, ports[one.name])) for one in contenders}
            for name, one in running.items():
                await asyncio.to_thread(wait_until_open, one, ports[name])
            await crowd.once(scripts.introduction, range(1, PEOPLE + 1))
        for one in running.values():
            processes.pin(one.process.pid, (BOT_CORE,))
        yield Field(ground, {name: (one, ports[name]) for name, one in running.items()})


def _pace(row: Row, quick: bool) -> Pace:
    return Pace(
        1.0 if quick else 2.5,
        0.3 if quick else 0.7,
        fresh=row.fresh,
        finish=row.contender is OURS,
        # answers overtake its own bookkeeping: its documentation warns of conversations with concurrent updates
        may_lose=row.contender is PTB_256,
    )


async def _measure(ground: Ground, quick: bool) -> str:
    samples: defaultdict[tuple[str, str], list[Sample]] = defaultdict(list)
    blocks, rounds = (QUICK_BLOCKS, 1) if quick else (BLOCKS, 3)
    async with field_of(ALL, ground) as field:
        for _ in range(rounds):
            for title, rows in blocks.items():
                for row in rows:
                    samples[title, row.name].append(await field.sample(row, _pace(row, quick)))
    tables = [_table(title, rows, samples) for title, rows in blocks.items()]
    return "\n".join((circumstances(), "", NOTE, *tables))


def _table(title: str, rows: Sequence[Row], samples: dict[tuple[str, str], list[Sample]]) -> str:
    base = _median([_registrations(REDIS.script, s) for s in samples[title, REDIS.name]])
    lines = [
        f"**{title}**\n",
        "| bot | updates/s | registrations/s | to Redis | p50 ms | p99 ms | CPU bot | CPU database | RSS MB | lost |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_line(row, samples[title, row.name], base) for row in rows),
    ]
    return "\n".join((*lines, ""))


def _registrations(script: Script, sample: Sample) -> float:
    return sample.measured.updates / scripts.updates(script)


def _line(row: Row, samples: Sequence[Sample], base: float) -> str:
    updates = _median([s.measured.updates for s in samples])
    registrations = _median([_registrations(row.script, s) for s in samples])
    is_form = row.contender is not ECHO
    cells = (
        row.name,
        f"{updates:.0f}",
        f"{registrations:.1f}" if is_form else "–",
        f"{registrations / base:.2f}" if is_form else "–",
        f"{_median([s.measured.p50 for s in samples]):.0f}",
        f"{_median([s.measured.p99 for s in samples]):.0f}",
        f"{_median([s.bot_cpu_ms for s in samples]):.2f}",
        f"{_median([s.database_cpu_ms for s in samples]):.2f}" if row.contender in (OURS, REDIS) else "–",
        f"{_median([s.rss_mb for s in samples]):.0f}",
        str(sum(s.measured.lost for s in samples)),
    )
    return f"| {' | '.join(cells)} |"


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


def run(quick: bool) -> str:
    """Measure and return the section's text."""
    with prepared() as ground:
        processes.pin(os.getpid(), (LOAD_CORE,))
        try:
            return uvloop.run(_measure(ground, quick))
        finally:
            processes.pin(os.getpid(), ALL_CORES)

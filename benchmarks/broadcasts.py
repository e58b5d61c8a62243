"""Broadcasts: expansion, a sender that is killed, the rate that is held, two senders on one limit, and the peers."""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import psutil  # type: ignore[import-untyped]  # ships no types
import uvloop
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from benchmarks.crowd import TOKEN
from benchmarks.ground import Ground, circumstances, prepared
from benchmarks.processes import free_port, python, started
from benchmarks.recipients import SERVED, add_broadcast, add_people, counted, erase, outcome
from benchmarks.sending import Figures, Killer, api, environment, figures_of, program, until_ended
from benchmarks.talkers import talking
from bot.assembly import wall_clock
from bot.channels.limits import telegram as limits
from db import broadcasting
from db.engine import asyncpg_url, make_engine
from tests.standins.telegram import TelegramStandIn

HEADING = "Broadcasts"
RESERVE = 3.0
TALKERS = 20
QUICK = {"lifted": 500, "two": 500, "pace": 900, "kill": 1_000, "kills": 3, "expand": 5_000}
WHOLE = {"lifted": 3_000, "two": 3_000, "pace": 6_000, "kill": 20_000, "kills": 10, "expand": 100_000}


async def expansion(ground: Ground, engine: AsyncEngine, size: dict[str, int]) -> str:
    """The ledger of everybody, written by one statement."""
    broadcast = await add_broadcast(engine, expand=False)
    own, database = psutil.Process(), psutil.Process(ground.postgres)
    before = own.memory_info().rss
    begun, most = time.perf_counter(), 0
    async with AsyncSession(engine) as session, session.begin():
        writing = asyncio.ensure_future(
            broadcasting.expand(session, await broadcasting.locked(session, broadcast), SERVED, wall_clock())
        )
        while not writing.done():
            await asyncio.sleep(0.02)
            most = max(most, *(_own_memory(one) for one in database.children()))
        rows = await writing
    seconds = time.perf_counter() - begun
    grown = (own.memory_info().rss - before) / 1e6
    await erase(engine)
    return (
        f"**{rows:,} recipients are expanded in {seconds:.1f} s** ({rows / seconds:,.0f}/s), one INSERT … SELECT. "
        f"Our process grows by {grown:.1f} MB; the largest of PostgreSQL's has {most / 1e6:.0f} MB of its own."
    )


def _own_memory(process: psutil.Process) -> int:
    try:
        info = process.memory_info()
    except psutil.NoSuchProcess:
        return 0
    return int(info.rss - info.shared)


async def killed(ground: Ground, engine: AsyncEngine, size: dict[str, int]) -> str:
    """kill -9 at random moments, at ten times Telegram's rate, so that many are in the air."""
    people, rate = size["kill"], 10 * limits.PER_SECOND
    broadcast = await add_broadcast(engine)
    async with api(ground, people, rate) as tg:
        killer = Killer(
            ground, environment(ground, free_port(), rate, 10 * RESERVE), size["kills"], random.Random(20261124)
        )
        kills = await killer.run(engine, broadcast, (2.5, 9.0))
        figures = figures_of(tg, people)
        states = await outcome(engine, broadcast)
        got = {chat: len(tg.world.chats.rooms[chat].arrivals) for chat in range(1, people + 1)}
    doubtful = {chat for chat, state in states.items() if state == "uncertain"}
    missing = {chat for chat, n in got.items() if n == 0}
    async with engine.connect() as connection:
        ledger = await counted(connection, broadcast)
    await erase(engine)
    return (
        f"**{people:,} recipients, {kills} times kill -9** at random moments of the sender's life "
        f"(the API's limit and ours at {rate} a second). Got it once: {sum(n == 1 for n in got.values()):,}; twice: "
        f"{figures.twice}; not at all: {len(missing)}, of which the ledger marks {len(missing & doubtful)}. "
        f"The ledger marks {len(doubtful)} as uncertain, all that were in the air at a kill "
        f"({len(doubtful) / max(1, kills):.1f} a kill); every other row says sent and is right: "
        f"{'yes' if all(got[c] == 1 for c, s in states.items() if s == 'sent') else 'NO'}. "
        f"Answers 429: {figures.refused}. Ledger: {ledger}."
    )


async def pace(ground: Ground, engine: AsyncEngine, size: dict[str, int]) -> str:
    """Telegram's own limit, beside people who write and get their answers."""
    people, port = size["pace"], free_port()
    lines = [
        "| senders | bulk may use, of 30/s | held | share | most in one second | 429s | replies | p50 ms | p99 ms |"
    ]
    lines.append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, parts in (("one process for everything", (None,)), ("web and jobs apart", ("web", "jobs"))):
        broadcast = await add_broadcast(engine)
        env = environment(ground, port, limits.PER_SECOND, RESERVE)
        async with api(ground, people, limits.PER_SECOND) as tg:
            with ExitStack() as stack:
                for part in parts:
                    stack.enter_context(program(ground.directory / f"pace-{part}.log", env, part))
                await _until_open(port)
                async with talking(tg, port, TALKERS) as latencies:
                    await until_ended(engine, broadcast)
            lines.append(_paced(name, tg, people, latencies))
        await erase(engine)
    text = (
        f"{people:,} recipients at Telegram's 30 a second, {RESERVE:.0f} of them reserved for replies; meanwhile "
        f"{TALKERS} people ask for the menu every ten seconds. The share is of what bulk may use."
    )
    return text + "\n\n" + "\n".join(lines)


def _paced(name: str, tg: TelegramStandIn, people: int, latencies: list[float]) -> str:
    bulk = sorted(one.at for chat in range(1, people + 1) for one in tg.world.chats.rooms[chat].arrivals)
    permitted = limits.PER_SECOND - RESERVE
    held = (len(bulk) - 1) / (bulk[-1] - bulk[0])
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    figures = figures_of(tg, people)
    return (
        f"| {name} | {permitted:.0f} | {held:.2f} | {held / permitted:.1%} | {figures.peak} | {figures.refused} "
        f"| {len(latencies)} | {cuts[49] * 1000:.0f} | {cuts[98] * 1000:.0f} |"
    )


async def _until_open(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def two(ground: Ground, engine: AsyncEngine, size: dict[str, int]) -> str:
    """Two processes, one limit."""
    people = size["two"]
    broadcast = await add_broadcast(engine)
    env = environment(ground, free_port(), limits.PER_SECOND, RESERVE)
    async with api(ground, people, limits.PER_SECOND) as tg:
        with ExitStack() as stack:
            for name in ("first", "second"):
                stack.enter_context(program(ground.directory / f"{name}.log", env))
            await until_ended(engine, broadcast)
        figures = figures_of(tg, people)
    await erase(engine)
    permitted = limits.PER_SECOND - RESERVE
    return (
        f"**Two sender processes on one limit**, {people:,} recipients: {figures.rate:.2f} a second together, "
        f"{figures.rate / permitted:.1%} of the {permitted:.0f} for bulk; at most {figures.peak} in any second; "
        f"answers 429: {figures.refused}; twice: {figures.twice}; missing: {figures.missing}."
    )


async def lifted(ground: Ground, engine: AsyncEngine, size: dict[str, int]) -> str:
    """No limit at all: what each of them can do, on one core beside the API on the other."""
    people = size["lifted"]
    lines = ["| sender | messages/s | a row a recipient that survives a crash |", "| --- | --- | --- |"]
    rates: dict[str, list[float]] = {}
    for _ in range(3):
        for name, run in (
            ("vieclam", _ours),
            ("aiogram-broadcaster, memory", _peer("broadcaster")),
            ("python-telegram-bot, AIORateLimiter lifted, 60 calls at a time", _peer("ptb")),
        ):
            rates.setdefault(name, []).append((await run(ground, engine, people)).rate)
    some = min(people, 1000)
    rates["aiogram-broadcaster on PostgreSQL"] = [(await _peer("broadcaster", stored=True)(ground, engine, some)).rate]
    durable = {"vieclam": "yes, fsync on", "aiogram-broadcaster on PostgreSQL": "one row for all, rewritten each time"}
    for name, found in sorted(rates.items(), key=lambda item: -statistics.median(item[1])):
        lines.append(f"| {name} | {statistics.median(found):,.0f} | {durable.get(name, 'no')} |")
    text = (
        f"The limit lifted, {people:,} recipients (aiogram-broadcaster on PostgreSQL: {some:,}), medians of 3 rounds:"
    )
    return text + "\n\n" + "\n".join(lines)


async def _ours(ground: Ground, engine: AsyncEngine, people: int) -> Figures:
    broadcast = await add_broadcast(engine)
    async with api(ground, people, None) as tg:
        with program(ground.directory / "lifted.log", environment(ground, free_port(), 0, 0.0)):
            await until_ended(engine, broadcast)
        figures = figures_of(tg, people)
    await erase(engine)
    return figures


def _peer(which: str, *, stored: bool = False) -> Callable[[Ground, AsyncEngine, int], Awaitable[Figures]]:
    async def run(ground: Ground, engine: AsyncEngine, people: int) -> Figures:
        async with api(ground, people, None) as tg:
            more = (
                ["--database", asyncpg_url(ground.database_url).render_as_string(hide_password=False)] if stored else []
            )
            command = python(
                "benchmarks.peers.broadcasters",
                which,
                "--api",
                ground.api,
                "--token",
                TOKEN,
                "--count",
                str(people),
                *more,
            )
            log = ground.directory / f"{which}.log"
            with started(command, log=log) as one:
                while tg.stats.sent < people:
                    await asyncio.sleep(0.1)
                    if tg.stats.sent < people:
                        one.check()
            return figures_of(tg, people)

    return run


async def _measure(ground: Ground, size: dict[str, int]) -> str:
    """Each part with as many people as it needs: they only become more."""
    engine = make_engine(asyncpg_url(ground.database_url), pool_size=4)
    texts, there = [], 0
    for part, people in (
        (lifted, size["lifted"]),
        (two, size["two"]),
        (pace, size["pace"]),
        (killed, size["kill"]),
        (expansion, size["expand"]),
    ):
        await add_people(engine, people - there, there + 1)
        there = people
        begun = time.perf_counter()
        texts.append(await part(ground, engine, size))
        print(f"{part.__name__}: {time.perf_counter() - begun:.0f} s\n{texts[-1]}\n", file=sys.stderr, flush=True)
    await engine.dispose()
    return "\n\n".join(texts)


def run(quick: bool) -> str:
    """Everything, as the section's text."""
    size = QUICK if quick else WHOLE
    with prepared() as ground:
        measured = uvloop.run(_measure(ground, size))
    return f"{circumstances()}\n\n{measured}\n"

"""``broadcast …``: what is being sent, followed live, and stopped by hand."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn
from rich.table import Table
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.assembly import open_engine, wall_clock
from bot.commands import everything_is_imported
from bot.settings import Settings
from db import broadcasting, funnel
from db.funnel import Progress as Standing
from db.funnel import Receipts

Result = TypeVar("Result")
Deed = Literal["pause", "resume", "cancel"]

LOOK_EVERY = 1.0
"""Seconds between looks while following."""
ENDED = ("done", "cancelled")

everything_is_imported()


class NoBroadcast(Exception):
    """There is no broadcast with that number, or it is in a state that does not allow this."""


def listed() -> Table:
    """The newest broadcasts."""

    async def work(engine: AsyncEngine) -> Table:
        zone = Settings().zone
        table = Table("no", "state", "starts", "people", "notice")
        async with engine.connect() as connection:
            for one in await funnel.latest(connection):
                starts = f"{one.start_at.astimezone(zone):%Y-%m-%d %H:%M}" if one.start_at else "–"
                people = "–" if one.expected is None else str(one.expected)
                table.add_row(str(one.id), one.state, starts, people, one.title)
        return table

    return _with_engine(work)


def do(number: int, deed: Deed) -> str:
    """Pause, resume or cancel, and note it in the desk's record; says what came of it. Raises ``NoBroadcast``."""

    async def work(engine: AsyncEngine) -> str:
        now, left = wall_clock(), 0
        async with AsyncSession(engine) as session, session.begin():
            try:
                broadcast = await broadcasting.locked(session, number)
                if deed == "cancel":
                    left = await broadcasting.cancel(session, broadcast, None, now)
                else:
                    getattr(broadcasting, deed)(session, broadcast, None, now)
            except NoResultFound:
                raise NoBroadcast(f"There is no broadcast {number}") from None
            except broadcasting.NotNow as error:
                raise NoBroadcast(f"Broadcast {number} is {error.state}: it can't be {_PAST[deed]}") from error
        return f"Broadcast {number} is {_PAST[deed]}" + (f"; {left} people will not be written to" if left else "")

    return _with_engine(work)


_PAST = {"pause": "paused", "resume": "resumed", "cancel": "cancelled"}


def watch(number: int, console: Console, every: float = LOOK_EVERY) -> None:
    """Show how far it is until it ends: a bar, messages a second, and the time that is left. Raises ``NoBroadcast``."""

    async def work(engine: AsyncEngine) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[pace]}"),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(str(number), total=None, pace="")
            while _shown(bar, task, await _standing(engine, number)):  # noqa: ASYNC110 - another process sends
                await asyncio.sleep(every)
        one = await _standing(engine, number)
        async with engine.connect() as connection:
            console.print(told(one, await funnel.receipts(connection, number)))

    _with_engine(work)


async def _standing(engine: AsyncEngine, number: int) -> Standing:
    async with engine.connect() as connection:
        found = await funnel.progress(connection, number, wall_clock())
    if found is None:
        raise NoBroadcast(f"There is no broadcast {number}")
    return found


def _shown(bar: Progress, task: TaskID, one: Standing) -> bool:
    """Draw it; whether it still goes on."""
    whole = one.funnel.whole or one.expected
    pace = pace_of(one, wall_clock())
    bar.update(task, total=whole, completed=one.funnel.settled, description=f"{one.title} ({one.state})", pace=pace)
    return one.state not in ENDED


def pace_of(one: Standing, now: datetime) -> str:
    """The rate and the time left, in words."""
    left = one.seconds_left(now)
    if one.state != "running" or left is None:
        return ""
    minutes, seconds = divmod(round(left), 60)
    return f"{one.rate(now):.1f}/s, {minutes}:{seconds:02} left"


def told(one: Standing, receipts: Receipts | None = None) -> str:
    """The funnel in one line a state, with its reasons, and what Zalo tells of what arrived."""
    lines = []
    for state, people in sorted(one.funnel.by_state.items(), key=lambda item: -item[1]):
        reasons = ", ".join(f"{reason} {n}" for (of, reason), n in one.funnel.by_reason.items() if of == state)
        lines.append(f"{state}: {people}" + (f" ({reasons})" if reasons else ""))
    if receipts is not None:
        lines.append(f"on Zalo: {receipts.sent} sent, {receipts.delivered} delivered, {receipts.read} seen")
    return "\n".join([f"{one.title}: {one.state}", *lines])


def _with_engine(work: Callable[[AsyncEngine], Awaitable[Result]]) -> Result:
    async def opened() -> Result:
        engine = await open_engine(Settings(), pool_size=2)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(opened())

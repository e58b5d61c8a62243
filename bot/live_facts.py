"""Keeping the facts that this process tells up to date with what the office corrected."""

import asyncio
import logging
from collections.abc import Iterable, Iterator

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from content.facts.corrections import corrected
from content.facts.fact import Fact
from content.facts.live import live
from db.fact_corrections import SIGNAL, FactCorrection, every_correction
from db.leading import LOOK_EVERY
from db.signals import hearing

log = logging.getLogger(__name__)


async def read_corrections(engine: AsyncEngine) -> None:
    """Tell from now on what the office has corrected so far."""
    live.correct(_facts(await every_correction(engine)))


async def follow_corrections(engine: AsyncEngine) -> None:
    """Read the corrections whenever one is made, in whichever process; raises the error of a lost connection."""
    news = asyncio.Event()
    async with hearing(engine, SIGNAL, lambda _: news.set()) as connection:
        while True:
            news.clear()
            await read_corrections(engine)
            await _until(news, connection)


async def _until(news: asyncio.Event, connection: AsyncConnection) -> None:
    while not news.is_set():
        try:
            async with asyncio.timeout(LOOK_EVERY):
                await news.wait()
        except TimeoutError:
            await connection.execute(text("SELECT 1"))  # a lost connection hears no signal


def _facts(rows: Iterable[FactCorrection]) -> Iterator[Fact]:
    for row in rows:
        try:
            yield corrected(
                live.book,
                row.name,
                row.value,
                source=row.source,
                checked=row.checked_on,
                since=row.since,
                until=row.until,
            )
        except (KeyError, ValueError) as error:
            # a release may have dropped the fact or changed its unit; what the files say counts then
            log.warning("The correction %d of %s is left out: %s", row.id, row.name, error)

"""A month's list as a file: read from the database in batches, written beside the event loop."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from sqlalchemy.ext.asyncio import AsyncConnection

from db.bounds import Bounds
from db.monthly_reading import entries, erased, hamlet_numbers, read_list
from db.seal import Seal
from desk.access import Viewer
from desk.monthly_paper import ROWS_LIMIT, MonthlyPaper
from desk.monthly_sheet import Heading, MonthlyWorkbook
from desk.placebook import PlaceBook
from desk.words import word

Form = Literal["xlsx", "pdf"]


class TooLong(Exception):
    """More people than a paper takes."""


async def write_list(
    connection: AsyncConnection,
    number: int,
    file: Path,
    form: Form,
    *,
    bounds: Bounds,
    viewer: Viewer,
    book: PlaceBook,
    seal: Seal,
    office: str,
    zone: ZoneInfo,
    taker: str = "",
    told: Callable[[int, int], Awaitable[None]] | None = None,
) -> int:
    """Write list ``number`` as far as ``bounds`` go; returns how many lines it has. Raises ``TooLong``.

    ``told`` hears how many lines are written, of how many.
    """
    kept = await read_list(connection, number)
    heading = Heading(kept, f"{kept.as_of.astimezone(zone):%H:%M %d/%m/%Y}", office or word("monthly.office"), taker)
    numbers = await hamlet_numbers(connection, number, bounds)
    gone = await erased(connection, number, bounds)
    whole = sum(one.numbers.people + one.numbers.left for one in numbers)
    if form == "pdf":
        if whole > ROWS_LIMIT:
            raise TooLong
        paper = MonthlyPaper(heading, numbers, gone, book)
        rows = [row async for batch in entries(connection, number, bounds) for row in batch]
        await run_sync(paper.write, rows, viewer, seal)
        await run_sync(paper.save, file)
        return paper.rows
    workbook = await run_sync(MonthlyWorkbook, file, heading, numbers, gone, book)
    try:
        async for batch in entries(connection, number, bounds):
            await run_sync(workbook.write, batch, viewer, seal)
            if told is not None:
                await told(workbook.rows, whole)
    finally:
        await run_sync(workbook.close)
    return workbook.rows

"""A list of people as a file: read from a server-side cursor in batches, written beside the event loop."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import Row

from db.export_queries import taken_rows
from desk.access import Viewer
from desk.desk import Desk
from desk.export import ROWS_LIMIT, Cell, Sheet
from desk.people_columns import COLUMNS, RowWords, needs_of, titles
from desk.placebook import PlaceBook
from desk.taking import Asked, settled

_BATCH = 500
Tell = Callable[[int], Awaitable[None]]
"""Is told how many rows are written."""


async def write_people(
    desk: Desk, viewer: Viewer, asked: Asked, book: PlaceBook, file: Path, told: Tell | None = None
) -> int:
    """Write the file and return how many rows it holds."""
    taken = asked.taken(viewer, book, desk.clock(), desk.zone)
    heading = asked.heading(viewer.name, f"{desk.local(desk.clock()):%H:%M %d/%m/%Y}", book)
    words = RowWords(viewer, book, desk.seal, desk.zone)
    sheet = await run_sync(lambda: Sheet(file, titles(asked.columns), *heading))
    try:
        async with desk.engine.connect() as connection:
            there = await settled(connection, taken)
            async for batch in taken_rows(connection, there, needs_of(asked.columns), ROWS_LIMIT, _BATCH):
                # Wording the rows takes as long as a page does, so it leaves the event loop, too.
                await run_sync(_write, sheet, asked.columns, words, batch)
                if told is not None:
                    await told(sheet.rows)
    finally:
        await run_sync(sheet.__exit__, None, None, None)
    return sheet.rows


async def first_rows(desk: Desk, viewer: Viewer, asked: Asked, book: PlaceBook, count: int) -> list[list[Cell]]:
    """The beginning of what would be taken away."""
    taken = asked.taken(viewer, book, desk.clock(), desk.zone)
    words = RowWords(viewer, book, desk.seal, desk.zone)
    async with desk.engine.connect() as connection:
        there = await settled(connection, taken)
        rows = [
            row async for some in taken_rows(connection, there, needs_of(asked.columns), count, count) for row in some
        ]
    return [_cells(asked.columns, words, row) for row in rows]


def _write(sheet: Sheet, columns: Sequence[str], words: RowWords, batch: Sequence[Row[Any]]) -> None:
    reads = [COLUMNS[key].read for key in columns]
    sheet.write([read(row, words) for read in reads] for row in batch)


def _cells(columns: Sequence[str], words: RowWords, row: Row[Any]) -> list[Cell]:
    return [COLUMNS[key].read(row, words) for key in columns]

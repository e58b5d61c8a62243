"""The list of registrations as a file: read from a server-side cursor in batches, written beside the event loop."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import Row

from content.reading.phones import show_phone
from db.desk_queries import Wanted, export_rows
from desk.answers import choice, need_lines
from desk.desk import Desk
from desk.export import ROWS_LIMIT, Sheet
from desk.placebook import PlaceBook
from desk.words import word

_BATCH = 500
_WIDTHS = {
    "number": 9, "date": 11, "name": 26, "birth_year": 9, "sex": 8, "place": 20, "new_place": 20, "hamlet": 16,
    "kind": 16,
    "status": 18, "reason": 24, "promised": 11, "phone": 15, "phone_owner": 18, "schooling": 14, "work_state": 20,
    "idle_time": 14, "wish": 50,
}  # fmt: skip


def columns() -> list[tuple[str, int]]:
    """The titles with their widths in characters."""
    return [(word(f"column.{key}"), width) for key, width in _WIDTHS.items()]


async def write_registrations(desk: Desk, wanted: Wanted, book: PlaceBook, heading: str, file: Path) -> int:
    """Write the file and return how many rows it holds."""
    sheet = await run_sync(Sheet, file, columns(), heading)
    try:
        async with desk.engine.connect() as connection:
            async for batch in export_rows(connection, wanted, ROWS_LIMIT, _BATCH):
                # Wording the rows takes as long as a page does, so it leaves the event loop, too.
                await run_sync(_write, sheet, desk, book, batch)
    finally:
        await run_sync(sheet.__exit__, None, None, None)
    return sheet.rows


def _write(sheet: Sheet, desk: Desk, book: PlaceBook, batch: Sequence[Row[Any]]) -> None:
    sheet.write(_row(desk, book, row) for row in batch)


def _row(desk: Desk, book: PlaceBook, row: Row[Any]) -> Sequence[str | int]:
    def words(key: str) -> str:
        value = getattr(row, key)
        return choice(key, value) if value is not None else ""

    return (
        row.id,
        f"{desk.local(row.created_at):%d/%m/%Y}",
        row.name or "",
        row.birth_year or "",
        words("sex"),
        book.name(row.place_id),
        book.new_name(row.place_id),
        row.hamlet or "",
        word(f"kind.{row.kind}"),
        word(f"status.{row.status}"),
        reason_words(row.closed_reason),
        f"{desk.local(row.promised_at):%d/%m/%Y}" if row.promised_at else "",
        show_phone(row.phone) if row.phone else "",
        words("phone_owner"),
        words("schooling"),
        words("work_state"),
        words("idle_time"),
        "; ".join(f"{line.label}: {line.words}" for line in need_lines(row.answers)),
    )


def reason_words(reason: str | None) -> str:
    """Why it was closed: the staff's words, or what the worker did."""
    known = {"withdrawn": "reason.withdrawn", "consent withdrawn": "reason.consent", "not_wanted": "reason.not_wanted"}
    return word(known[reason]) if reason in known else reason or ""

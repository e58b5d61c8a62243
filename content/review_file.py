"""The spreadsheet that goes out to a Khmer reader and comes back: what is written into it, and what is read from it."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from openpyxl.reader.excel import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from content.review_units import Unit

HEADINGS = ("khóa", "Tiếng Việt", "ភាសាខ្មែរ", "sửa lại / កែ", "người duyệt / អ្នកពិនិត្យ", "ghi chú / កំណត់ចំណាំ", "dấu")
"""The reader fills in the fourth to the sixth; the last one tells whether the texts are still what went out."""
WIDTHS = (22, 50, 55, 55, 22, 30, 12)
OPEN = (3, 4, 5)
LARGEST = 10_000_000
UNPACKED = 100_000_000
"""Bytes of a file, and of what is in it once unpacked: a small file can be made to fill the memory."""


class NotOurs(ValueError):
    """The file is none that went out from here; the words say why."""


@dataclass(frozen=True)
class Returned:
    """One row as it came back."""

    row: int
    key: str
    correction: str
    reader: str
    note: str
    mark: str


def write(file: Path, texts: Mapping[str, Unit], *, everything: bool) -> int:
    """Write the texts that wait for a reader, or all; returns how many."""
    rows = [_cells(unit) for unit in texts.values() if everything or not unit.reviewed]
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    try:
        _fill(book, rows)
    finally:
        book.close()
    return len(rows)


def _cells(unit: Unit) -> tuple[str, ...]:
    return (unit.key, unit.vi, unit.km, "", unit.reviewed, "", unit.mark)


def _fill(book: xlsxwriter.Workbook, rows: Sequence[tuple[str, ...]]) -> None:
    sheet = book.add_worksheet("ភាសាខ្មែរ")
    locked = book.add_format({"text_wrap": True, "valign": "top", "font_size": 12})
    unlocked = book.add_format(
        {"text_wrap": True, "valign": "top", "font_size": 12, "locked": False, "bg_color": "#FFF8E1"}
    )
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E8ECF1"})
    for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell, unlocked if column in OPEN else locked)
    sheet.freeze_panes(1, 1)
    sheet.protect(
        "", {"format_cells": True, "format_columns": True, "format_rows": True, "autofilter": True, "sort": True}
    )


def read(content: bytes) -> list[Returned]:
    """Read a file that came back. Raises ``NotOurs``."""
    if len(content) > LARGEST:
        raise NotOurs("The file is too large.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED:
                raise NotOurs("The file is too large once unpacked.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)  # type: ignore[no-untyped-call]  # has no types
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise NotOurs("This is no .xlsx file.") from error
    rows = iter(book.worksheets[0].iter_rows(values_only=True))
    columns = _columns(next(rows, ()))
    return list(_returned(rows, columns))


def _columns(head: Sequence[object]) -> list[int]:
    """Where the columns stand now: a reader may have moved them."""
    found = {str(cell).strip(): position for position, cell in enumerate(head) if cell is not None}
    missing = [heading for heading in HEADINGS if heading not in found]
    if missing:
        raise NotOurs(f"There is no column {', '.join(missing)}.")
    return [found[HEADINGS[at]] for at in (0, *OPEN, 6)]


def _returned(rows: Iterator[Sequence[object]], columns: Sequence[int]) -> Iterator[Returned]:
    for number, row in enumerate(rows, 2):
        key, correction, reader, note, mark = (_text(row[at]) if at < len(row) else "" for at in columns)
        if key:
            yield Returned(number, key, correction, reader, note, mark)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).replace("\r\n", "\n").replace("_x000D_", "").strip()

"""The first sheet of an uploaded workbook, however it was made: nothing in it can fill the memory."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl.reader.excel import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

UNPACKED = 60_000_000
"""Bytes after unpacking: a small file can be made to fill the memory."""


class NoWorkbook(Exception):
    """The file can't be read as one."""


class TooMuch(NoWorkbook):
    """It is far larger than it looks."""


def first_rows(content: bytes, most_rows: int, most_columns: int) -> list[Sequence[Any]]:
    """Read so many rows and columns. Raises ``NoWorkbook``.

    Without a limit a lone cell at the far right makes every row as wide as Excel allows.
    """
    if _unpacked(content) > UNPACKED:
        raise TooMuch
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)  # type: ignore[no-untyped-call]  # has no types
        sheets = book.worksheets
        rows = sheets[0].iter_rows(values_only=True, max_row=most_rows, max_col=most_columns) if sheets else ()
        return list(rows)
    # what openpyxl raises for XML that is none of a workbook: there is no list of it
    except (InvalidFileException, zipfile.BadZipFile, LookupError, ValueError, OSError, SyntaxError, TypeError,
            AttributeError) as error:  # fmt: skip
        raise NoWorkbook from error


def _unpacked(content: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise NoWorkbook from error

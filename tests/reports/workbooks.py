"""Reading a workbook that the program wrote, as somebody's Excel would."""

from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl.reader.excel import load_workbook

Cells = list[tuple[Any, ...]]


def sheets(file: Path | bytes) -> dict[str, Cells]:
    """The rows of every sheet by its name."""
    source = BytesIO(file) if isinstance(file, bytes) else file
    book = load_workbook(source)  # type: ignore[no-untyped-call]  # openpyxl has no types
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def people(file: Path | bytes) -> Cells:
    """The people of a monthly list, from every commune's sheet."""
    rows = [row for cells in list(sheets(file).values())[2:] for row in cells]
    return [row for row in rows if row[1] and row[1] != "Họ và tên"]

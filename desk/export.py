"""A list as an Excel file, written row by row so that its size in memory does not grow with it."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from xlsxwriter import Workbook

ROWS_LIMIT = 100_000
"""The newest of so many; the heading says so when there are more."""
_FORMULA = re.compile(r"[=+\-@\t\r\n]")
_CELL = 32_767
"""The most characters that Excel takes in a cell."""
_SIGNS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def safe_text(value: str) -> str:
    """Words that no spreadsheet takes for a formula, not even after they were saved as CSV."""
    plain = _SIGNS.sub("", value)[: _CELL - 1]
    return f"'{plain}" if _FORMULA.match(plain) else plain


class Sheet:
    """A workbook with one sheet: a line that says what it is, a header that stays in sight, then rows of text."""

    def __init__(self, file: Path, columns: Sequence[tuple[str, int]], heading: str) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                   "strings_to_numbers": False}  # fmt: skip
        self._book = Workbook(str(file), options)
        self._sheet = self._book.add_worksheet()
        bold = self._book.add_format({"bold": True, "bottom": 1})
        text = self._book.add_format({"num_format": "@"})
        for at, (_, width) in enumerate(columns):
            self._sheet.set_column(at, at, width, text)
        self._sheet.write_string(0, 0, safe_text(heading), self._book.add_format({"italic": True}))
        for at, (title, _) in enumerate(columns):
            self._sheet.write_string(1, at, safe_text(title), bold)
        self._sheet.freeze_panes(2, 0)
        self._text = text
        self.rows = 0

    def write(self, rows: Iterable[Sequence[str | int]]) -> None:
        """Add rows; numbers stay numbers, all else is text."""
        for row in rows:
            at = self.rows + 2
            for column, value in enumerate(row):
                if isinstance(value, int):
                    self._sheet.write_number(at, column, value)
                elif value:
                    self._sheet.write_string(at, column, safe_text(value), self._text)
            self.rows += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

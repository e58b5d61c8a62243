"""A list as an Excel file, written row by row so that its size in memory does not grow with it."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from xlsxwriter import Workbook

ROWS_LIMIT = 100_000
"""The newest of so many; the heading says so when there are more."""
Cell = str | int | date | datetime | None
"""What may stand in a cell: words, a number, a day, or a moment by the office's clock (without a zone)."""
_FORMULA = re.compile(r"[=+\-@\t\r\n]")
_CELL = 32_767
"""The most characters that Excel takes in a cell."""
_SIGNS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DAY_ZERO = date(1899, 12, 30).toordinal()
"""Excel counts days from here (true since March 1900)."""
_SECONDS = 86_400


def safe_text(value: str) -> str:
    """Words that no spreadsheet takes for a formula, not even after they were saved as CSV."""
    plain = _SIGNS.sub("", value)[: _CELL - 1] if not value.isprintable() or len(value) >= _CELL else value
    return f"'{plain}" if _FORMULA.match(plain) else plain


class Sheet:
    """A workbook with one sheet: lines that say what it is, a header that stays in sight, then rows."""

    def __init__(self, file: Path, columns: Sequence[tuple[str, int]], *heading: str) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                   "strings_to_numbers": False}  # fmt: skip
        self._book = Workbook(str(file), options)
        self._sheet = self._book.add_worksheet()
        bold = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._text = self._book.add_format({"num_format": "@"})
        self._day = self._book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        self._moment = self._book.add_format({"num_format": "hh:mm dd/mm/yyyy", "align": "left"})
        for at, (_, width) in enumerate(columns):
            self._sheet.set_column(at, at, width, self._text)
        for at, line in enumerate(heading):
            self._sheet.write_string(at, 0, safe_text(line), self._book.add_format({"italic": True}))
        self._head, self._last = len(heading), len(columns) - 1
        for at, (title, _) in enumerate(columns):
            self._sheet.write_string(self._head, at, safe_text(title), bold)
        self._sheet.freeze_panes(self._head + 1, 0)
        self._set_up_paper()
        self.rows = 0

    def _set_up_paper(self) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(self._head)

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Add rows: words stay words, numbers numbers, and days are days that Excel can sort and count by."""
        for row in rows:
            at = self._head + 1 + self.rows
            for column, value in enumerate(row):
                if isinstance(value, str):
                    if value:
                        self._sheet.write_string(at, column, safe_text(value), self._text)
                elif isinstance(value, int):
                    self._sheet.write_number(at, column, value)
                elif isinstance(value, datetime):
                    self._sheet.write_number(at, column, _moment_number(value), self._moment)
                elif value is not None:
                    self._sheet.write_number(at, column, value.toordinal() - _DAY_ZERO, self._day)
            self.rows += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sheet.autofilter(self._head, 0, self._head + self.rows, max(0, self._last))
        self._book.close()


def _moment_number(moment: datetime) -> float:
    """The moment as Excel counts: days, and the part of the day that has passed."""
    passed = moment.hour * 3600 + moment.minute * 60 + moment.second
    return moment.toordinal() - _DAY_ZERO + passed / _SECONDS

"""The workload as a sheet of figures: minutes and counts as numbers, so that an office reckons on with them."""

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from db.ratings import SCORES
from db.workload_queries import CAP
from desk.export import safe_text
from desk.words import word
from desk.workload_lines import Line, capped

_COLUMNS = (
    *("name", "role", "place", "open", "overdue", "given", "results", "closed", "called", "call_median", "in_time"),
    *("replies", "reply_median", "reply_slowest", "calls", "helped", *SCORES),
)
_HOUR = 60


def write_workload(file: Path, heading: str, lines: Sequence[Line]) -> None:
    """Write a workbook of this sheet alone."""
    book = Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    add_sheet(book, heading, lines)
    book.close()


def add_sheet(book: Workbook, heading: str, lines: Sequence[Line]) -> None:
    """Add the sheet to a workbook."""
    sheet = book.add_worksheet(word("menu.workload"))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    sheet.set_column(0, 2, 26)
    sheet.set_column(3, len(_COLUMNS) - 1, 12)
    sheet.freeze_panes(3, 1)
    sheet.write_string(0, 0, safe_text(heading))
    sheet.write_string(1, 0, word("workload.what"))
    for at, key in enumerate(_COLUMNS):
        sheet.write_string(2, at, word(f"workload.column.{key}"), bold)
    for row, line in enumerate(lines, 3):
        _write(sheet, row, line)


def _write(sheet: Worksheet, row: int, line: Line) -> None:
    staff = line.person.staff
    for at, words in enumerate((staff.name, word(f"role.{staff.role}"), line.place)):
        sheet.write_string(row, at, safe_text(words))
    for at, value in enumerate((*_in_hand(line), *_done(line)), 3):
        if isinstance(value, str):
            sheet.write_string(row, at, value)
        elif value is not None:
            sheet.write_number(row, at, value)


def _in_hand(line: Line) -> tuple[int | str, ...]:
    """A count that went no further is said in words."""
    return tuple(capped(count) if count > CAP else count for count in (line.has.open, line.has.overdue))


def _done(line: Line) -> tuple[float | None, ...]:
    sums, called = line.did.sums, line.did.sums["called"]
    return (
        sums["given"],
        line.results,
        sums["closed"],
        called,
        _hours(line.did.median("called")),
        round(100 * sums["in_time"] / called) if called else None,
        sums["reply"],
        _hours(line.did.median("reply")),
        _hours(line.did.slowest("reply")),
        line.has.calls,
        sums["helped"],
        *(sums[f"rated.{score}"] for score in SCORES),
    )


def _hours(minutes: int | None) -> float | None:
    return None if minutes is None else round(minutes / _HOUR, 1)

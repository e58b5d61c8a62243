"""Reading the office's spreadsheet of licensed firms: every row checked, and every fault said with its row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from content.firms import number_key
from content.fold import clean, fold
from content.workbook import NoWorkbook, TooMuch, first_rows

LARGEST = 5_000_000
"""Bytes of a file; the ministry's list of some five hundred firms has about a hundred thousand."""
MOST_ROWS = 20_000
MOST_COLUMNS = 60
_HEAD_WITHIN = 15
"""The row of headings is looked for in so many rows: a title and a date may stand above it."""

HEADINGS = {
    "name": ("ten doanh nghiep", "ten cong ty", "doanh nghiep", "cong ty", "ten"),
    "number": ("so giay phep", "giay phep so", "giay phep", "so gp", "gp"),
    "short_name": ("ten viet tat", "ten giao dich", "viet tat", "ten tieng anh"),
    "status": ("tinh trang", "trang thai", "hieu luc"),
    "since": ("ngay cap", "ngay cap giay phep", "ngay"),
    "address": ("dia chi", "tru so", "dia chi tru so"),
    "phone": ("dien thoai", "so dien thoai", "dt"),
    "note": ("ghi chu",),
}
"""The columns by the headings that they are known by, folded."""
REQUIRED = ("name", "number")
STATUS_WORDS = {
    "licensed": ("", "con hieu luc", "dang hoat dong", "duoc phep", "dang hieu luc", "hieu luc", "licensed"),
    "suspended": ("tam dinh chi", "tam dung", "dinh chi", "suspended"),
    "revoked": ("thu hoi", "bi thu hoi", "da thu hoi", "cham dut", "nop lai", "da nop lai", "het hieu luc", "revoked"),
}
_STATUS = {word: status for status, words in STATUS_WORDS.items() for word in words}


class Unreadable(Exception):
    """The file as a whole can't be read; ``key`` says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Fault:
    """What is wrong in one row: ``key`` says what, ``value`` what stands there."""

    row: int
    column: str
    key: str
    value: str = ""


@dataclass(frozen=True)
class FirmRow:
    """One firm as the list has it; the fields are the table's columns."""

    number: str
    number_key: str
    name: str
    short_name: str | None
    status: str
    since: date | None
    address: str | None
    phone: str | None
    note: str | None


@dataclass
class Sheet:
    """All rows that are right, and all faults; a list with faults must not count."""

    firms: list[FirmRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_sheet(content: bytes, listed_on: date) -> Sheet:
    """Read the first sheet of an .xlsx file. Raises ``Unreadable``."""
    rows = _rows(content)
    columns = _columns(rows)
    sheet = Sheet()
    numbers: dict[str, int] = {}
    for row, cells in rows:
        if not any(_text(value) for value in cells):
            continue
        firm, faults = _firm(row, {name: cells[at] for name, at in columns.items() if at < len(cells)}, listed_on)
        if firm and firm.number_key in numbers:
            faults = [Fault(row, "number", "twice", f"{firm.number} ({numbers[firm.number_key]})")]
        elif firm:
            numbers[firm.number_key] = row
            sheet.firms.append(firm)
        sheet.faults += faults
    if not sheet.firms and not sheet.faults:
        raise Unreadable("empty")
    return sheet


def _rows(content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    if len(content) > LARGEST:
        raise Unreadable("too_large")
    try:
        values = first_rows(content, MOST_ROWS + 1, MOST_COLUMNS)
    except TooMuch as error:
        raise Unreadable("too_large") from error
    except NoWorkbook as error:
        raise Unreadable("no_spreadsheet") from error
    if len(values) > MOST_ROWS:
        raise Unreadable("too_large")
    return enumerate(values, 1)


def _columns(rows: Iterator[tuple[int, Sequence[Any]]]) -> dict[str, int]:
    """Where each column stands; the rows up to the headings are taken off. Raises ``Unreadable``."""
    for row, cells in rows:
        found = _headings([fold(_text(value)) for value in cells])
        if all(name in found for name in REQUIRED):
            return found
        if row >= _HEAD_WITHIN:
            break
    raise Unreadable("no_headings")


def _headings(cells: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, words in HEADINGS.items():
        at = next((cells.index(word) for word in words if word in cells), None)
        if at is not None and at not in found.values():
            found[name] = at
    return found


def _firm(row: int, cells: Mapping[str, Any], listed_on: date) -> tuple[FirmRow | None, list[Fault]]:
    words = {name: _text(value) for name, value in cells.items()}
    faults = [Fault(row, name, "missing") for name in REQUIRED if not words.get(name)]
    status = _STATUS.get(fold(words.get("status", "")))
    if status is None:
        faults.append(Fault(row, "status", "unknown", words["status"]))
    key = number_key(words.get("number", ""))
    if words.get("number") and not any(sign.isdigit() for sign in key):
        faults.append(Fault(row, "number", "no_number", words["number"]))
    since = _day(cells.get("since"))
    if since is None and words.get("since"):
        faults.append(Fault(row, "since", "no_day", words["since"]))
    elif since is not None and since > listed_on:
        faults.append(Fault(row, "since", "too_late", f"{since:%d/%m/%Y}"))
    if faults or status is None:
        return None, faults
    rest = {name: words.get(name) or None for name in ("short_name", "address", "phone", "note")}
    return FirmRow(words["number"], key, words["name"], status=status, since=since, **rest), []


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value))


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for shape in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(_text(value), shape).date()
        except ValueError:
            continue
    return None

"""The office's spreadsheet of hamlets and difficult communes: read row by row, each fault named with its row."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.workbook.workbook import Workbook

from content.fold import clean, fold
from content.places import find_units, unit
from content.workbook import NoWorkbook, first_rows

HEADINGS = {"commune": "Xã", "hamlet": "Ấp (khóm)", "difficult": "Xã đặc biệt khó khăn (x)"}
"""The first row; the last column may be left out, then nothing is said of difficult communes."""
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_NAME = 60
_KNOWN = {"commune": ("xa", "xa thi tran", "ten xa"), "hamlet": ("ap khom", "ap", "khom", "ten ap"),
          "difficult": ("xa dac biet kho khan x", "dbkk", "xa dac biet kho khan", "dac biet kho khan")}  # fmt: skip
_MARKS = ("x", "co", "1", "dung")


@dataclass(frozen=True)
class HamletRow:
    """A hamlet of a commune."""

    commune: str
    """The commune's code in the version that the list speaks of."""
    kind: str
    name: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: ``key`` is the desk's word for it."""

    row: int
    key: str
    value: str


@dataclass(frozen=True)
class HamletList:
    """What was read; ``difficult`` is None where the sheet has no such column."""

    version: str
    rows: Sequence[HamletRow]
    communes: frozenset[str]
    difficult: frozenset[str] | None
    faults: Sequence[Fault]


class NoSheet(Exception):
    """The file is no workbook, or has not the columns."""


def read_hamlets(content: bytes, version: str) -> HamletList:
    """Read the first sheet. Raises ``NoSheet``."""
    try:
        lines = first_rows(content, MOST_ROWS + 1, MOST_COLUMNS)
    except NoWorkbook as error:
        raise NoSheet from error
    columns = _columns(lines[0] if lines else ())
    found, faults = {}, []
    communes, difficult = set(), set()
    for number, line in enumerate(lines[1:], 2):
        cells = {key: _cell(line, at) for key, at in columns.items()}
        if not cells["commune"] and not cells["hamlet"]:
            continue
        read = _read(number, cells, version)
        if isinstance(read, Fault):
            faults.append(read)
            continue
        if (key := (read.commune, fold(read.name))) in found:
            faults.append(Fault(number, "hamlets.twice", read.name))
            continue
        found[key] = read
        communes.add(read.commune)
        if fold(cells.get("difficult", "")) in _MARKS:
            difficult.add(read.commune)
    marked = frozenset(difficult) if "difficult" in columns else None
    return HamletList(version, list(found.values()), frozenset(communes), marked, faults)


def template() -> bytes:
    """An empty sheet to fill in, with one example."""
    book: Any = Workbook()  # type: ignore[no-untyped-call]  # has no types
    sheet = book.active
    sheet.append(list(HEADINGS.values()))
    sheet.append(["Hàm Giang", "ấp Chợ", "x"])
    for column, width in zip("ABC", (24, 28, 26), strict=True):
        sheet.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns(heading: Sequence[Any]) -> dict[str, int]:
    said = [fold(str(cell or "")) for cell in heading]
    columns = dict(_found(said))
    if not {"commune", "hamlet"} <= columns.keys():
        raise NoSheet
    return columns


def _found(said: Sequence[str]) -> Iterator[tuple[str, int]]:
    for key, names in _KNOWN.items():
        at = next((at for at, one in enumerate(said) if one in names), None)
        if at is not None:
            yield key, at


def _cell(line: Sequence[Any], at: int) -> str:
    return clean(str(line[at])) if at < len(line) and line[at] is not None else ""


def _read(number: int, cells: dict[str, str], version: str) -> HamletRow | Fault:
    commune, name = cells["commune"], cells["hamlet"]
    known = [one for one in (unit(commune, version),) if one] or find_units(commune, version)
    if len(known) != 1:
        return Fault(number, "hamlets.commune_unsure" if known else "hamlets.commune_unknown", commune[:LONGEST_NAME])
    kind, plain = _kind_of(name)
    if not fold(plain):
        return Fault(number, "hamlets.no_name", name[:LONGEST_NAME])
    if len(plain) > LONGEST_NAME:
        return Fault(number, "hamlets.name_long", plain[:LONGEST_NAME])
    return HamletRow(known[0].code, kind, plain)


def _kind_of(name: str) -> tuple[str, str]:
    """Ấp Chợ is the hamlet Chợ; one that begins with neither word is an ấp."""
    for kind in ("ấp", "khóm"):
        first, _, rest = name.partition(" ")
        if rest and fold(first) == fold(kind):
            return kind, rest.strip()
    return "ấp", name

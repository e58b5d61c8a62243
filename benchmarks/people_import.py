"""Reading a spreadsheet of 25,000 people with 500 faults: exactly those are named, in what time and memory.

``python -m benchmarks.people_import``
"""

import io
import resource
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from openpyxl.workbook.workbook import Workbook

from content.people_sheet import EXAMPLE, HEADINGS, MOST_ROWS, read_people

FAULTS = 500
EVERY = MOST_ROWS // FAULTS
_SYLLABLES = ("An", "Bình", "Chi", "Dung", "Giang", "Hạnh", "Khánh", "Lan", "Minh", "Nga", "Oanh", "Phúc", "Quyên")
_HAMLETS = ("ấp Chợ", "ấp Cây Da", "ấp Trà Tro", "ấp Xoài Rùm")


def main() -> None:
    """Make the file, read it, and compare what is reported with what was put in."""
    content = sheet()
    begun = time.perf_counter()
    rows, faults = read_people(content, date(2026, 11, 24))
    took = time.perf_counter() - begun
    wanted = [at + 2 for at in range(0, MOST_ROWS, EVERY)]
    reported = [fault.row for fault in faults]
    if reported != wanted or len(rows) != MOST_ROWS - FAULTS:
        raise SystemExit(f"Reported beside what is wrong: {sorted(set(reported) ^ set(wanted))}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(content):,} bytes, {len(rows):,} rows, exactly the {len(faults)} faults: {took:.1f} s, {memory} MB")


def sheet() -> bytes:
    """The spreadsheet."""
    book: Any = Workbook(write_only=True)  # type: ignore[no-untyped-call]  # has no types
    page = book.create_sheet()
    page.append(list(HEADINGS.values()))
    for row in _rows():
        page.append([row[key] for key in HEADINGS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows() -> Iterator[dict[str, Any]]:
    good, count = dict(zip(HEADINGS, EXAMPLE, strict=True)), len(_SYLLABLES)
    for at in range(MOST_ROWS):
        name = " ".join(("Thạch", *(_SYLLABLES[at // count**power % count] for power in range(4))))
        row = good | {"name": name, "birth_year": 1960 + at % 40, "hamlet": _HAMLETS[at % len(_HAMLETS)]}
        if at % EVERY == 0:
            row |= {"consent": ""} if at // EVERY % 2 else {"phone": "12"}
        yield row


if __name__ == "__main__":
    main()

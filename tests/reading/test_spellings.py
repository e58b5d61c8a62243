"""The table of real spellings, read as a person would; the share that is read right is printed."""

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from content.places import find_units
from content.reading import (
    Option,
    read_birth_year,
    read_choice,
    read_date,
    read_name,
    read_number,
    read_phone,
    read_yes_no,
)

TODAY = date(2026, 11, 24)
NOTHING = "-"
TARGET = 0.98

SETS = {
    "sex": (
        Option("male", ("Nam", "con trai", "đàn ông", "ប្រុស")),
        Option("female", ("Nữ", "con gái", "đàn bà", "phụ nữ", "ស្រី")),
    ),
    "schooling": (
        Option("none", ("Chưa học xong tiểu học", "không đi học", "không biết chữ", "មិនទាន់ចប់បឋមសិក្សា")),
        Option("primary", ("Tốt nghiệp tiểu học", "cấp 1", "lớp 5", "បឋមសិក្សា")),
        Option("lower", ("Trung học cơ sở", "THCS", "cấp 2", "lớp 9", "មធ្យមសិក្សាបឋមភូមិ")),
        Option("upper", ("Trung học phổ thông", "THPT", "cấp 3", "lớp 12", "មធ្យមសិក្សាទុតិយភូមិ")),
    ),
    "household": (
        Option("poor", ("Hộ nghèo", "nghèo", "គ្រួសារក្រីក្រ", "ក្រីក្រ")),
        Option("near_poor", ("Hộ cận nghèo", "cận nghèo", "គ្រួសារជិតក្រីក្រ", "ជិតក្រីក្រ")),
        Option("escaped", ("Hộ mới thoát nghèo", "mới thoát nghèo", "គ្រួសារទើបរួចផុតពីភាពក្រីក្រ")),
        Option("none", ("Không thuộc diện nào", "không", "không nghèo", "ទេ")),
        Option("untold", ("Không muốn nói", "មិនចង់ប្រាប់")),
    ),
    "market": (
        Option("japan", ("Nhật Bản", "Nhật", "ជប៉ុន")),
        Option("korea", ("Hàn Quốc", "Hàn", "កូរ៉េខាងត្បូង")),
        Option("taiwan", ("Đài Loan", "តៃវ៉ាន់")),
        Option("any", ("Nước nào cũng được", "chưa biết", "ប្រទេសណាក៏បាន")),
    ),
}


def _yes_no(text: str) -> str | None:
    return {True: "yes", False: "no", None: None}[read_yes_no(text)]


def _places(text: str) -> str | None:
    return ",".join(unit.code for unit in find_units(text)) or None


READERS: dict[str, Callable[[str], object]] = {
    "phone": read_phone,
    "year": partial(read_birth_year, today=TODAY),
    "number": read_number,
    "yes_no": _yes_no,
    "place": _places,
    "date": partial(read_date, today=TODAY),
    "name": read_name,
    **{kind: partial(read_choice, options=options) for kind, options in SETS.items()},
}


def _rows() -> list[dict[str, str]]:
    with Path(__file__).with_name("spellings.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _read(row: dict[str, str]) -> str:
    found = READERS[row["kind"]](row["text"])
    return NOTHING if found is None else str(found)


def test_spellings_are_read_as_people_mean_them(capsys: pytest.CaptureFixture[str]) -> None:
    rows = _rows()
    wrong = [(row, found) for row in rows if (found := _read(row)) != row["expected"]]
    accuracy = 1 - len(wrong) / len(rows)
    with capsys.disabled():
        print(f"\nspellings read right: {len(rows) - len(wrong)} of {len(rows)} ({accuracy:.1%})")
        for row, found in wrong:
            print(f"  {row['kind']} {row['text']!r}: expected {row['expected']}, read {found}")
    assert accuracy >= TARGET


def test_table_is_large_and_has_no_spelling_twice() -> None:
    rows = _rows()
    twice = [key for key, count in Counter((row["kind"], row["text"]) for row in rows).items() if count > 1]
    assert len(rows) >= 250
    assert twice == []
    assert {row["kind"] for row in rows} == set(READERS)
    assert {row["lang"] for row in rows} == {"vi", "km"}

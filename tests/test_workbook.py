"""Uploaded workbooks that were made to do harm: they are refused, or read no further than is of use."""

import io
import zipfile

import pytest
from openpyxl.workbook.workbook import Workbook

from content.hamlet_sheet import NoSheet, read_hamlets
from content.workbook import UNPACKED, NoWorkbook, TooMuch, first_rows

ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'


def book(**parts: bytes) -> bytes:
    """A sound workbook with some of its parts replaced; they are named by their last word."""
    made: Workbook = Workbook()  # type: ignore[no-untyped-call]  # has no types
    sheet = made.active
    assert sheet is not None
    sheet.append(("Xã", "Ấp"))
    for row in range(2, 50):
        sheet.cell(row, 16_384, "far")
    sound, harmful = io.BytesIO(), io.BytesIO()
    made.save(sound)  # type: ignore[no-untyped-call]
    with zipfile.ZipFile(sound) as read, zipfile.ZipFile(harmful, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            written.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0], read.read(name)))
    return harmful.getvalue()


def test_a_cell_at_the_far_right_does_not_widen_the_rows() -> None:
    rows = first_rows(book(), 5_000, 60)
    assert len(rows) == 49
    assert {len(row) for row in rows} == {60}


def test_what_swells_is_refused_before_it_is_unpacked() -> None:
    swollen = book(sheet1=b" " * (UNPACKED + 1))
    assert len(swollen) < 200_000
    with pytest.raises(TooMuch):
        first_rows(swollen, 5_000, 60)
    with pytest.raises(NoSheet):
        read_hamlets(swollen, "2020")


@pytest.mark.parametrize(
    "part",
    [
        b"<worksheet><sheetData><row>",
        b"\xff\xfe\x00",
        f"{ENTITY}<worksheet><sheetData><row><c><v>&e;</v></c></row></sheetData></worksheet>".encode(),
    ],
)
def test_broken_and_external_xml_is_no_workbook(part: bytes) -> None:
    for content in (book(sheet1=part), book(workbook=part)):
        with pytest.raises(NoWorkbook):
            first_rows(content, 5_000, 60)


def test_a_cell_that_names_words_that_are_not_there_is_no_workbook() -> None:
    cell = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    cell += b'<c r="A1" t="s"><v>7</v></c></row></sheetData></worksheet>'
    with pytest.raises(NoWorkbook):
        first_rows(book(sheet1=cell), 5_000, 60)

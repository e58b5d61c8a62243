"""The spreadsheet of firms: what is right is read, and every fault is said with its row."""

import io
import zipfile
from datetime import date

import pytest

from content.licence_sheet import MOST_ROWS, Fault, Unreadable, read_sheet
from tests.licences.sheets import FIRMS, HEAD, LISTED_ON, SAO_MAI, THANH_DAT, VIET_THANG, workbook


def test_rows_become_firms() -> None:
    sheet = read_sheet(workbook(), LISTED_ON)
    assert sheet.faults == []
    first, second, third = sheet.firms
    assert (first.name, first.number, first.number_key) == (VIET_THANG[1], "1135/LĐTBXH-GP", "1135ldtbxhgp")
    assert (first.status, second.status, third.status) == ("licensed", "revoked", "suspended")
    assert (first.since, second.since, third.since) == (date(2019, 5, 3), date(2015, 10, 20), None)
    assert (first.address, second.address, third.phone) == ("Hà Nội", None, None)


def test_headings_in_another_order_with_only_what_is_needed() -> None:
    sheet = read_sheet(workbook([("12/GP", "Công ty A")], ("SỐ GIẤY PHÉP", "TÊN CÔNG TY")), LISTED_ON)
    assert [(firm.name, firm.number, firm.status) for firm in sheet.firms] == [("Công ty A", "12/GP", "licensed")]


def test_a_number_that_the_spreadsheet_holds_as_a_number() -> None:
    sheet = read_sheet(workbook([(36.0, "Công ty A")], ("Số giấy phép", "Tên công ty")), LISTED_ON)
    assert sheet.firms[0].number == "36"


def test_every_fault_of_a_row_is_said() -> None:
    rows = [
        (1, "", "", "1/GP", None, "", "", ""),
        (2, "Công ty B", "", "", None, "", "", ""),
        (3, "Công ty C", "", "không số", None, "", "", ""),
        (4, "Công ty D", "", "4/GP", "hôm qua", "tạm được", "", ""),
        (5, "Công ty E", "", "5/GP", date(2027, 1, 1), "", "", ""),
        (6, "Công ty F", "", "6/GP", None, "", "", ""),
        (7, "Công ty G", "", " 6 / GP ", None, "", "", ""),
    ]
    sheet = read_sheet(workbook(rows), LISTED_ON)
    assert sheet.faults == [
        Fault(4, "name", "missing"),
        Fault(5, "number", "missing"),
        Fault(6, "number", "no_number", "không số"),
        Fault(7, "status", "unknown", "tạm được"),
        Fault(7, "since", "no_day", "hôm qua"),
        Fault(8, "since", "too_late", "01/01/2027"),
        Fault(10, "number", "twice", "6 / GP (9)"),
    ]
    assert [firm.name for firm in sheet.firms] == ["Công ty F"]


def test_empty_rows_are_passed_over() -> None:
    sheet = read_sheet(workbook([VIET_THANG, (), (None, "  "), SAO_MAI]), LISTED_ON)
    assert len(sheet.firms) == 2


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "no_spreadsheet"),
        (b"\xd0\xcf\x11\xe0 an old .xls", "no_spreadsheet"),
        (b"name,number\nA,1", "no_spreadsheet"),
        (workbook(head=("A", "B", "C")), "no_headings"),
        (workbook(rows=[]), "empty"),
        (b"x" * 5_000_001, "too_large"),
    ],
)
def test_a_file_that_is_no_list_says_why(content: bytes, key: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_sheet(content, LISTED_ON)
    assert refused.value.key == key


def test_a_zip_that_is_no_spreadsheet_and_one_that_swells() -> None:
    plain, swelling = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with zipfile.ZipFile(swelling, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    for content, key in ((plain, "no_spreadsheet"), (swelling, "too_large")):
        with pytest.raises(Unreadable) as refused:
            read_sheet(content.getvalue(), LISTED_ON)
        assert refused.value.key == key


def test_a_list_without_end_is_refused() -> None:
    rows = [(n, f"Công ty {n}", "", f"{n}/GP", None, "", "", "") for n in range(MOST_ROWS)]
    with pytest.raises(Unreadable, match="too_large"):
        read_sheet(workbook(rows), LISTED_ON)


def test_the_sample_is_whole() -> None:
    assert len(FIRMS) == 3
    assert all(len(row) == len(HEAD) for row in (VIET_THANG, SAO_MAI, THANH_DAT))

"""Spreadsheets of firms as an office would have them."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl.workbook.workbook import Workbook

HEAD = ("TT", "Tên doanh nghiệp", "Tên viết tắt", "Số giấy phép", "Ngày cấp", "Tình trạng", "Địa chỉ", "Điện thoại")
LISTED_ON = date(2026, 11, 1)
VIET_THANG = (1, "Công ty Cổ phần Phát triển Quốc tế Việt Thắng", "VIET THANG INT", "1135/LĐTBXH-GP",
              date(2019, 5, 3), "Còn hiệu lực", "Hà Nội", "024 0000 0000")  # fmt: skip
SAO_MAI = (2, "Công ty TNHH Cung ứng nhân lực Sao Mai", "SAMAICO", "512/LĐTBXH-GP", "20/10/2015", "Thu hồi", "", "")
THANH_DAT = (3, "Công ty TNHH Thành Đạt", None, "36/LĐTBXH-GP", None, "Tạm đình chỉ", "Vĩnh Long", None)
FIRMS = (VIET_THANG, SAO_MAI, THANH_DAT)


def workbook(rows: Sequence[Sequence[Any]] = FIRMS, head: Sequence[Any] = HEAD) -> bytes:
    """A file with a title, the headings and rows."""
    book = Workbook()  # type: ignore[no-untyped-call]  # openpyxl has no types
    sheet = book.active
    assert sheet is not None
    sheet.append(("DANH SÁCH DOANH NGHIỆP (ví dụ, không có thật)",))
    sheet.append(())
    sheet.append(tuple(head))
    for row in rows:
        sheet.append(tuple(row))
    content = io.BytesIO()
    book.save(content)  # type: ignore[no-untyped-call]
    return content.getvalue()

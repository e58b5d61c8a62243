"""The sheet for the native reader is the one that the catalogues give, and shows what was approved."""

from pathlib import Path

from babel.messages.catalog import Catalog

from content.catalogue import messages
from content.review import NOT_YET, SHEET, main, sheet


def test_committed_sheet_is_what_is_written_now(tmp_path: Path) -> None:
    main(fresh := tmp_path / "sheet.md")
    assert SHEET.read_text(encoding="utf-8") == fresh.read_text(encoding="utf-8"), "run python -m content.review"


def test_every_message_has_one_row() -> None:
    rows = [line.split("`")[1] for line in SHEET.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert rows == sorted(messages("km"))


def test_approval_and_both_wordings_stand_in_the_row() -> None:
    vietnamese, khmer = Catalog(locale="vi"), Catalog(locale="km")
    vietnamese.add("ask.sex", "Nam | nữ?\nChọn.")
    khmer.add("ask.sex", "ប្រុស?", user_comments=["đã duyệt: Thầy Thạch Sang, 2/1/2027"])
    vietnamese.add("ask.name", "Tên gì?")
    khmer.add("ask.name", "ឈ្មោះអ្វី?")
    lines = sheet(vietnamese, khmer).splitlines()
    assert "| `ask.sex` | Nam \\| nữ?<br>Chọn. | ប្រុស? | Thầy Thạch Sang, 2/1/2027 |" in lines
    assert f"| `ask.name` | Tên gì? | ឈ្មោះអ្វី? | {NOT_YET} |" in lines
    assert "Đã duyệt 1 trên 2 lời." in lines

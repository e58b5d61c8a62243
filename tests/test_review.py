"""The sheet for the native reader is the one that the catalogues give, and shows what was approved."""

from pathlib import Path

from content.articles import articles
from content.catalogue import messages
from content.lesson import lessons
from content.review import NOT_YET, SHEET, main, sheet
from content.review_units import Unit, paragraphs, units


def test_committed_sheet_is_what_is_written_now(tmp_path: Path) -> None:
    main(fresh := tmp_path / "sheet.md")
    assert SHEET.read_text(encoding="utf-8") == fresh.read_text(encoding="utf-8"), "run python -m content.review"


def test_every_text_has_one_row() -> None:
    rows = [line.split("`")[1] for line in SHEET.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(units())
    assert len(set(rows)) == len(rows)


def test_every_khmer_text_there_is_counts() -> None:
    texts = {unit.km for unit in units().values()}
    assert set(messages("km").values()) <= texts
    for (_, lang), one in articles().items():
        if lang == "km":
            assert {one.title, *paragraphs(one.body)} <= texts
    for lesson in lessons().values():
        said = [lesson.title, *(words for card in lesson.cards for words in (card.text, card.question, card.because))]
        said += [answer.words for card in lesson.cards for answer in card.answers]
        assert {words["km"] for words in said} <= texts
    assert sum(key.startswith("staff/") for key in units()) > 900


def test_a_text_has_its_vietnamese_beside_it() -> None:
    assert [unit.key for unit in units().values() if not unit.vi] == []
    known = units()
    assert known["articles/abroad-japan/00"].vi == "Đi làm ở Nhật Bản"
    assert known["lessons/money/broker/answer1"].vi == "Sai luật"
    assert known["staff/menu.licences"].km == "ក្រុមហ៊ុនមានអាជ្ញាបណ្ណ"


def test_approval_and_both_wordings_stand_in_the_row() -> None:
    texts = (
        Unit("ask.sex", "Nam | nữ?\nChọn.", "ប្រុស?", "Thầy Thạch Sang, 2/1/2027", 300),
        Unit("ask.name", "Tên gì?", "ឈ្មោះអ្វី?", "", 300),
    )
    lines = sheet({unit.key: unit for unit in texts}).splitlines()
    assert "| `ask.sex` | Nam \\| nữ?<br>Chọn. | ប្រុស? | Thầy Thạch Sang, 2/1/2027 |" in lines
    assert f"| `ask.name` | Tên gì? | ឈ្មោះអ្វី? | {NOT_YET} |" in lines
    assert "Đã duyệt 1 trên 2 lời." in lines

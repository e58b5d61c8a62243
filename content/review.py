"""The native reader's sheet, every Khmer text beside its Vietnamese: ``python -m content.review`` writes it."""

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from content.catalogue import HERE
from content.review_units import Unit, units

SHEET = HERE.parent / "docs" / "khmer-review.md"
NOT_YET = "chưa"

INTRODUCTION = """\
# Duyệt lời tiếng Khmer / ពិនិត្យភាសាខ្មែរ

Kính nhờ thầy cô, chư tăng, anh chị biên tập viên tiếng Khmer đọc giúp từng dòng dưới đây trước khi bà con dùng.

- Lời cần ngắn, lễ phép, dễ hiểu với bà con Khmer Nam Bộ ít học; mỗi tin không quá hai câu.
- Chữ trong ngoặc nhọn, như `{office}` hay `{day}`, là chỗ máy tự điền: xin giữ nguyên, không dịch.
- Chữ trong «…» là chữ bà con gõ cho máy hiểu: muốn đổi, xin ghi chú để đổi cả phần nhận chữ.
- Chữ Việt trong ngoặc đơn, như `(ấp)` hay `(vay vốn)`, để bà con quen gọi bằng tiếng Việt nhận ra.
- Các phần: lời nhắn cho bà con; `articles/` là bài đọc (dòng `00` là tựa bài); `lessons/` là bài học; `staff/` là
  chữ trên trang của cán bộ.
- Từ nào người Trà Vinh không nói như vậy, xin viết lại ngay dưới dòng đó.

Dễ nhất là duyệt trên bảng tính: `vieclam content review export`, gửi đi, nhận lại thì `vieclam content review import`;
ô bỏ trống không xóa gì. Hoặc sửa tay: người giữ tệp ghi vào tệp `.po` có lời đó trong `content/km/LC_MESSAGES/`, ngay
trên lời đó, một dòng `# đã duyệt: tên người duyệt, ngày`, rồi chạy `python -m content.review` để cập nhật bảng này.
Đổi lời tiếng Việt hay tiếng Khmer thì bỏ dòng đó đi, để lời được duyệt lại. Bài đọc và bài học
thì máy ghi người duyệt vào `content/km/reviewed.toml` khi nhận bảng về; lời đổi rồi thì tự thành chưa duyệt.
"""


def sheet(texts: Mapping[str, Unit]) -> str:
    """Lay out the whole sheet: a table for each family of keys, in the order of the keys."""
    done = sum(bool(unit.reviewed) for unit in texts.values())
    parts = [INTRODUCTION, f"Đã duyệt {done} trên {len(texts)} lời.\n"]
    for family, members in groupby(sorted(texts), key=_family):
        rows = [_row(texts[key]) for key in members]
        head = ["| khóa | Tiếng Việt | ភាសាខ្មែរ | đã duyệt / reviewed |", "| --- | --- | --- | --- |"]
        parts.append("\n".join((f"## {family}", "", *head, *rows, "")))
    return "\n".join(parts)


def _family(key: str) -> str:
    """What is read together: the messages of one matter, one article, one lesson, one room of the desk."""
    return "/".join(key.split("/")[:2]).split(".")[0]


def _row(unit: Unit) -> str:
    cells = (f"`{unit.key}`", _cell(unit.vi), _cell(unit.km), unit.reviewed or NOT_YET)
    return f"| {' | '.join(cells)} |"


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", "<br>")


def main(target: Path = SHEET) -> None:
    """Write the sheet."""
    target.write_text(sheet(units()), encoding="utf-8")


if __name__ == "__main__":
    main()

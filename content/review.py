"""The native reader's sheet, every Khmer message beside its Vietnamese: ``python -m content.review`` writes it."""

from itertools import groupby
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from content.catalogue import HERE, LANGUAGES

SHEET = HERE.parent / "docs" / "khmer-review.md"
REVIEWED = "đã duyệt:"
"""How a translator's comment in the Khmer ``.po`` begins once a native reader approved the message below it."""
NOT_YET = "chưa"

INTRODUCTION = """\
# Duyệt lời tiếng Khmer / ពិនិត្យភាសាខ្មែរ

Kính nhờ thầy cô, chư tăng, anh chị biên tập viên tiếng Khmer đọc giúp từng dòng dưới đây trước khi bà con dùng.

- Lời cần ngắn, lễ phép, dễ hiểu với bà con Khmer Nam Bộ ít học; mỗi tin không quá hai câu.
- Chữ trong ngoặc nhọn, như `{office}` hay `{day}`, là chỗ máy tự điền: xin giữ nguyên, không dịch.
- Chữ trong «…» là chữ bà con gõ cho máy hiểu: muốn đổi, xin ghi chú để đổi cả phần nhận chữ.
- Chữ Việt trong ngoặc đơn, như `(ấp)` hay `(vay vốn)`, để bà con quen gọi bằng tiếng Việt nhận ra.
- Từ nào người Trà Vinh không nói như vậy, xin viết lại ngay dưới dòng đó.

Dễ nhất là duyệt trên bảng tính: `vieclam content review export`, gửi đi, nhận lại thì `vieclam content review import`;
ô bỏ trống không xóa gì. Hoặc sửa tay: người giữ tệp ghi vào tệp `.po` có lời đó trong `content/km/LC_MESSAGES/`, ngay
trên lời đó, một dòng `# đã duyệt: tên người duyệt, ngày`, rồi chạy `python -m content.review` để cập nhật bảng này.
Đổi lời tiếng Việt hay tiếng Khmer thì bỏ dòng đó đi, để lời được duyệt lại.
"""


def read_catalogue(lang: str) -> Catalog:
    """Read a language's messages of all subjects with the translators' comments."""
    whole = Catalog(locale=lang)
    for file in sorted((HERE / lang / "LC_MESSAGES").glob("*.po")):
        with file.open("rb") as po:
            for message in read_po(po, locale=lang):
                if message.id:
                    whole[message.id] = message
    return whole


def sheet(vietnamese: Catalog, khmer: Catalog) -> str:
    """Lay out the whole sheet: a table for each family of keys, in the order of the keys."""
    keys = sorted(str(message.id) for message in khmer if message.id)
    done = sum(approval(khmer, key) != NOT_YET for key in keys)
    parts = [INTRODUCTION, f"Đã duyệt {done} trên {len(keys)} lời.\n"]
    for family, members in groupby(keys, key=lambda key: key.split(".")[0]):
        rows = [_row(key, vietnamese, khmer) for key in members]
        head = ["| khóa | Tiếng Việt | ភាសាខ្មែរ | đã duyệt / reviewed |", "| --- | --- | --- | --- |"]
        parts.append("\n".join((f"## {family}", "", *head, *rows, "")))
    return "\n".join(parts)


def _row(key: str, vietnamese: Catalog, khmer: Catalog) -> str:
    cells = (f"`{key}`", _cell(words_of(vietnamese, key)), _cell(words_of(khmer, key)), approval(khmer, key))
    return f"| {' | '.join(cells)} |"


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", "<br>")


def words_of(catalogue: Catalog, key: str) -> str:
    """A message's text; empty when there is none."""
    message = catalogue.get(key)
    return str(message.string) if message else ""


def approval(khmer: Catalog, key: str) -> str:
    """Who approved a message and when; ``NOT_YET`` when nobody did."""
    message = khmer.get(key)
    comments = message.user_comments if message else []
    found = [comment.removeprefix(REVIEWED).strip() for comment in comments if comment.startswith(REVIEWED)]
    return found[-1] if found else NOT_YET


def main(target: Path = SHEET) -> None:
    """Write the sheet."""
    vietnamese, khmer = map(read_catalogue, LANGUAGES)
    target.write_text(sheet(vietnamese, khmer), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The spreadsheet for the Khmer reader goes out and comes back: nothing is erased, and nothing harmful is taken."""

import io
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from openpyxl.reader.excel import load_workbook
from openpyxl.workbook.workbook import Workbook
from typer.testing import CliRunner

from bot.cli import app
from content.catalogue import HERE, messages
from content.review import NOT_YET, approval, read_catalogue, words_of
from content.review_file import HEADINGS, NotOurs, read, write
from content.review_return import Outcome, apply, judge

DAY = date(2026, 11, 24)
KEY = "loans.sum.too_much"
CORRECTED = "កម្មវិធីនេះឱ្យខ្ចីបានត្រឹម {most}។ សូមវាយចំនួនតិចជាង។"
COLUMN = {name: at for at, name in enumerate(("key", "vi", "km", "correction", "reader", "note", "mark"), 1)}


class Reader:
    """Somebody who opens the file, fills in cells, and saves it."""

    def __init__(self, file: Path) -> None:
        self.book: Any = load_workbook(file)  # type: ignore[no-untyped-call]  # openpyxl has no types
        self.sheet = self.book.worksheets[0]

    def fill(self, key: str, /, **cells: str) -> "Reader":
        row = next(row for row in self.sheet.iter_rows(min_row=2) if row[0].value == key)
        for name, value in cells.items():
            row[COLUMN[name] - 1].value = value
        return self

    def saved(self) -> bytes:
        self.book.save(file := io.BytesIO())
        return file.getvalue()


def new_book() -> Any:
    return Workbook()  # type: ignore[no-untyped-call]  # openpyxl has no types


@pytest.fixture
def out(tmp_path: Path) -> Path:
    file = tmp_path / "out.xlsx"
    assert write(file, read_catalogue("vi"), read_catalogue("km"), everything=True) == len(messages("km"))
    return file


def back(content: bytes) -> Outcome:
    return judge(read(content), read_catalogue("vi"), read_catalogue("km"))


def test_every_message_goes_out_and_an_untouched_file_changes_nothing(out: Path) -> None:
    outcome = back(Reader(out).saved())
    assert (outcome.taken, outcome.refused, outcome.unchanged) == ([], [], len(messages("km")))


def test_only_what_waits_for_a_reader_goes_out(tmp_path: Path) -> None:
    khmer = read_catalogue("km")
    message = khmer.get(KEY)
    assert message is not None
    message.user_comments = ["đã duyệt: Thầy Thạch Sang, 2/1/2027"]
    file = tmp_path / "some.xlsx"
    assert write(file, read_catalogue("vi"), khmer, everything=False) == len(messages("km")) - 1


def test_a_correction_and_an_approval_are_taken(out: Path, tmp_path: Path) -> None:
    outcome = back(Reader(out).fill(KEY, correction=CORRECTED).fill("stop.done", reader="Thầy Sang").saved())
    assert outcome.refused == []
    folder = copied(tmp_path)
    apply(outcome, folder, DAY)
    khmer = catalogue(folder)
    assert (words_of(khmer, KEY), approval(khmer, KEY)) == (CORRECTED, NOT_YET)
    assert approval(khmer, "stop.done") == "Thầy Sang, 24/11/2026"
    assert others(khmer, KEY) == others(read_catalogue("km"), KEY), "nothing else has changed"


def test_only_the_blocks_that_changed_are_written(out: Path, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    apply(back(Reader(out).fill(KEY, correction=CORRECTED, reader="Sư Thạch").saved()), folder, DAY)
    for file in sorted(folder.glob("*.po")):
        before = (HERE / "km" / "LC_MESSAGES" / file.name).read_text(encoding="utf-8").split("\n\n")
        after = file.read_text(encoding="utf-8").split("\n\n")
        changed = [new for old, new in zip(before, after, strict=True) if old != new]
        assert len(changed) == (file.name == "loans.po"), file.name


def test_a_correction_drops_an_older_approval_and_an_empty_cell_keeps_it(out: Path, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    apply(back(Reader(out).fill(KEY, reader="Thầy Sang").saved()), folder, DAY)
    approved = catalogue(folder)
    assert approval(approved, KEY) != NOT_YET
    again = tmp_path / "again.xlsx"
    write(again, read_catalogue("vi"), approved, everything=True)
    emptied = Reader(again).fill(KEY, reader="").saved()
    assert judge(read(emptied), read_catalogue("vi"), approved).taken == []
    apply(
        judge(read(Reader(again).fill(KEY, correction=CORRECTED).saved()), read_catalogue("vi"), approved), folder, DAY
    )
    assert approval(catalogue(folder), KEY) == NOT_YET


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"correction": "កម្មវិធីនេះឱ្យខ្ចីបានត្រឹម។"}, "the words in braces must stay as they are: {most}"),
        ({"correction": CORRECTED.replace("most", "much")}, "the words in braces must stay"),
        ({"correction": CORRECTED + " {"}, "a brace is open"),
        ({"correction": "Vay {most}"}, "there is no Khmer in it"),
        ({"correction": CORRECTED + "\u200b"}, "an invisible sign"),
        ({"correction": CORRECTED * 40}, "the words in braces must stay"),
        ({"correction": CORRECTED + "ខ" * 1000}, "it is too long"),
        ({"reader": "ក" * 81}, "the reader's name is too long"),
        ({"mark": "0", "reader": "Thầy Sang"}, "has changed since the file went out"),
        ({"key": "loans.gone", "reader": "Thầy Sang"}, "there is no such message any more"),
    ],
)
def test_what_could_do_harm_is_refused_with_its_reason(out: Path, cells: dict[str, str], reason: str) -> None:
    outcome = back(Reader(out).fill(KEY, **cells).saved())
    assert outcome.taken == []
    assert len(outcome.refused) == 1
    assert reason in outcome.refused[0]


@pytest.mark.parametrize("lang", ["vi", "km"])
def test_a_text_that_changed_meanwhile_refuses_its_row_and_no_other(out: Path, lang: str) -> None:
    content = Reader(out).fill(KEY, correction=CORRECTED).fill("stop.done", reader="Thầy Sang").saved()
    now = {name: read_catalogue(name) for name in ("vi", "km")}
    message = now[lang].get(KEY)
    assert message is not None
    message.string = f"{message.string}!"
    outcome = judge(read(content), now["vi"], now["km"])
    assert [one.key for one in outcome.taken] == ["stop.done"]
    assert "send this message again" in outcome.refused[0]


def test_facts_in_a_correction_must_survive_with_what_they_tell(out: Path) -> None:
    khmer = messages("km")["loans.poor.terms"]
    without = khmer.replace("{loan.poor.rate_year:checked}", "{loan.poor.rate_year}")
    assert (
        "{loan.poor.rate_year:checked}"
        in back(Reader(out).fill("loans.poor.terms", correction=without).saved()).refused[0]
    )
    assert back(Reader(out).fill("loans.poor.terms", correction=khmer + "ៗ").saved()).refused == []


def test_columns_may_be_moved_and_rows_left_out(out: Path) -> None:
    reader = Reader(out).fill(KEY, correction=CORRECTED, note="xem lại")
    rows = [[cell.value for cell in row] for row in reader.sheet.iter_rows()]
    moved = new_book()
    sheet = moved.active
    for row in [rows[0], *(row for row in rows if row[0] == KEY)]:
        sheet.append(list(reversed(row)))
    moved.save(file := io.BytesIO())
    outcome = back(file.getvalue())
    assert [one.words for one in outcome.taken] == [CORRECTED]
    assert outcome.notes == [f"{KEY}: xem lại"]


def test_a_row_that_stands_twice_is_taken_once(out: Path) -> None:
    reader = Reader(out).fill(KEY, correction=CORRECTED)
    reader.sheet.append([KEY, "", "", "ខ្ចី {most}", "", "", ""])
    outcome = back(reader.saved())
    assert [one.words for one in outcome.taken] == [CORRECTED]
    assert "stands in the file twice" in outcome.refused[0]


@pytest.mark.parametrize("content", [b"", b"khong phai", b"PK\x03\x04"])
def test_a_file_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(NotOurs):
        read(content)


def test_a_sheet_without_our_columns_is_refused() -> None:
    book = new_book()
    sheet = book.active
    sheet.append(["khóa", "Tiếng Việt"])
    book.save(file := io.BytesIO())
    with pytest.raises(NotOurs, match=HEADINGS[6]):
        read(file.getvalue())


def test_the_commands_send_and_look_without_changing_anything(tmp_path: Path) -> None:
    runner, file = CliRunner(), tmp_path / "reader.xlsx"
    sent = runner.invoke(app, ["content", "review", "export", str(file)])
    assert sent.exit_code == 0
    assert "messages for the reader" in sent.output
    bad = Reader(file).fill(KEY, correction="ខ្ចី").fill("stop.done", reader="Thầy Sang")
    file.write_bytes(bad.saved())
    before = (HERE / "km" / "LC_MESSAGES" / "loans.po").read_bytes()
    looked = runner.invoke(app, ["content", "review", "import", "--dry-run", str(file)])
    assert looked.exit_code == 1
    assert "refused: row" in looked.output and "corrected: 0   approved: 1" in looked.output
    assert (HERE / "km" / "LC_MESSAGES" / "loans.po").read_bytes() == before


def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "LC_MESSAGES"
    shutil.copytree(HERE / "km" / "LC_MESSAGES", folder, dirs_exist_ok=True)
    return folder


def catalogue(folder: Path) -> Any:
    whole = Catalog(locale="km")
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as po:
            for message in read_po(po, locale="km"):
                if message.id:
                    whole[message.id] = message
    return whole


def others(khmer: Any, but: str) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in khmer if message.id and message.id != but}

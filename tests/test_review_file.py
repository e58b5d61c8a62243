"""The spreadsheet for the Khmer reader goes out and comes back: nothing is erased, and nothing harmful is taken."""

import io
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook
from openpyxl.workbook.workbook import Workbook
from typer.testing import CliRunner

from bot.cli import app
from content.catalogue import HERE
from content.review_file import HEADINGS, NotOurs, read, write
from content.review_return import Outcome, judge
from content.review_texts import NotFound, article_with, lesson_with
from content.review_units import Unit, units
from content.review_writing import apply

TEXTS = units()
DAY = date(2026, 11, 24)
KEY = "loans.sum.too_much"
CORRECTED = "កម្មវិធីនេះឱ្យខ្ចីបានត្រឹម {most}។ សូមវាយចំនួនតិចជាង។"
KINDS = {
    "loans.sum.too_much": "content/km/LC_MESSAGES/loans.po",
    "staff/licences.about": "desk/translations/km/LC_MESSAGES/licences.po",
    "lessons/money/title": "content/lessons/money.toml",
    "lessons/money/broker/because": "content/lessons/money.toml",
    "lessons/money/broker/answer2": "content/lessons/money.toml",
    "articles/abroad-japan/00": "content/km/articles/abroad-japan.md",
    "articles/abroad-japan/03": "content/km/articles/abroad-japan.md",
}
"""A text of each kind, and the file that it stands in."""
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
    """Some of the texts, of each kind: reading all of them takes a while."""
    file = tmp_path / "out.xlsx"
    some = {key: TEXTS[key] for key in ("stop.done", "loans.poor.terms", *KINDS)}
    assert write(file, some, everything=True) == len(some)
    return file


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    file = tmp_path / "whole.xlsx"
    assert write(file, TEXTS, everything=True) == len(TEXTS)
    return file


def back(content: bytes) -> Outcome:
    return judge(read(content), TEXTS)


def test_every_message_goes_out_and_an_untouched_file_changes_nothing(whole: Path) -> None:
    outcome = back(Reader(whole).saved())
    assert (outcome.taken, outcome.refused, outcome.unchanged) == ([], [], len(TEXTS))


def test_only_what_waits_for_a_reader_goes_out(tmp_path: Path) -> None:
    texts = dict(TEXTS)
    texts[KEY] = replace(texts[KEY], reviewed="Thầy Thạch Sang, 2/1/2027")
    assert write(tmp_path / "some.xlsx", texts, everything=False) == len(texts) - 1


def test_a_correction_and_an_approval_are_taken(out: Path, root: Path) -> None:
    outcome = back(Reader(out).fill(KEY, correction=CORRECTED).fill("stop.done", reader="Thầy Sang").saved())
    assert outcome.refused == []
    apply(outcome.taken, root, DAY)
    texts = units(root)
    assert (texts[KEY].km, texts[KEY].reviewed) == (CORRECTED, "")
    assert texts["stop.done"].reviewed == "Thầy Sang, 24/11/2026"
    assert others(texts, KEY) == others(TEXTS, KEY), "nothing else has changed"


@pytest.mark.parametrize(("key", "file"), KINDS.items())
def test_only_what_changed_is_written(out: Path, root: Path, key: str, file: str) -> None:
    before = files_under(root)
    words = TEXTS[key].km + ' "ខ្មែរ"'
    apply(back(Reader(out).fill(key, correction=words, reader="Sư Thạch").saved()).taken, root, DAY)
    changed = {name for name, text in files_under(root).items() if before.get(name) != text}
    assert changed - {"content/km/reviewed.toml"} == {file}
    assert ("content/km/reviewed.toml" in changed) == key.startswith(("lessons", "articles"))
    told = [line for line in files_under(root)[file].splitlines() if line not in before[file].splitlines()]
    assert sum("ខ្មែរ" in line for line in told) == 1
    texts = units(root)
    assert (texts[key].km, texts[key].reviewed) == (words, "Sư Thạch, 24/11/2026")
    assert others(texts, key) == others(TEXTS, key)


@pytest.mark.parametrize("key", KINDS)
def test_a_correction_drops_an_older_approval_and_an_empty_cell_keeps_it(
    out: Path, root: Path, tmp_path: Path, key: str
) -> None:
    apply(back(Reader(out).fill(key, reader="Thầy Sang").saved()).taken, root, DAY)
    approved = units(root)
    assert approved[key].reviewed == "Thầy Sang, 24/11/2026"
    again = tmp_path / "again.xlsx"
    write(again, {key: approved[key]}, everything=True)
    assert judge(read(Reader(again).fill(key, reader="").saved()), approved).taken == []
    corrected = Reader(again).fill(key, correction=approved[key].km + "ៗ").saved()
    apply(judge(read(corrected), approved).taken, root, DAY)
    assert units(root)[key].reviewed == ""


@pytest.mark.parametrize(
    ("key", "file", "old", "new"),
    [
        ("lessons/money/broker/because", "content/lessons/money.toml", "Luật cấm thu tiền", "Luật cấm lấy tiền"),
        (
            "articles/abroad-japan/03",
            "content/vi/articles/abroad-japan.md",
            "Tiền dịch vụ: nhiều",
            "Tiền dịch vụ, nhiều",
        ),
    ],
)
def test_an_approval_ends_when_either_language_changes(
    out: Path, root: Path, key: str, file: str, old: str, new: str
) -> None:
    content = Reader(out).fill(key, reader="Thầy Sang").saved()
    apply(back(content).taken, root, DAY)
    assert units(root)[key].reviewed
    path = root / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert units(root)[key].reviewed == ""
    assert "send this text again" in judge(read(content), units(root)).refused[0]


def test_every_text_could_come_back_without_being_refused_or_changing_anything(whole: Path, root: Path) -> None:
    reader = Reader(whole)
    for row in reader.sheet.iter_rows(min_row=2):
        row[COLUMN["correction"] - 1].value = row[COLUMN["km"] - 1].value
        row[COLUMN["reader"] - 1].value = "Thầy Sang"
    outcome = back(reader.saved())
    assert outcome.refused == []
    assert len(outcome.taken) == len(TEXTS)
    apply(outcome.taken, root, DAY)
    assert {key: unit.km for key, unit in units(root).items()} == {key: unit.km for key, unit in TEXTS.items()}
    assert {unit.reviewed for unit in units(root).values()} == {"Thầy Sang, 24/11/2026"}


def test_every_text_of_a_lesson_or_an_article_is_found_in_its_file() -> None:
    for key, unit in TEXTS.items():
        kind, name, *_ = (*key.split("/"), "")
        if kind == "lessons":
            text = (HERE / "lessons" / f"{name}.toml").read_text(encoding="utf-8")
            assert lesson_with(text, unit, unit.km) == text
        elif kind == "articles":
            text = (HERE / "km" / "articles" / f"{name}.md").read_text(encoding="utf-8")
            assert article_with(text, unit, unit.km).split() == text.split()


def test_nothing_is_written_when_a_text_does_not_stand_where_it_was_read(out: Path, root: Path) -> None:
    taken = back(Reader(out).fill(KEY, correction=CORRECTED).fill("lessons/money/title", correction="បង់").saved()).taken
    file = root / "content" / "lessons" / "money.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("title = { vi =", "title = { vi  ="), encoding="utf-8")
    before = files_under(root)
    with pytest.raises(NotFound):
        apply(taken, root, DAY)
    assert files_under(root) == before


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
        ({"correction": CORRECTED + "\n\n" + CORRECTED[:9]}, "an empty line"),
        ({"reader": "ក" * 81}, "the reader's name is too long"),
        ({"mark": "0", "reader": "Thầy Sang"}, "has changed since the file went out"),
        ({"key": "loans.gone", "reader": "Thầy Sang"}, "there is no such text any more"),
    ],
)
def test_what_could_do_harm_is_refused_with_its_reason(out: Path, cells: dict[str, str], reason: str) -> None:
    outcome = back(Reader(out).fill(KEY, **cells).saved())
    assert outcome.taken == []
    assert len(outcome.refused) == 1
    assert reason in outcome.refused[0]


@pytest.mark.parametrize("lang", ["vi", "km"])
@pytest.mark.parametrize("key", KINDS)
def test_a_text_that_changed_meanwhile_refuses_its_row_and_no_other(out: Path, key: str, lang: str) -> None:
    content = Reader(out).fill(key, correction=TEXTS[key].km + "ៗ").fill("stop.done", reader="Thầy Sang").saved()
    now = dict(TEXTS)
    now[key] = replace(now[key], vi="khác") if lang == "vi" else replace(now[key], km="ខ្មែរ")
    outcome = judge(read(content), now)
    assert [one.unit.key for one in outcome.taken] == ["stop.done"]
    assert "send this text again" in outcome.refused[0]


def test_the_spaces_around_a_text_stay(root: Path, tmp_path: Path) -> None:
    key = "staff/zalo.dong"
    assert TEXTS[key].km.startswith(" "), "it stands behind a number"
    write(tmp_path / "one.xlsx", {key: TEXTS[key]}, everything=True)
    apply(back(Reader(tmp_path / "one.xlsx").fill(key, correction="ដុង!").saved()).taken, root, DAY)
    assert units(root)[key].km == " ដុង!"


def test_facts_in_a_correction_must_survive_with_what_they_tell(out: Path) -> None:
    khmer = TEXTS["loans.poor.terms"].km
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
    assert "texts for the reader" in sent.output
    bad = Reader(file).fill(KEY, correction="ខ្ចី").fill("stop.done", reader="Thầy Sang")
    file.write_bytes(bad.saved())
    before = (HERE / "km" / "LC_MESSAGES" / "loans.po").read_bytes()
    looked = runner.invoke(app, ["content", "review", "import", "--dry-run", str(file)])
    assert looked.exit_code == 1
    assert "refused: row" in looked.output and "corrected: 0   approved: 1" in looked.output
    assert (HERE / "km" / "LC_MESSAGES" / "loans.po").read_bytes() == before


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folders that hold texts, to be written in."""
    root = tmp_path / "root"
    parts = ("content/vi", "content/km", "content/lessons", "desk/translations")
    for part in parts:
        shutil.copytree(HERE.parent / part, root / part, ignore=shutil.ignore_patterns("*.mo"))
    return root


def files_under(root: Path) -> dict[str, str]:
    return {str(file.relative_to(root)): file.read_text("utf-8") for file in root.rglob("*") if file.is_file()}


def others(texts: dict[str, Unit], but: str) -> dict[str, str]:
    return {key: unit.km for key, unit in texts.items() if key != but}

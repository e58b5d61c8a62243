"""A spreadsheet of people who registered on paper: read as the chat reads answers, each fault with its row."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any
from zipfile import BadZipFile

from content.answer import ELSEWHERE, Misread, TooYoung, read_words
from content.fold import clean, fold
from content.forms import FORMS, PERSON
from content.question import Question

HEADINGS = {
    "name": "Họ và tên",
    "birth_year": "Năm sinh",
    "sex": "Nam/nữ",
    "commune": "Xã",
    "hamlet": "Ấp (khóm)",
    "phone": "Điện thoại",
    "phone_owner": "Số của ai",
    "kind": "Nhu cầu (việc làm, học nghề, nước ngoài)",
    "wish": "Muốn làm, học gì; đi nước nào",
    "schooling": "Học vấn",
    "work_state": "Việc làm hiện nay",
    "household": "Loại hộ",
    "ethnicity": "Dân tộc",
    "lang": "Tiếng (Việt, Khmer)",
    "consent": "Nguồn đồng ý",
}
EXAMPLE = ("Kim Thị Hoa", "1978", "nữ", "Hàm Giang", "ấp Chợ", "", "", "việc làm", "may mặc", "hết tiểu học",
           "không có việc", "", "", "Khmer", "phiếu giấy có chữ ký, sổ ấp")  # fmt: skip
NEEDED = ("name", "birth_year", "commune", "kind", "consent")
WISH = {"job": "job_wanted", "training": "course_wanted", "overseas": "market"}
KINDS = {
    fold(words): kind
    for kind, said in {
        "job": ("việc làm", "tìm việc", "tìm việc làm", "việc", "ការងារធ្វើ", "រកការងារធ្វើ"),
        "training": ("học nghề", "đào tạo", "đào tạo nghề", "រៀនវិជ្ជាជីវៈ"),
        "overseas": ("nước ngoài", "đi nước ngoài", "đi làm nước ngoài", "đi làm việc ở nước ngoài",
                     "làm việc ở nước ngoài", "xuất khẩu lao động", "XKLĐ", "ទៅធ្វើការនៅក្រៅប្រទេស"),
    }.items()
    for words in said
}  # fmt: skip
LANGS = {
    fold(words): lang
    for lang, said in {
        "vi": ("", "Việt", "tiếng Việt", "Kinh", "vi", "វៀតណាម"),
        "km": ("Khmer", "tiếng Khmer", "Khơ me", "tiếng Khơ me", "Khmer Nam Bộ", "km", "ខ្មែរ"),
    }.items()
    for words in said
}
MOST_ROWS = 25_000
LONGEST = 120
_QUESTIONS = {question.key: question for form in FORMS.values() for question in form.questions}
_ASKED = tuple(question.key for question in PERSON if question.key not in ("idle_time", "phone_owner"))


@dataclass(frozen=True)
class PersonRow:
    """One person with one need, as a form's answers."""

    number: int
    kind: str
    person: Mapping[str, Any]
    need: Mapping[str, Any]
    commune: str
    lang: str
    consent: str

    @property
    def key(self) -> str:
        """What makes a second row the same one."""
        facts = (self.person.get(name) or "" for name in ("name", "birth_year", "phone", "hamlet"))
        return "|".join((self.kind, self.commune, *(fold(str(fact)) for fact in facts)))


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a row: ``column`` is a heading's key, ``key`` the desk's word for it."""

    row: int
    column: str
    key: str
    value: str


class NoPeople(Exception):
    """The file is no workbook, has not the columns, or too many rows; it says which, as the desk's word."""


HEADING_WITHIN = 10
"""A title, a date or an empty line may stand above the headings, but not more than so many."""


def read_people(content: bytes, today: date) -> tuple[Sequence[PersonRow], Sequence[RowFault]]:
    """Read the first sheet that has the headings. Raises ``NoPeople``."""
    from openpyxl.reader.excel import load_workbook  # the clock imports this at every start, and reads seldom
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)  # type: ignore[no-untyped-call]  # has no types
        for sheet in book.worksheets:
            lines = enumerate(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + HEADING_WITHIN + 1), 1)
            if columns := _headings(lines):
                return _read_all(lines, columns, today)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError) as error:
        raise NoPeople("import.file_wrong") from error
    raise NoPeople("import.no_headings")


def template() -> bytes:
    """An empty sheet to fill in, with one example."""
    from openpyxl.workbook.workbook import Workbook  # as above

    book: Any = Workbook()  # type: ignore[no-untyped-call]  # has no types
    sheet = book.active
    sheet.append(list(HEADINGS.values()))
    sheet.append(list(EXAMPLE))
    for at in range(len(HEADINGS)):
        sheet.column_dimensions[chr(ord("A") + at)].width = 22
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _headings(lines: Iterator[tuple[int, Sequence[Any]]]) -> dict[str, int]:
    """Where each column is; the lines are read up to its heading. Nothing where a sheet has none."""
    found = (_columns(line) for _, line in islice(lines, HEADING_WITHIN))
    return next((columns for columns in found if columns), {})


def _read_all(
    lines: Iterator[tuple[int, Sequence[Any]]], columns: Mapping[str, int], today: date
) -> tuple[Sequence[PersonRow], Sequence[RowFault]]:
    rows: list[PersonRow] = []
    faults: list[RowFault] = []
    seen = set()
    for number, line in lines:
        cells = {key: _cell(line, at) for key, at in columns.items()}
        if not any(cells.values()):
            continue
        if len(rows) + len(faults) == MOST_ROWS:
            raise NoPeople("import.too_many")
        read = _row(number, cells, today)
        if isinstance(read, PersonRow) and read.key in seen:
            read = RowFault(number, "name", "import.twice", cells["name"])
        if isinstance(read, RowFault):
            faults.append(read)
            continue
        seen.add(read.key)
        rows.append(read)
    return rows, faults


def _columns(heading: Sequence[Any]) -> dict[str, int]:
    said = [fold(str(cell or "")) for cell in heading]
    columns = {key: said.index(fold(words)) for key, words in HEADINGS.items() if fold(words) in said}
    return columns if columns.keys() >= set(NEEDED) else {}


def _cell(line: Sequence[Any], at: int) -> str:
    value = line[at] if at < len(line) else None
    whole = isinstance(value, float) and value.is_integer()
    return clean(str(int(value) if whole else value))[:LONGEST] if value is not None else ""


def _row(number: int, cells: Mapping[str, str], today: date) -> PersonRow | RowFault:
    """One row, or the first thing that is wrong with it."""
    missing = next((key for key in NEEDED if not cells[key]), None)
    if missing is not None:
        return RowFault(number, missing, "import.missing", "")
    kind, lang = KINDS.get(fold(cells["kind"])), LANGS.get(fold(cells.get("lang", "")))
    if kind is None or lang is None:
        column = "kind" if kind is None else "lang"
        return RowFault(number, column, "import.unread", cells[column])
    answers: dict[str, Any] = {}
    for key, column in [*((key, key) for key in _ASKED), (WISH[kind], "wish"), ("phone_owner", "phone_owner")]:
        if not (words := cells.get(column, "")):
            continue
        value = _answer(_QUESTIONS[key], words, today)
        if value is None:
            return RowFault(number, column, "import.unread", words)
        if isinstance(value, TooYoung):
            return RowFault(number, column, "import.too_young", words)
        answers[key] = value
    if answers["commune"] == ELSEWHERE:
        return RowFault(number, "commune", "import.unread", cells["commune"])
    answers["phone_owner"] = (answers.get("phone_owner") or "own") if "phone" in answers else "none"
    need = {WISH[kind]: answers.pop(WISH[kind])} if WISH[kind] in answers else {}
    return PersonRow(number, kind, answers, need, answers["commune"], lang, cells["consent"])


def _answer(question: Question, words: str, today: date) -> Any:
    """The value; None when it can't be read, ``TooYoung`` itself for one who is."""
    if question.kind in ("choice", "place"):
        return _choice(question.key, words, today)
    return _read(question, words, today)


@lru_cache(maxsize=4096)
def _choice(key: str, words: str, today: date) -> Any:
    """The same few words stand in thousands of rows."""
    return _read(_QUESTIONS[key], words, today)


def _read(question: Question, words: str, today: date) -> Any:
    try:
        value = read_words(question, words, today)
    except Misread:
        return None
    except TooYoung as error:
        return error
    return value if isinstance(value, str | int) else None

"""The monthly list as a workbook: a sheet of numbers with a chart, then one sheet a commune, a page a hamlet.

Written row by row from a cursor, so that its size in memory does not grow with it. The same list gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Row
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from db.monthly_reading import FIELDS, HamletNumbers, Kept, Numbers
from db.seal import Seal
from desk.access import Viewer
from desk.export import safe_text
from desk.monthly_words import COLUMNS, cells, hamlet_name, sentence, title
from desk.placebook import PlaceBook
from desk.words import word

WIDTHS = (5, 25, 8, 7, 14, 13, 22, 14, 30, 20, 16, 22)
_LAST = len(COLUMNS) - 1
_HEAD = 6
"""The row of the column titles."""
_SHEET_NAME = 31
"""The most characters of a sheet's name."""


@dataclass(frozen=True)
class Heading:
    """What stands at the top: the list, the office that made it, and who took it away ("" for the program itself)."""

    kept: Kept
    moment: str
    """``kept.as_of`` as the office's clock showed it."""
    office: str
    taker: str = ""


class MonthlyWorkbook:
    """The file; ``write`` takes the people in the order of the paper, ``close`` ends it."""

    def __init__(
        self, file: Path, heading: Heading, numbers: Sequence[HamletNumbers], erased: int, book: PlaceBook
    ) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                   "strings_to_numbers": False}  # fmt: skip
        self._file = Workbook(str(file), options)
        self._file.set_properties(
            {"created": heading.kept.as_of.replace(tzinfo=None), "title": title(heading.kept.month)}
        )
        self._heading, self._book = heading, book
        self._numbers = {(one.place_id, one.hamlet): one.numbers for one in numbers}
        self._styles = _styles(self._file)
        self._sheet: Worksheet | None = None
        self._place: int | None = None
        self._at = self._count = 0
        self._breaks: list[int] = []
        self._names: set[str] = set()
        self.rows = 0
        self._write_numbers(numbers, erased)

    def write(self, rows: Sequence[Row[Any]], viewer: Viewer, seal: Seal) -> None:
        """Add people."""
        for row in rows:
            self._move_to(row.place_id, row.hamlet)
            left = row.change == "left"
            self._count += not left
            style = self._styles["left" if left else "cell"]
            assert self._sheet is not None
            if left:
                self._sheet.write_blank(self._at, 0, None, style)
            else:
                self._sheet.write_number(self._at, 0, self._count, style)
            for at, said in enumerate(cells(row, viewer, seal), 1):
                if isinstance(said, int):
                    self._sheet.write_number(self._at, at, said, style)
                else:
                    self._sheet.write_string(self._at, at, safe_text(said), style)
            self._at += 1
            self.rows += 1

    def close(self) -> None:
        """Finish the last hamlet and the file."""
        self._end_hamlet()
        self._end_place()
        self._file.close()

    _hamlet: str | None = None

    def _move_to(self, place: int | None, hamlet: str) -> None:
        if self._sheet is not None and (self._place, self._hamlet) == (place, hamlet):
            return
        self._end_hamlet()
        if self._sheet is None or place != self._place:
            self._end_place()
            self._begin_place(place)
        self._hamlet, self._count = hamlet, 0
        assert self._sheet is not None
        self._sheet.merge_range(self._at, 0, self._at, _LAST, safe_text(hamlet_name(hamlet)), self._styles["hamlet"])
        self._at += 1

    def _begin_place(self, place: int | None) -> None:
        name = self._book.name(place) or word("monthly.elsewhere")
        self._sheet, self._place, self._breaks = self._file.add_worksheet(self._sheet_name(name)), place, []
        self._set_up(self._sheet)
        self._write_top(self._sheet, name)
        for at, (key, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
            self._sheet.set_column(at, at, width)
            self._sheet.write_string(_HEAD, at, word(f"monthly.column.{key}"), self._styles["head"])
        self._sheet.freeze_panes(_HEAD + 1, 2)
        self._sheet.repeat_rows(_HEAD)
        self._at = _HEAD + 1

    def _sheet_name(self, name: str) -> str:
        plain = "".join(sign for sign in name if sign not in "[]:*?/\\'")[:_SHEET_NAME]
        while plain.lower() in self._names:
            plain = f"{plain[: _SHEET_NAME - 2]} {len(self._names)}"[:_SHEET_NAME]
        self._names.add(plain.lower())
        return plain

    def _set_up(self, sheet: Worksheet) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.5, 0.5)
        sheet.set_footer(f"&L{title(self._heading.kept.month).replace('&', '&&')}&R&P/&N")

    def _write_top(self, sheet: Worksheet, name: str) -> None:
        """The head of an official paper."""
        styles, kept = self._styles, self._heading.kept
        halves = ((0, 4), (5, _LAST))
        for at, key in enumerate(("monthly.nation", "monthly.motto")):
            left = (self._heading.office, name)[at]
            sheet.merge_range(at, halves[0][0], at, halves[0][1], safe_text(left), styles["office"])
            sheet.merge_range(at, halves[1][0], at, halves[1][1], word(key), styles["office"])
        sheet.merge_range(2, 0, 2, _LAST, title(kept.month), styles["title"])
        sheet.merge_range(3, 0, 3, _LAST, word("monthly.basis"), styles["basis"])
        sheet.merge_range(4, 0, 4, _LAST, safe_text(made_words(self._heading)), styles["basis"])

    def _end_hamlet(self) -> None:
        if self._sheet is None or self._hamlet is None:
            return
        numbers = self._numbers.get((self._place, self._hamlet), Numbers())
        said = f"{word('monthly.sum', place=hamlet_name(self._hamlet))} {sentence(numbers)}"
        self._sheet.merge_range(self._at, 0, self._at, _LAST, safe_text(said), self._styles["sum"])
        self._at += 2
        signs = ((_SIGNERS, "signer"), (("monthly.sign",) * len(_SIGNERS), "basis"))
        for keys, style in signs:  # a row at a time: what is behind the last row written is gone from memory
            for (first, last), key in zip(_SIGNATURES, keys, strict=True):
                self._sheet.merge_range(self._at, first, self._at, last, word(key), self._styles[style])
            self._at += 1
        self._at += 3
        self._breaks.append(self._at)
        self._hamlet = None

    def _end_place(self) -> None:
        if self._sheet is None:
            return
        numbers = sum((n for (place, _), n in self._numbers.items() if place == self._place), Numbers())
        said = f"{word('monthly.sum', place=self._sheet.name)} {sentence(numbers)}"
        self._sheet.merge_range(self._at, 0, self._at, _LAST, safe_text(said), self._styles["sum"])
        self._sheet.set_h_pagebreaks(self._breaks[:-1])

    def _write_numbers(self, numbers: Sequence[HamletNumbers], erased: int) -> None:
        """The first sheet: communes with their hamlets, the whole, and what stands out as a chart."""
        sheet = self._file.add_worksheet(word("monthly.numbers_sheet"))
        self._names.add(word("monthly.numbers_sheet").lower())
        self._set_up(sheet)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 24)
        sheet.set_column(2, 1 + len(FIELDS), 13)
        sheet.write_string(0, 0, title(self._heading.kept.month), self._styles["left_title"])
        sheet.write_string(1, 0, safe_text(made_words(self._heading)), self._styles["plain"])
        for at, key in enumerate(("place", "hamlet", *FIELDS)):
            sheet.write_string(3, at, word(f"monthly.column.{key}"), self._styles["head"])
        communes: list[tuple[str, Numbers]] = []
        at = 4
        for place, them in groupby(numbers, key=lambda one: one.place_id):
            hamlets = list(them)
            name = self._book.name(place) or word("monthly.elsewhere")
            whole = sum((one.numbers for one in hamlets), Numbers())
            communes.append((name, whole))
            at = self._number_row(sheet, at, (name, word("monthly.whole_place")), whole, "sum_cell")
            for one in hamlets:
                at = self._number_row(sheet, at, ("", hamlet_name(one.hamlet)), one.numbers, "cell")
        whole = sum((one for _, one in communes), Numbers())
        at = self._number_row(sheet, at, (word("monthly.all"), ""), whole, "sum_cell")
        if erased:
            sheet.write_string(at, 0, word("monthly.erased", count=erased), self._styles["plain"])
            at += 1
        self._chart(sheet, communes, at + 1)

    def _number_row(self, sheet: Worksheet, at: int, names: tuple[str, str], numbers: Numbers, style: str) -> int:
        for column, name in enumerate(names):
            sheet.write_string(at, column, safe_text(name), self._styles[style])
        for column, value in enumerate(vars(numbers).values(), 2):
            sheet.write_number(at, column, value, self._styles[style])
        return at + 1

    def _chart(self, sheet: Worksheet, communes: Sequence[tuple[str, Numbers]], at: int) -> None:
        """Who waits for what, a bar a commune; it takes its figures from rows of its own beside the table."""
        if not communes:
            return
        data = self._file.add_worksheet(word("monthly.chart_sheet"))
        data.hide()
        kinds = ("without_work", "underemployed", "learners")
        for column, kind in enumerate(kinds, 1):
            data.write_string(0, column, word(f"monthly.column.{kind}"))
        for row, (name, numbers) in enumerate(communes, 1):
            data.write_string(row, 0, safe_text(name))
            for column, kind in enumerate(kinds, 1):
                data.write_number(row, column, getattr(numbers, kind))
        chart = self._file.add_chart({"type": "bar"})
        assert chart is not None, "a bar is a kind of chart that there is"
        last = len(communes)
        for column, colour in enumerate(("#2e7d4f", "#1f6fb2", "#e08a00"), 1):
            chart.add_series({"name": [data.name, 0, column], "categories": [data.name, 1, 0, last, 0],
                              "values": [data.name, 1, column, last, column], "fill": {"color": colour},
                              "data_labels": {"value": True}})  # fmt: skip
        chart.set_title({"name": word("monthly.chart"), "name_font": {"size": 12}})
        chart.show_hidden_data()
        chart.set_y_axis({"reverse": True})
        chart.set_legend({"position": "top"})
        chart.set_size({"width": 900, "height": 140 + 60 * last})
        sheet.insert_chart(at, 0, chart)


_SIGNERS = ("monthly.signer.made", "monthly.signer.hamlet", "monthly.signer.commune")
_SIGNATURES = ((0, 3), (4, 7), (8, _LAST))


def made_words(heading: Heading) -> str:
    """When the list was made, and who took this copy."""
    said = word("monthly.as_of", moment=heading.moment)
    return f"{said} {word('monthly.taken_by', who=heading.taker)}" if heading.taker else said


def _styles(book: Workbook) -> dict[str, Format]:
    framed = {"border": 1, "valign": "vcenter", "text_wrap": True, "font_size": 10}
    return {
        name: book.add_format(style)
        for name, style in {
            "plain": {},
            "left_title": {"bold": True, "font_size": 13},
            "title": {"bold": True, "font_size": 13, "align": "center"},
            "office": {"bold": True, "align": "center"},
            "basis": {"italic": True, "align": "center", "font_size": 10},
            "head": framed | {"bold": True, "align": "center", "bg_color": "#E8ECF1"},
            "hamlet": {"border": 1, "bold": True, "bg_color": "#F4F6F9"},
            "cell": framed,
            "left": framed | {"font_color": "#777777", "italic": True},
            "sum_cell": framed | {"bold": True},
            "sum": {"border": 1, "bold": True},
            "signer": {"bold": True, "align": "center"},
        }.items()
    }

"""The monthly list on paper: A4 landscape, a page or more a hamlet, with the lines to sign on.

The same list gives the same bytes.
"""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from fpdf import FPDF
from sqlalchemy import Row

import content
from db.monthly_reading import HamletNumbers, Numbers
from db.seal import Seal
from desk.access import Viewer
from desk.monthly_sheet import Heading, made_words
from desk.monthly_words import COLUMNS, cells, hamlet_name, sentence, title
from desk.placebook import PlaceBook
from desk.words import word

FONTS = Path(content.__file__).with_name("fonts")
ROWS_LIMIT = 5_000
"""More are a workbook's matter: nobody prints them, and laying them out takes a minute."""
WIDTHS = (8.0, 36.0, 12.0, 10.0, 23.0, 23.0, 37.0, 30.0, 28.0, 30.0, 22.0, 18.0)
"""Millimetres, as wide as A4 landscape within the margins."""
MARGIN, LINE, SIZE, SMALLEST = 10.0, 5.6, 8.5, 6.0
_BOTTOM = 210.0 - 12.0
_SIGNING = 34.0
"""What the lines to sign on need."""
_KHMER = range(0x1780, 0x1800)
_SIGNERS = ("monthly.signer.made", "monthly.signer.hamlet", "monthly.signer.commune")


class MonthlyPaper:
    """The pages; ``write`` takes all people in the order of the paper, ``save`` ends it."""

    def __init__(self, heading: Heading, numbers: Sequence[HamletNumbers], erased: int, book: PlaceBook) -> None:
        self._heading, self._book, self._erased = heading, book, erased
        self._numbers = {(one.place_id, one.hamlet): one.numbers for one in numbers}
        self._pdf = _Pages(heading)
        self.rows = 0

    def write(self, rows: Sequence[Row[Any]], viewer: Viewer, seal: Seal) -> None:
        """Lay out the people."""
        for (place, hamlet), them in groupby(rows, key=lambda row: (row.place_id, row.hamlet)):
            self._hamlet(place, hamlet, list(them), viewer, seal)
        if not rows:
            self._pdf.add_page()
            self._top(word("monthly.nobody"), "")
        if self._erased:
            self._pdf.line_of(word("monthly.erased", count=self._erased))

    def save(self, file: Path) -> None:
        """Write the file."""
        self._pdf.output(str(file))

    def _hamlet(self, place: int | None, hamlet: str, rows: Sequence[Row[Any]], viewer: Viewer, seal: Seal) -> None:
        pdf = self._pdf
        pdf.add_page()
        self._top(self._book.name(place) or word("monthly.elsewhere"), hamlet_name(hamlet))
        pdf.titles()
        count = 0
        for row in rows:
            count += row.change != "left"
            pdf.row((str(count) if row.change != "left" else "", *cells(row, viewer, seal)))
            self.rows += 1
        numbers = self._numbers.get((place, hamlet), Numbers())
        pdf.ln(1)
        pdf.line_of(f"{word('monthly.sum', place=hamlet_name(hamlet))} {sentence(numbers)}", bold=True)
        self._sign()

    def _top(self, place: str, hamlet: str) -> None:
        pdf = self._pdf
        half = sum(WIDTHS) / 2
        for left, right in (
            (self._heading.office, word("monthly.nation")),
            (" – ".join(part for part in (place, hamlet) if part), word("monthly.motto")),
        ):
            pdf.words(left, half, 10, bold=True, align="C")
            pdf.words(right, half, 10, bold=True, align="C")
            pdf.ln(5.2)
        pdf.ln(2)
        pdf.line_of(title(self._heading.kept.month), size=13, bold=True, align="C", height=7)
        pdf.line_of(f"{word('monthly.basis')} {made_words(self._heading)}", align="C")
        pdf.ln(2)

    def _sign(self) -> None:
        """Three lines to sign on, kept together."""
        pdf = self._pdf
        if pdf.get_y() + _SIGNING > _BOTTOM:
            pdf.add_page()
        pdf.ln(4)
        third = sum(WIDTHS) / len(_SIGNERS)
        for key in _SIGNERS:
            pdf.words(word(key), third, 10, bold=True, align="C")
        pdf.ln(5)
        for _ in _SIGNERS:
            pdf.words(word("monthly.sign"), third, 8, align="C")
        pdf.ln(5)


class _Pages(FPDF):
    """Pages with our fonts, cells that shrink to fit, and a number at the foot of each."""

    def __init__(self, heading: Heading) -> None:
        super().__init__(orientation="landscape", format="A4")
        for family, file in (("latin", "noto-sans"), ("khmer", "noto-sans-khmer")):
            self.add_font(family, "", FONTS / f"{file}-regular.ttf")
            self.add_font(family, "B", FONTS / f"{file}-bold.ttf")
        self.set_fallback_fonts(["khmer"])
        self.set_auto_page_break(auto=False)
        self.set_margin(MARGIN)
        self.set_creation_date(heading.kept.as_of)
        self.set_title(title(heading.kept.month))
        self.set_lang("vi")

    def footer(self) -> None:
        """The number of the page, of how many."""
        self.set_y(-9)
        self.set_font("latin", "", 8)
        self.cell(0, 5, f"{self.page_no()}/{{nb}}", align="R")

    def titles(self) -> None:
        """The titles of the columns, on two lines where one is too short."""
        self.set_fill_color(232, 236, 241)
        top = self.get_y()
        for at, key in enumerate(COLUMNS):
            x = MARGIN + sum(WIDTHS[:at])
            self.rect(x, top, WIDTHS[at], LINE * 1.6, style="DF")
            self.set_xy(x, top + 0.6)
            self.set_font("latin", "B", 7.5)
            self.multi_cell(WIDTHS[at], 3.7, word(f"monthly.column.{key}"), align="C")
        self.set_xy(MARGIN, top + LINE * 1.6)

    def row(self, said: Sequence[str | int]) -> None:
        """One person; a page that is full is followed by another with the titles again."""
        if self.get_y() + LINE > _BOTTOM:
            self.add_page()
            self.titles()
        for width, words in zip(WIDTHS, said, strict=True):
            self.words(str(words), width, SIZE, border=1, height=LINE)
        self.ln(LINE)

    def line_of(self, words: str, *, size: float = 9, bold: bool = False, align: str = "L", height: float = 5) -> None:
        """Words over the whole width, on as many lines as they need."""
        self._prepare(words, size, bold=bold)
        self.multi_cell(sum(WIDTHS), height, words, align=align, new_x="LMARGIN", new_y="NEXT")

    def words(
        self, words: str, width: float, size: float, *, bold: bool = False, align: str = "L", border: Literal[0, 1] = 0,
        height: float = 5,
    ) -> None:  # fmt: skip
        """One cell; what is too long is written smaller, and then cut."""
        self._prepare(words, size, bold=bold)
        room = width - 2 * self.c_margin
        if (needed := self.get_string_width(words)) > room:
            self.set_font_size(max(SMALLEST, size * room / needed))
            words = self._cut(words, room)
        self.cell(width, height, words, border=border, align=align)

    def _cut(self, words: str, room: float) -> str:
        if self.get_string_width(words) <= room:
            return words
        while words and self.get_string_width(f"{words}…") > room:
            words = words[:-1]
        return f"{words}…"

    def _prepare(self, words: str, size: float, *, bold: bool) -> None:
        """Khmer must be shaped; what has none is laid out four times as quickly without."""
        self.set_text_shaping(any(ord(sign) in _KHMER for sign in words))
        self.set_font("latin", "B" if bold else "", size)

"""A report as a workbook: the targets, then a sheet a chart with its figures, the chart being Excel's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from desk.export import safe_text
from desk.words import word
from desk.workload_sheet import add_sheet

if TYPE_CHECKING:
    from desk.report_blocks import Block
    from desk.workload_lines import Line

COLOURS = ("#2e7d4f", "#1f6fb2", "#e08a00", "#7a8694", "#a61b1b")
"""As in desk.css."""
_TITLE = 31


@dataclass(frozen=True)
class Target:
    """A target as it is shown: what, where ("" is the district), how many, how many so far, and who says so."""

    name: str
    place: str
    number: int
    done: int
    share: str
    source: str


def write_report(
    file: Path, heading: str, targets: Sequence[Target], blocks: Sequence["Block"], workload: Sequence["Line"] = ()
) -> None:
    """Write the file."""
    book = Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    bold, plain = book.add_format({"bold": True, "bottom": 1, "text_wrap": True}), book.add_format()
    _targets(book.add_worksheet(word("reports.targets")), heading, targets, bold)
    for at, block in enumerate(blocks, 1):
        sheet = book.add_worksheet(f"{at} {block.title}".translate(_SIGNS)[:_TITLE])
        _figures(sheet, block, bold, plain)
        _chart(book, sheet, block)
    if workload:
        add_sheet(book, heading, workload)
    book.close()


_SIGNS = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_COLUMNS = ("measure", "place", "number", "done", "share", "source")


def _targets(sheet: Worksheet, heading: str, targets: Sequence[Target], bold: Format) -> None:
    sheet.set_column(0, 1, 30)
    sheet.set_column(5, 5, 50)
    sheet.write_string(0, 0, safe_text(heading))
    for at, key in enumerate(_COLUMNS):
        sheet.write_string(2, at, word(f"reports.column.{key}"), bold)
    for row, one in enumerate(targets, 3):
        for at, value in enumerate(vars(one).values()):
            if isinstance(value, int):
                sheet.write_number(row, at, value)
            else:
                sheet.write_string(row, at, safe_text(value))


def _figures(sheet: Worksheet, block: "Block", bold: Format, plain: Format) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(block.series.names), 16)
    sheet.write_string(0, 0, safe_text(block.title), bold)
    sheet.write_string(1, 0, safe_text(block.note), plain)
    for at, name in enumerate((block.label, *block.series.names)):
        sheet.write_string(2, at, safe_text(name), bold)
    for row, bar in enumerate(block.bars, 3):
        sheet.write_string(row, 0, safe_text(bar.name))
        for at, value in enumerate(bar.parts, 1):
            sheet.write_number(row, at, value)


def _chart(book: Workbook, sheet: Worksheet, block: "Block") -> None:
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    assert chart is not None, "a bar is a kind of chart that there is"
    last = 2 + len(block.bars)
    for at in range(1, len(block.series.names) + 1):
        chart.add_series({"name": [sheet.name, 2, at], "categories": [sheet.name, 3, 0, last, 0],
                          "values": [sheet.name, 3, at, last, at],
                          "fill": {"color": COLOURS[(at - 1) % len(COLOURS)]}})  # fmt: skip
    chart.set_title({"name": block.title, "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    chart.set_legend({"position": "top"})
    chart.set_size({"width": 760, "height": 160 + 26 * len(block.bars)})
    sheet.insert_chart(2, len(block.series.names) + 2, chart)

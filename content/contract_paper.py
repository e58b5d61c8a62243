"""The contract checklist on paper: one A4 sheet with the ticks of today, to print, to show an officer and to keep."""

import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from content.catalogue import LANGUAGES, tell

POINTS = ("job", "place", "hours", "wage", "deductions", "lodging", "insurance", "travel", "early_end", "disputes")
"""What a contract must say, after article 19 of Law 69/2020."""
_NAME = re.compile(r"contract-(vi|km)-([01]{10})-(\d{8})")
WIDTH, HEIGHT, MARGIN = 1240, 1754, 90
"""A4 at 150 dots an inch."""
WRITTEN = ("firm", "order", "officer")
"""What is filled in by hand."""


@dataclass(frozen=True)
class ContractPaper:
    """What is drawn; all of it stands in the picture's name, and nothing about a person."""

    lang: str
    ticked: frozenset[str]
    day: date

    @property
    def name(self) -> str:
        """The name by which the paper is drawn again."""
        marks = "".join("1" if point in self.ticked else "0" for point in POINTS)
        return f"contract-{self.lang}-{marks}-{self.day:%Y%m%d}"


def read_name(name: str) -> ContractPaper | None:
    """The paper of a name; None for what is none."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        day = datetime.strptime(found[3], "%Y%m%d").date()
    except ValueError:
        return None
    ticked = (point for point, mark in zip(POINTS, found[2], strict=True) if mark == "1")
    return ContractPaper(found[1], frozenset(ticked), day)


@lru_cache(maxsize=32)
def draw(paper: ContractPaper) -> bytes:
    """The paper as PNG, in Vietnamese below the Khmer, since the officer and the contract speak it."""
    from content.drawing import PALE, Sheet  # only who draws waits for the library

    sheet, lang = Sheet(WIDTH, HEIGHT, MARGIN), paper.lang
    sheet.text(tell(lang, "abroad.checklist.head", day=f"{paper.day:%d/%m/%Y}"), 36, bold=True)
    sheet.space(30)
    for point in POINTS:
        sheet.box(tell(lang, f"abroad.point.{point}.text"), 32, ticked=point in paper.ticked)
        if lang != LANGUAGES[0]:
            sheet.text(tell(LANGUAGES[0], f"abroad.point.{point}.text"), 24, colour=PALE, indent=60)
        sheet.space(10 if lang != LANGUAGES[0] else 34)
    missing = len(POINTS) - len(paper.ticked)
    key = "abroad.checklist.missing" if missing else "abroad.checklist.all"
    sheet.text(tell(lang, key, count=missing), 30, bold=True)
    for written in WRITTEN:
        sheet.space(44)
        sheet.blank(tell(lang, f"abroad.paper.{written}"), 30)
    sheet.space(40)
    sheet.text(tell(lang, "abroad.paper.keep"), 27, colour=PALE)
    output = io.BytesIO()
    sheet.image.quantize(32).save(output, "PNG", optimize=True, dpi=(150, 150))
    return output.getvalue()

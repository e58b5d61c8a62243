"""Drawing words of both scripts: Pillow takes one font at a time, so that a line is drawn in runs of one script."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_FONTS = Path(__file__).with_name("fonts")
_KHMER = re.compile("[\u1780-\u17ff\u19e0-\u19ff\u200b-\u200d]")
INK, PALE, LINE, PAPER = "#1b2733", "#4b5a6a", "#d9dee5", "#ffffff"


@cache
def _font(khmer: bool, size: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = f"noto-sans{'-khmer' if khmer else ''}-{'bold' if bold else 'regular'}.ttf"
    return ImageFont.truetype(_FONTS / name, size, layout_engine=ImageFont.Layout.RAQM)


class Sheet:
    """A white sheet that grows downwards as it is written on."""

    def __init__(self, width: int, height: int, margin: int = 20) -> None:
        self.width = width
        self.margin = margin
        self.y = margin
        self.image = Image.new("RGB", (width, height), PAPER)
        self._draw = ImageDraw.Draw(self.image)

    def text(self, words: str, size: int, *, bold: bool = False, colour: str = INK, indent: int = 0) -> None:
        """Write words at the left margin, in as many lines as they take."""
        line = ""
        for word in words.split(" "):
            longer = f"{line} {word}".strip()
            if line and width_of(longer, size, bold=bold) > self.width - 2 * self.margin - indent:
                self._line(line, size, bold, colour, indent)
                longer = word
            line = longer
        self._line(line, size, bold, colour, indent)

    def box(self, words: str, size: int, *, ticked: bool) -> None:
        """Write words behind a box that is ticked or not."""
        top, left = self.y + round(size * 0.15), self.margin
        self._draw.rectangle((left, top, left + size, top + size), outline=INK, width=3)
        if ticked:
            points = ((0.2, 0.5), (0.45, 0.8), (0.9, 0.1))
            self._draw.line([(left + size * x, top + size * y) for x, y in points], fill=INK, width=6)
        self.text(words, size, indent=round(size * 1.8))

    def blank(self, words: str, size: int) -> None:
        """Write words, and a line behind them to write on by hand."""
        left = self.margin + round(width_of(words, size)) + size // 2
        below = self.y + round(size * 1.2)
        self._draw.line((left, below, self.width - self.margin, below), fill=PALE, width=2)
        self._line(words, size, False, INK)

    def row(self, cells: Sequence[str], shares: Sequence[float], size: int, *, colour: str = INK) -> None:
        """Write the cells of a table's row, each at the right of its column, and a rule below."""
        right = float(self.margin)
        for cell, share in zip(cells, shares, strict=True):
            right += (self.width - 2 * self.margin) * share / sum(shares)
            self._put(cell, right - width_of(cell, size), size, False, colour)
        self.y += round(size * 1.6)
        self._draw.line((self.margin, self.y, self.width - self.margin, self.y), fill=LINE, width=2)
        self.y += round(size * 0.4)

    def space(self, height: int) -> None:
        """Leave some room."""
        self.y += height

    def cut(self) -> Image.Image:
        """The sheet as high as what is on it."""
        return self.image.crop((0, 0, self.width, self.y + self.margin))

    def _line(self, text: str, size: int, bold: bool, colour: str, indent: int = 0) -> None:
        self._put(text, self.margin + indent, size, bold, colour)
        self.y += round(size * 1.6)

    def _put(self, text: str, x: float, size: int, bold: bool, colour: str) -> None:
        base = self.y + size  # one base line for both scripts
        for khmer, run in _runs(text):
            font = _font(khmer, size, bold)
            self._draw.text((x, base), run, fill=colour, font=font, anchor="ls")
            x += font.getlength(run)


def width_of(text: str, size: int, *, bold: bool = False) -> float:
    """How wide a text will be."""
    return sum(_font(khmer, size, bold).getlength(run) for khmer, run in _runs(text))


def _runs(text: str) -> list[tuple[bool, str]]:
    marked = groupby(text, key=lambda sign: _KHMER.match(sign) is not None)
    return [(khmer, "".join(signs)) for khmer, signs in marked]

"""Bars drawn on the server as SVG: no script, no inline style; a table with the same figures stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, NAME, THICK, GAP = 340, 16, 12, 10
"""Units of the drawing, as wide as a small phone: the width, a name's line, a bar below it, and between two."""
PITCH = NAME + THICK + GAP
_FIGURE = 48


@dataclass(frozen=True)
class Series:
    """What the parts of a bar are, in the order of their colours (desk.css: ``.s0``, ``.s1``, …)."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """A name with its parts."""

    name: str
    parts: tuple[int, ...]
    said: str = ""
    """What stands at its end, where that is not the sum."""

    @property
    def total(self) -> int:
        """The length of the whole bar."""
        return sum(self.parts)


@dataclass(frozen=True)
class Piece:
    """A rectangle: where it begins, how long it is, and which series it is of."""

    x: float
    length: float
    series: int
    value: int


@dataclass(frozen=True)
class Line:
    """A bar laid out."""

    name: str
    y: int
    pieces: tuple[Piece, ...]
    end: float
    said: str
    """The figure at its end."""


@dataclass(frozen=True)
class Drawing:
    """All lines, and how high they are together."""

    lines: tuple[Line, ...]
    height: int
    width: int = WIDTH


def draw(bars: Sequence[Bar]) -> Drawing:
    """Lay bars out one below the other, the longest as long as there is room."""
    longest = max((bar.total for bar in bars), default=0) or 1
    scale = (WIDTH - _FIGURE) / longest
    lines = tuple(_line(bar, at * PITCH, scale) for at, bar in enumerate(bars))
    return Drawing(lines, len(lines) * PITCH)


def _line(bar: Bar, y: int, scale: float) -> Line:
    pieces, x = [], 0.0
    for series, value in enumerate(bar.parts):
        length = round(value * scale, 1)
        pieces.append(Piece(round(x, 1), length, series, value))
        x += length
    return Line(bar.name, y, tuple(pieces), round(x, 1), bar.said or f"{bar.total:,}".replace(",", "."))

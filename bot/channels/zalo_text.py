"""Texts as both of Zalo's channels take them: NFC, counted, split on meaning, and choices written out as lines."""

import unicodedata
from collections.abc import Sequence
from typing import Any

_COENG = "\u17d2"
"""Khmer's sign that the next consonant is written below: never the last of a piece."""
_ENDS = ("\n\n", "\n", ". ", "។", " ", "\u200b")
"""Where a text is best cut, best first."""

Rows = Sequence[Sequence[dict[str, Any]]]
"""A keyboard's rows of buttons in the Bot API's own shape."""


def nfc(text: str) -> str:
    """Composed letters: the same sentence in fewer characters, as Zalo counts them."""
    return unicodedata.normalize("NFC", text)


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most ``limit`` characters, cut between paragraphs, sentences or words; never inside a letter."""
    text, pieces = nfc(text), []
    while len(text) > limit:
        cut = _cut(text, limit)
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [piece for piece in (*pieces, text) if piece]


def clip(text: str, limit: int) -> str:
    """The text in at most ``limit`` characters, with an ellipsis where it was longer; never cut inside a letter."""
    text = nfc(text)
    if len(text) <= limit:
        return text
    cut = limit - 1
    while cut > 1 and _is_inside(text, cut):
        cut -= 1
    return text[:cut].rstrip() + "…"


def _cut(text: str, limit: int) -> int:
    for end in _ENDS:
        # a piece that is mostly empty would only make more of them
        found = text.rfind(end, limit // 2, limit - len(end))
        if found >= 0:
            return found + len(end)
    cut = limit
    while cut > 1 and _is_inside(text, cut):
        cut -= 1
    return cut


def _is_inside(text: str, cut: int) -> bool:
    return unicodedata.category(text[cut])[0] == "M" or text[cut - 1] == _COENG


def buttons_of(markup: Any) -> list[dict[str, Any]]:
    """The inline buttons of a reply's markup, in reading order; none for any other markup."""
    if markup is None:
        return []
    plain: dict[str, Any] = markup if isinstance(markup, dict) else markup.model_dump(exclude_none=True)
    return [button for row in plain.get("inline_keyboard", ()) for button in row]


def is_numbered(button: dict[str, Any]) -> bool:
    """Whether the label begins with its number, by which it can be answered."""
    number, dot, _ = button["text"].partition(". ")
    return bool(dot) and number.isdecimal()


def as_lines(buttons: Sequence[dict[str, Any]]) -> str:
    """Choices written out, one a line, for a screen without buttons; a link with its address."""
    return "\n".join(_line(button) for button in buttons)


def _line(button: dict[str, Any]) -> str:
    label: str = button["text"]
    if url := button.get("url"):
        return f"{label}: {url}"
    return label if is_numbered(button) else f"› {label}"

"""A few words around what was searched for, in pieces that say which of them were; the page escapes each."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from content.fold import fold_by_letter

BEFORE, AFTER = 70, 170


class Piece(NamedTuple):
    """Some words, and whether they are what was searched for."""

    words: str
    found: bool


def contains(text: str, words: Sequence[str]) -> bool:
    """Whether all the folded words stand in a text, as the database would find them."""
    folded, _ = fold_by_letter(unicodedata.normalize("NFC", text))
    return all(look.search(folded) for look in _looks(words))


def excerpt(text: str, words: Sequence[str]) -> list[Piece]:
    """What stands around the first of the folded words."""
    whole = unicodedata.normalize("NFC", text)
    spans = list(_spans(whole, words))
    first = spans[0][0] if spans else 0
    start, end = _cut(whole, first)
    pieces = [Piece("… ", found=False)] if start else []
    at = start
    for begin, over in spans:
        if begin < at or over > end:
            continue
        pieces += [Piece(whole[at:begin], found=False), Piece(whole[begin:over], found=True)]
        at = over
    pieces.append(Piece(whole[at:end] + (" …" if end < len(whole) else ""), found=False))
    return [piece for piece in pieces if piece.words]


def _cut(whole: str, first: int) -> tuple[int, int]:
    """From where to where, at a space if one is near."""
    start = max(0, first - BEFORE)
    if start and (space := whole.find(" ", start, first)) >= 0:
        start = space + 1
    return start, min(len(whole), first + AFTER)


def _spans(whole: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand, in order."""
    folded, places = fold_by_letter(whole)
    found = {match.span() for look in _looks(words) for match in look.finditer(folded)}
    for begin, over in sorted(found):
        yield places[begin], places[over - 1] + 1


def _looks(words: Sequence[str]) -> list[re.Pattern[str]]:
    """What to look for, as ``db.words_search.patterns``: whole Latin words, the last begun only; parts of any other."""
    latin = all(word.isascii() for word in words)
    return [_look(word, begun=latin and at == len(words) - 1 and len(word) > 2) for at, word in enumerate(words)]


def _look(word: str, *, begun: bool) -> re.Pattern[str]:
    if not word.isascii():
        return re.compile(re.escape(word))
    return re.compile(r"(?<!\S)" + re.escape(word) + ("" if begun else r"(?!\S)"))

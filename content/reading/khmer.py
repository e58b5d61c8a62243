"""Khmer writing made comparable: words run together, and look-alike letters stand for each other."""

import re

from content.fold import fold

_KHMER = re.compile(r"[\u1780-\u17d3]")
_COENG = "\u17d2"
_DEPENDENT = re.compile(r"[\u17b6-\u17d3]")
_SHORT = 3


def has_khmer(text: str) -> bool:
    """Say whether any Khmer letter is in the text."""
    return _KHMER.search(text) is not None


def khmer_key(text: str) -> str:
    """Reduce text to a form for comparing Khmer: folded, without spaces, look-alike letters made one."""
    return _letters(fold(text)).replace(" ", "")


def _letters(folded: str) -> str:
    # The subscripts of ដ and ត look and sound alike; the signs ៎ and ័ are left out in a hurry.
    return folded.replace(_COENG + "ដ", _COENG + "ត").translate({0x17CE: None, 0x17D0: None})


def khmer_spans(text: str, word: str) -> list[tuple[int, int]]:
    """Find where a word stands in Khmer text as whole syllables, as offsets into `khmer_key(text)`."""
    key, wanted = khmer_key(text), khmer_key(word)
    if not wanted:
        return []
    spans = [(found.start(), found.end()) for found in re.finditer(re.escape(wanted), key)]
    return [span for span in spans if _is_whole(key, span) and _is_safe(text, wanted, span)]


def _is_whole(key: str, span: tuple[int, int]) -> bool:
    start, end = span
    begins = start == 0 or key[start - 1] != _COENG
    ends = end == len(key) or not _DEPENDENT.match(key[end])
    return begins and ends


def _is_safe(text: str, wanted: str, span: tuple[int, int]) -> bool:
    # ទេ ("no") is also the middle of ប្រទេស ("country"): so short a word must end what was typed as one piece.
    return len(wanted) > _SHORT or span[1] in _piece_ends(text)


def _piece_ends(text: str) -> set[int]:
    ends, length = set(), 0
    for piece in _letters(fold(text)).split():
        length += len(piece)
        ends.add(length)
    return ends

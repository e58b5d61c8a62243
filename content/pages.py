"""Dividing a text into messages that are read at one glance: two short sentences, or a short list."""

import re
from collections.abc import Iterable, Iterator

SENTENCES = 2
LONGEST = 300
"""Letters of a message; every channel takes more, people do not."""
LONGEST_LIST = 500
ITEM = "- "
_PARAGRAPH = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"(?<=[.!?…។៕])[”»\")]*\s+")
_CLAUSE = re.compile(r"(?<=[,;:៖—])\s+")


def pages(text: str) -> list[str]:
    """The messages of a text, in order; a paragraph begins a new one, and no sentence is torn that fits into one."""
    paragraphs = (part.strip() for part in _PARAGRAPH.split(text))
    return [page for paragraph in paragraphs if paragraph for page in _paragraph(paragraph)]


def _paragraph(paragraph: str) -> Iterator[str]:
    lines = [line.strip() for line in paragraph.split("\n") if line.strip()]
    at = next((at for at, line in enumerate(lines) if line.startswith(ITEM)), None)
    if at is None:
        yield from _prose(lines)
    else:
        yield from _prose(lines[: max(at - 1, 0)])
        *before, heading = [*_prose(lines[max(at - 1, 0) : at])] or [""]
        yield from before
        yield from _list([heading] if heading else [], lines[at:])


def _prose(lines: list[str]) -> Iterator[str]:
    pieces = [(piece, at > 0) for line in lines for at, piece in enumerate(_short(_SENTENCE.split(line)))]
    page, count = "", 0
    for piece, same_line in pieces:
        longer = f"{page}{' ' if same_line else chr(10)}{piece}" if page else piece
        if page and (count == SENTENCES or len(longer) > LONGEST):
            yield page
            page, count = piece, 1
        else:
            page, count = longer, count + 1
    if page:
        yield page


def _list(head: list[str], items: list[str]) -> Iterator[str]:
    page = list(head)
    for item in (piece for line in items for piece in _short([line])):
        if len(page) > len(head) and len("\n".join([*page, item])) > LONGEST_LIST:
            yield "\n".join(page)
            page = []
        page.append(item)
    yield "\n".join(page)


def _short(pieces: Iterable[str]) -> Iterator[str]:
    """Each piece, or the clauses or words of one that is longer than a message."""
    for piece in pieces:
        if len(piece) <= LONGEST:
            yield piece
        else:
            yield from _packed(_words(piece))


def _words(sentence: str) -> Iterator[str]:
    for clause in _CLAUSE.split(sentence):
        if len(clause) <= LONGEST:
            yield clause
        else:
            for word in clause.split():
                yield from (word[start : start + LONGEST] for start in range(0, len(word), LONGEST))


def _packed(parts: Iterable[str]) -> Iterator[str]:
    line = ""
    for part in parts:
        longer = f"{line} {part}" if line else part
        if line and len(longer) > LONGEST:
            yield line
            line = part
        else:
            line = longer
    if line:
        yield line

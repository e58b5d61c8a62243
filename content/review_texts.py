"""Writing a reader's words into the files of lessons and articles; everything else in them stays as it is."""

import json
import re
import tomllib
from collections.abc import Mapping

from content.articles import FENCE
from content.review_units import Unit, paragraphs

_BOTH = re.compile(r'vi = (?P<vi>"(?:[^"\\]|\\.)*"), km = (?P<km>"(?:[^"\\]|\\.)*")')
_TITLE = re.compile(r'^title = "(?:[^"\\]|\\.)*"$', re.MULTILINE)
_KEY = re.compile(r'^key = "(?P<key>[^"]+)"$', re.MULTILINE)
_CARD = "[[card]]"


class NotFound(ValueError):
    """A text does not stand in its file as it was read; nothing is written then."""


def lesson_with(text: str, unit: Unit, words: str) -> str:
    """A lesson's file with other Khmer words for one of its texts."""
    _, _, card, *_ = (*unit.key.split("/"), "")
    blocks = text.split(_CARD)
    at = 0 if card == "title" else _block_of(blocks, card)
    found = [one for one in _BOTH.finditer(blocks[at]) if (_said(one["vi"]), _said(one["km"])) == (unit.vi, unit.km)]
    if not found:
        raise NotFound(unit.key)
    begin, end = found[0].span("km")
    blocks[at] = blocks[at][:begin] + _quoted(words) + blocks[at][end:]
    return _CARD.join(blocks)


def _block_of(blocks: list[str], card: str) -> int:
    for at, block in enumerate(blocks[1:], 1):
        if (key := _KEY.search(block)) and key["key"] == card:
            return at
    raise NotFound(card)


def _said(quoted: str) -> str:
    return str(tomllib.loads(f"said = {quoted}")["said"]).strip()


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def article_with(text: str, unit: Unit, words: str) -> str:
    """An article's file with another Khmer title or paragraph."""
    before, head, body = text.split(f"{FENCE}\n", 2)
    number = int(unit.key.rpartition("/")[2])
    if number == 0:
        if not _TITLE.search(head):
            raise NotFound(unit.key)
        head = _TITLE.sub(lambda _: f"title = {_quoted(words)}", head, count=1)
    else:
        told = paragraphs(body)
        if told[number - 1] != unit.km:
            raise NotFound(unit.key)
        told[number - 1] = words
        body = "\n\n".join(told) + "\n"
    return f"{FENCE}\n".join((before, head, body))


def approvals_file(given: Mapping[str, tuple[str, str]]) -> str:
    """The file of approvals, by key."""
    head = "# Written by `vieclam content review import`: who approved which Khmer text of a lesson or an article.\n"
    return head + "".join(
        f"\n[{_quoted(key)}]\nby = {_quoted(by)}\nmark = {_quoted(mark)}\n" for key, (by, mark) in sorted(given.items())
    )

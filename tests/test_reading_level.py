"""A message is two short sentences, or a list of short lines: what somebody with three years of school reads."""

import re

import pytest

from content.catalogue import LANGUAGES, messages
from content.facts.filling import fill

MOST_SENTENCES = 2
LONGEST_LINE = 240
MOST_LINES = 8
LEGAL = ("consent.",)
"""The agreement says all that the law asks for, and is read out in parts of its own."""
_ENDS = {"vi": re.compile(r"[.!?](?=\s|$)"), "km": re.compile(r"[។!?](?=\s|$)")}
_NUMBERED = re.compile(r"^\d+\.", re.MULTILINE)


def told(lang: str) -> dict[str, str]:
    said = messages(lang).items()
    return {key: fill(lang, words, {}) for key, words in said if not key.startswith(LEGAL)}


def sentences(lang: str, words: str) -> int:
    """The sentences of the paragraph with the most; the lines of a list end without a sign."""
    ends = _ENDS[lang]
    return max(len(ends.findall(line)) for line in _NUMBERED.sub("", words).split("\n"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_paragraph_has_more_than_two_sentences(lang: str) -> None:
    assert {key: words for key, words in told(lang).items() if sentences(lang, words) > MOST_SENTENCES} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lines_are_short_and_few(lang: str) -> None:
    long = {key: words for key, words in told(lang).items() if max(map(len, words.split("\n"))) > LONGEST_LINE}
    many = {key: words for key, words in told(lang).items() if words.count("\n") >= MOST_LINES}
    assert (long, many) == ({}, {})


def test_three_sentences_would_be_seen() -> None:
    assert sentences("vi", "Một. Hai! Ba?") == 3
    assert sentences("km", "មួយ។ ពីរ។ បី?") == 3
    assert sentences("vi", "1. Vào Tổ\n2. Viết giấy") == 0

"""No text that a worker reads has a sum, a span, a share or a phone of its own: those are facts, by name."""

import re

import pytest

from content.facts.filling import FACT
from content.review_units import DESK_WORDS, Unit, units

TEXTS = [unit for unit in units().values() if not unit.key.startswith(f"{DESK_WORDS}/")]
FIGURE = re.compile(
    r"[\d០-៩][\d០-៩.,]*\s*(?:%|phần trăm|triệu|tỷ|đồng|tháng|năm|ngày|tuổi|USD|ភាគរយ|លាន|ដុង|ខែ|ឆ្នាំ|ថ្ងៃ)"
    r"|(?<![\d០-៩])(?:0[\d០-៩ .]{8,}|1[\d០-៩]{2}(?![\d០-៩]))"
)
_PLACE = re.compile(r"\{[^}]*\}")
_EXAMPLE = re.compile(r"(?:Ví dụ|ví dụ|ឧទាហរណ៍)[^\n]*")
"""How an answer may be typed; nothing is said by it."""
ANSWERS = ("choice.idle_time.",)
"""What people choose from about themselves."""


def bare(words: str) -> list[str]:
    """The figures of a text that are neither facts, nor filled in, nor an example of how to answer."""
    return FIGURE.findall(_EXAMPLE.sub("", _PLACE.sub("", FACT.sub("", words))))


def told(unit: Unit, lang: str) -> str:
    return unit.vi if lang == "vi" else unit.km


@pytest.mark.parametrize("lang", ["vi", "km"])
def test_messages_lessons_and_articles_have_no_figure_of_their_own(lang: str) -> None:
    asked = [unit for unit in TEXTS if not unit.key.startswith(ANSWERS)]
    assert len(asked) > 900
    assert {unit.key: found for unit in asked if (found := bare(told(unit, lang)))} == {}


@pytest.mark.parametrize(
    "words",
    ["Lãi 6,6% một năm", "vay 100 triệu", "trong 3 tháng", "gọi 111", "gọi 0912 345 678", "ខ្ចី ១០០ លាន", "ក្នុង 3 ខែ"],
)
def test_a_bare_figure_would_be_seen(words: str) -> None:
    assert bare(words)


@pytest.mark.parametrize(
    "words", ["{loan.poor.rate_year} một năm", "Ví dụ: 25 triệu", "Bước 3: khám", "mẫu 01/TD", "lớp 9"]
)
def test_what_is_no_figure_is_left_alone(words: str) -> None:
    assert bare(words) == []

"""The language asked for in a sentence, and the script it is written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.language_words import looks_khmer, named_language


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("tieng viet", "vi"), ("tiếng Việt đi", "vi"), ("nói tiếng kinh nha", "vi"), ("ភាសាវៀតណាម", "vi"),
        ("noi tieng khmer", "km"), ("chuyen qua tieng khmer", "km"), ("tiếng khơ me", "km"), ("ភាសាខ្មែរ", "km"),
        ("ខ្ញុំចង់និយាយភាសាខ្មែរ", "km"), ("đổi tiếng Khmer sang tiếng Việt", "vi"),
        ("tôi không biết chữ, nói tiếng khmer được không", "km"),
        ("toi khong biet tieng khmer", "vi"), ("không rành tiếng việt", "km"), ("không hiểu tiếng Việt lắm", "km"),
        ("đừng nói tiếng khmer nữa", "vi"), ("toi khong ranh tieng viet, noi tieng khmer di", "km"),
        ("tui đọc không được chữ khmer", "vi"), ("ខ្ញុំអត់ចេះភាសាវៀតណាម", "km"), ("ខ្ញុំមិនចេះភាសាខ្មែរ", "vi"),
    ],
)  # fmt: skip
def test_the_language_asked_for(text: str, lang: str) -> None:
    assert named_language(text) == lang


@pytest.mark.parametrize(
    "text",
    ["", "khmer", "kinh", "ខ្មែរ", "tôi người khơ me", "việt nam", "tiếng việt hay tiếng khmer", "học tiếng khmer",
     "không biết tiếng nhật", "đổi tiếng"],
)  # fmt: skip
def test_no_language_is_asked_for(text: str) -> None:
    assert named_language(text) is None


@pytest.mark.parametrize(
    ("text", "khmer"),
    [
        ("ខ្ញុំចង់ខ្ចីលុយ", True), ("ខ្ញុំចង់ vay", True), ("vay ខ្ញុំ tien ngan hang", False), ("xin chào", False),
        ("123", False), ("", False),
    ],
)  # fmt: skip
def test_mostly_khmer_letters(text: str, khmer: bool) -> None:
    assert looks_khmer(text) == khmer


@given(st.text())
def test_any_text_names_a_language_or_none(text: str) -> None:
    assert named_language(text) in ("vi", "km", None)
    assert looks_khmer(text) in (True, False)

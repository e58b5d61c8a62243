"""Comparing Khmer writing."""

from hypothesis import given
from hypothesis import strategies as st

from content.reading.khmer import has_khmer, khmer_key, khmer_spans


def test_spaces_and_look_alike_letters_make_no_difference() -> None:
    assert khmer_key("ម៉ោង ១២") == khmer_key("ម៉ោង\u200b12")
    assert khmer_key("ដណ្ដប់") == khmer_key("ដណ្តប់")


def test_a_word_is_found_only_as_whole_syllables() -> None:
    assert khmer_spans("ខ្ញុំជាប្រុស", "ប្រុស") == [(7, 12)]
    assert khmer_spans("ប្រទេស", "ទេ") == []
    assert khmer_spans("អត់ទេ", "ទេ") == [(3, 5)]
    assert khmer_spans("ស្រី", "ស") == []


@given(st.text())
def test_any_text_has_a_key_that_stays(text: str) -> None:
    assert khmer_key(khmer_key(text)) == khmer_key(text)
    assert has_khmer(khmer_key(text)) <= has_khmer(text)

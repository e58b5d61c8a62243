"""Numbers, typed and said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.reading import read_number, read_position

KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
UNITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
KHMER_UNITS = ["", "មួយ", "ពីរ", "បី", "បួន", "ប្រាំ", "ប្រាំមួយ", "ប្រាំពីរ", "ប្រាំបី", "ប្រាំបួន"]
KHMER_TENS = ["", "ដប់", "ម្ភៃ", "សាមសិប", "សែសិប", "ហាសិប", "ហុកសិប", "ចិតសិប", "ប៉ែតសិប", "កៅសិប"]


def _vietnamese(number: int) -> str:
    ten, unit = divmod(number, 10)
    if ten == 0:
        return UNITS[unit]
    tens = "mười" if ten == 1 else f"{UNITS[ten]} mươi"
    last = {0: "", 5: "lăm", 1: "một" if ten == 1 else "mốt"}.get(unit, UNITS[unit])
    return f"{tens} {last}".strip()


@given(st.integers(0, 99))
def test_vietnamese_number_words_are_read_back(number: int) -> None:
    assert read_number(_vietnamese(number)) == number


@given(st.integers(1, 99))
def test_khmer_number_words_are_read_back(number: int) -> None:
    assert read_number(KHMER_TENS[number // 10] + KHMER_UNITS[number % 10]) == number


@given(st.integers(0, 10**15 - 1))
def test_khmer_digits_are_the_same_number(number: int) -> None:
    assert read_number(str(number).translate(KHMER_DIGITS)) == read_number(str(number)) == number


@given(st.integers(1000, 10**12))
def test_grouping_does_not_change_a_number(number: int) -> None:
    assert read_number(f"{number:,}") == read_number(f"{number:,}".replace(",", ".")) == number


@given(st.text())
def test_any_text_is_a_whole_number_or_nothing(text: str) -> None:
    for found in (read_number(text), read_position(text)):
        assert found is None or found >= 0


@given(st.text())
def test_a_number_once_read_reads_the_same(text: str) -> None:
    found = read_number(text)
    assert found is None or found >= 10**15 or read_number(str(found)) == found


@pytest.mark.parametrize("text", ["2 hay 3", "2-3", "ba bốn", "mấy", "", "1" * 5000, "មួយមួយ", "năm năm năm"])
def test_what_is_no_single_number_is_not_guessed(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize("text", ["2", "số 2", "so 2.", "(2)", "cái thứ hai", "chọn 2 nha", "លេខ២", "២", "លេខពីរ"])
def test_a_position_is_read_in_any_wording(text: str) -> None:
    assert read_position(text) == 2


@pytest.mark.parametrize("text", ["lớp 9", "2 năm", "em 35 tuổi", "0912345678 nam"])
def test_a_number_in_a_sentence_is_no_position(text: str) -> None:
    assert read_position(text) is None

"""Telephone numbers in any spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.reading import mask_phone, read_phone, show_phone
from content.reading.phones import RENUMBERED

KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
subscribers = st.builds(
    lambda prefix, rest: f"{prefix}{rest:07d}",
    st.sampled_from(["91", "98", "86", "32", "38", "70", "77", "81", "83", "56", "59"]),
    st.integers(0, 10**7 - 1),
)


@given(subscribers, st.sampled_from(["0", "+84", "84", "0084", "+84 0", "", "(+84) "]))
def test_each_way_to_begin_a_number_gives_the_same(subscriber: str, start: str) -> None:
    assert read_phone(start + subscriber) == f"+84{subscriber}"


@given(subscribers, st.lists(st.sampled_from(["", " ", ".", "-", "  ", " . "]), min_size=10, max_size=10))
def test_spaces_and_dots_never_change_a_number(subscriber: str, gaps: list[str]) -> None:
    spaced = "".join(digit + gap for digit, gap in zip(f"0{subscriber}", gaps, strict=True))
    assert read_phone(spaced) == f"+84{subscriber}"


@given(subscribers)
def test_khmer_digits_are_the_same_number(subscriber: str) -> None:
    assert read_phone(f"0{subscriber}".translate(KHMER_DIGITS)) == f"+84{subscriber}"


@given(subscribers)
def test_a_number_as_shown_is_read_back(subscriber: str) -> None:
    assert read_phone(show_phone(f"+84{subscriber}")) == f"+84{subscriber}"


@given(st.text())
def test_any_text_is_a_vietnamese_number_or_nothing(text: str) -> None:
    found = read_phone(text)
    assert found is None or (found.startswith("+84") and read_phone(found) == found)


@given(st.text(alphabet="0123456789០១២ .-/+o", max_size=60))
def test_any_digits_are_a_number_or_nothing(text: str) -> None:
    found = read_phone(text)
    assert found is None or read_phone(found) == found


@pytest.mark.parametrize(("old", "new"), RENUMBERED.items())
def test_an_eleven_digit_number_becomes_the_one_it_was_changed_to(old: str, new: str) -> None:
    assert read_phone(f"0{old}7654321") == read_phone(f"+84{old}7654321") == f"+84{new}7654321"


@pytest.mark.parametrize(
    "text",
    ["0912 345 6789", "0912345", "084090001234", "+81 90 1234 5678", "0000000000", "1990", "không có", "113"],
)
def test_what_cannot_be_dialled_is_refused(text: str) -> None:
    assert read_phone(text) is None


def test_other_numbers_in_the_sentence_do_no_harm() -> None:
    assert read_phone("em 35 tuoi, sn 1990 0912 345 678") is None  # three runs in one: better asked again
    assert read_phone("em 35 tuoi, sn 1990: 0912 345 678") == "+84912345678"


def test_a_hidden_number_shows_only_its_ends() -> None:
    assert show_phone("+84912345678") == "0912 345 678"
    assert mask_phone("+84912345678") == "091* *** *78"

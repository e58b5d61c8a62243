"""Sums of money and spans of time: read the same wherever they are asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.reading.money import OtherMoney, read_sum
from content.reading.spans import read_months


@pytest.mark.parametrize(
    "text", ["40", "40 triệu", "40tr", "40 trieu", "40.000.000", "bốn mươi", "៤០", "៤០ លាន", "40000000 đ"]
)
def test_forty_is_forty_million_however_it_is_written(text: str) -> None:
    assert read_sum(text) == 40_000_000


@pytest.mark.parametrize(
    ("text", "dong"),
    [("27,5 triệu", 27_500_000), ("27tr5", 27_500_000), ("1,2 tỷ", 1_200_000_000), ("900k", 900_000), ("0", 0)],
)
def test_scales_are_taken_as_they_are_said(text: str, dong: int) -> None:
    assert read_sum(text) == dong


@pytest.mark.parametrize(
    "text",
    [
        "3600 usd",
        "3.600 đô",
        "1500$",
        "30 man",
        "20 vạn yên",
        "2 cây vàng",
        "hai cây vàng",
        "៥០០ ដុល្លារ",
        "100 triệu won",
    ],
)
def test_other_money_is_never_taken_for_dong(text: str) -> None:
    with pytest.raises(OtherMoney):
        read_sum(text)


@pytest.mark.parametrize("text", ["", "nhiều lắm", "40 hay 50", "từ 40 tới 60 triệu", "vay mua vàng"])
def test_what_is_no_single_sum_is_not_guessed(text: str) -> None:
    assert read_sum(text) is None


@given(st.integers(1, 999))
def test_a_bare_number_and_the_millions_are_one_sum(number: int) -> None:
    assert read_sum(str(number)) == read_sum(f"{number} triệu") == number * 1_000_000


@pytest.mark.parametrize(
    ("text", "months"),
    [("36", 36), ("36 tháng", 36), ("3 năm", 36), ("3nam", 36), ("ba năm", 36), ("năm năm", 60), ("năm", 5),
     ("៣ ឆ្នាំ", 36), ("៣៦ខែ", 36), ("3 năm thôi", 36), ("", None), ("lâu lắm", None)],
)  # fmt: skip
def test_years_and_months(text: str, months: int | None) -> None:
    assert read_months(text) == months

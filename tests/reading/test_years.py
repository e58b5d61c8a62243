"""Birth years from years, dates and ages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.reading import read_age_or_year, read_birth_year

TODAY = date(2026, 11, 24)
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
years = st.integers(TODAY.year - 100, TODAY.year - 10)


@given(years, st.sampled_from(["{}", "sinh năm {}", "sn {}", "năm {} nha", "5/3/{}", "កើតឆ្នាំ {}"]))
def test_a_year_is_read_in_any_wording(year: int, wording: str) -> None:
    assert read_birth_year(wording.format(year), TODAY) == year


@given(years)
def test_khmer_digits_are_the_same_year(year: int) -> None:
    assert read_birth_year(str(year).translate(KHMER_DIGITS), TODAY) == year


@given(st.integers(10, 99), st.sampled_from(["{} tuổi", "em {}t", "tuổi {}", "អាយុ {} ឆ្នាំ", "năm nay {}"]))
def test_an_age_gives_the_year(age: int, wording: str) -> None:
    assert read_birth_year(wording.format(age), TODAY) == TODAY.year - age


@given(st.text(), st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_any_text_is_a_plausible_year_or_nothing(text: str, today: date) -> None:
    found = read_birth_year(text, today)
    assert found is None or 10 <= today.year - found <= 100
    assert found is None or read_birth_year(str(found), today) == found


@given(st.text(alphabet="0123456789 tuoisn/.", max_size=30))
def test_any_digits_are_a_plausible_year_or_nothing(text: str) -> None:
    found = read_birth_year(text, TODAY)
    assert found is None or 10 <= TODAY.year - found <= 100


@pytest.mark.parametrize(
    "text",
    [
        "35", "20", "50", "90", "05", "46", "២៥", "'88", "gan 50", "tám mươi chín", "2024", "1890", "1990 hay 1991",
        "120 tuổi", "không nhớ", "0912345678",
    ],
)  # fmt: skip
def test_what_may_be_read_two_ways_is_asked_again(text: str) -> None:
    assert read_birth_year(text, TODAY) is None


@pytest.mark.parametrize(("text", "year"), [("sn 40", 1940), ("nam 46", 1946), ("sinh năm 05", 2005)])
def test_two_digits_said_to_be_a_year_are_one(text: str, year: int) -> None:
    assert read_birth_year(text, TODAY) == year


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("50", (1976, 1950)), ("34", (1992,)), ("35", (1991,)), ("90", (1990,)), ("08", (2008,)), ("'88", (1988,)),
        ("២៥", (2001,)), ("gan 50", (1976, 1950)), ("gần 50", (1976, 1950)), ("khoảng 50", (1976, 1950)),
        ("tầm 34", (1992,)), ("tam 34", (1992,)), ("dạ 34 ạ", (1992,)), ("tam muoi chin", (1989,)),
        ("tám mươi chín", (1989,)), ("năm mươi", (1976, 1950)), ("ប្រហែល ៥០", (1976, 1950)), ("ហាសិប", (1976, 1950)),
        ("46", (1980, 1946)), ("16", (2010,)), ("8", ()), ("15", ()), ("35 tuổi", ()), ("1990", ()), ("sn 50", ()),
        ("50 triệu", ()), ("0912345678", ()), ("không nhớ", ()), ("hai đứa con", ()), ("", ()),
    ],
)  # fmt: skip
def test_a_bare_number_may_be_an_age_or_a_year(text: str, years: tuple[int, ...]) -> None:
    assert read_age_or_year(text, TODAY) == years


@given(st.text() | st.text(alphabet="0123456789 gantmỉ", max_size=12))
def test_any_text_gives_years_of_working_age_or_none(text: str) -> None:
    found = read_age_or_year(text, TODAY)
    assert all(16 <= TODAY.year - year <= 80 for year in found)
    assert not found or read_birth_year(text, TODAY) is None

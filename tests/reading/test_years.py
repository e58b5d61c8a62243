"""Birth years from years, dates and ages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.reading import read_birth_year

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


@pytest.mark.parametrize("text", ["35", "20", "2024", "1890", "1990 hay 1991", "120 tuổi", "không nhớ", "0912345678"])
def test_what_may_be_read_two_ways_is_asked_again(text: str) -> None:
    assert read_birth_year(text, TODAY) is None


@pytest.mark.parametrize(("text", "year"), [("90", 1990), ("'88", 1988), ("05", 2005), ("sn 40", 1940), ("46", 1946)])
def test_two_digits_are_a_year_of_working_life(text: str, year: int) -> None:
    assert read_birth_year(text, TODAY) == year

"""Dates typed and said."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.reading import read_date

TODAY = date(2026, 11, 24)
KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
days = st.dates(date(1930, 1, 1), date(2090, 12, 31))
WRITTEN = [
    "{0.day}/{0.month}/{0.year}",
    "{0:%d-%m-%Y}",
    "{0:%d.%m.%Y}",
    "{0:%Y-%m-%d}",
    "{0:%d%m%Y}",
    "ngày {0.day} tháng {0.month} năm {0.year}",
    "ថ្ងៃទី {0.day} ខែ {0.month} ឆ្នាំ {0.year}",
]
WEEKDAYS = ["thứ hai", "thứ 3", "t4", "thu nam", "thứ 6", "thu bay", "chủ nhật"]
KHMER_WEEKDAYS = ["ច័ន្ទ", "អង្គារ", "ពុធ", "ព្រហស្បតិ៍", "សុក្រ", "សៅរ៍", "អាទិត្យ"]


@given(days, st.sampled_from(WRITTEN))
def test_a_written_date_is_read_back(day: date, wording: str) -> None:
    written = wording.format(day)
    assert read_date(written, TODAY) == day
    assert read_date(written.translate(KHMER_DIGITS), TODAY) == day


@given(days, st.sampled_from(["{0.day}/{0.month}", "{0.day}.{0.month}", "{0.day} tháng {0.month}"]), days)
def test_a_date_without_a_year_is_the_next_such_day(day: date, wording: str, today: date) -> None:
    found = read_date(wording.format(day), today)
    assert found is not None
    assert (found.day, found.month) == (day.day, day.month)
    assert 0 <= (found - today).days <= 8 * 366


@given(st.integers(0, 6), days)
def test_a_weekday_is_the_next_one_after_today(weekday: int, today: date) -> None:
    for said in (WEEKDAYS[weekday], f"ថ្ងៃ{KHMER_WEEKDAYS[weekday]}"):
        found = read_date(said, today)
        assert found is not None
        assert found.weekday() == weekday
        assert timedelta(0) < found - today <= timedelta(7)


@given(st.integers(0, 6), days)
def test_a_weekday_of_next_week_lies_in_next_week(weekday: int, today: date) -> None:
    monday = today - timedelta(today.weekday()) + timedelta(7)
    assert read_date(f"{WEEKDAYS[weekday]} tuần sau", today) == monday + timedelta(weekday)


@given(st.text(), days)
def test_any_text_is_a_date_or_nothing(text: str, today: date) -> None:
    found = read_date(text, today)
    assert found is None or read_date(found.isoformat(), today) == found


@given(st.text(alphabet="0123456789/-. thangy", max_size=30), days)
def test_any_digits_are_a_date_or_nothing(text: str, today: date) -> None:
    found = read_date(text, today)
    assert found is None or 1900 <= found.year <= 2100


@pytest.mark.parametrize(
    "text",
    ["31/2/2027", "rằm tháng 7", "mùng 5 tháng 3 âm lịch", "chị Mai", "0912.345.678", "một", "13/13", ""],
)
def test_what_is_no_solar_date_is_not_guessed(text: str) -> None:
    assert read_date(text, TODAY) is None


def test_the_last_days_of_the_calendar_are_no_trouble() -> None:
    assert read_date("30/12", date(2100, 12, 31)) is None
    assert read_date("ngày 31", date(2027, 1, 31)) == date(2027, 1, 31)
    assert read_date("ngày 31", date(2027, 2, 1)) == date(2027, 3, 31)
    assert read_date("ngày 5 tháng sau", TODAY) == date(2026, 12, 5)

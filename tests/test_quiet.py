"""Quiet hours, holidays and the cap, and rules for what comes again; no clock, no database."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.holidays import holidays, quiet_days, years_known
from content.quiet import Manners, when_allowed
from content.repeats import Repeat

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NEW_YEAR = date(2026, 4, 14)
MANNERS = Manners.from_words("07:30-19:30", 2, 3, frozenset({NEW_YEAR, date(2026, 4, 15), date(2026, 4, 16)}), ZONE)


def at(day: int, hour: int, minute: int = 0, month: int = 4) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        (at(8, 7, 30), at(8, 7, 30)),
        (at(8, 19, 29), at(8, 19, 29)),
        (at(8, 19, 30), at(9, 7, 30)),
        (at(8, 3), at(8, 7, 30)),
        (at(8, 23, 59), at(9, 7, 30)),
        (at(14, 9), at(17, 7, 30)),
        (at(13, 20), at(17, 7, 30)),
        (at(16, 23), at(17, 7, 30)),
    ],
)
def test_it_waits_for_the_morning_and_for_the_end_of_a_holiday(now: datetime, allowed: datetime) -> None:
    assert when_allowed(now, MANNERS) == allowed
    assert when_allowed(allowed, MANNERS) == allowed, "and then it goes"


def test_a_holiday_may_be_asked_for_but_not_its_night() -> None:
    assert when_allowed(at(14, 9), MANNERS, on_holidays=True) == at(14, 9)
    assert when_allowed(at(14, 22), MANNERS, on_holidays=True) == at(15, 7, 30)


def test_urgent_goes_at_once() -> None:
    told = [at(14, 1), at(14, 2), at(14, 3)]
    assert when_allowed(at(14, 3), MANNERS, told, urgent=True) == at(14, 3)


def test_the_third_in_a_day_waits_until_the_first_is_a_day_old() -> None:
    told = [at(8, 10), at(8, 9)]
    assert when_allowed(at(8, 12), MANNERS, told) == at(9, 9)
    assert when_allowed(at(8, 12), MANNERS, told[:1]) == at(8, 12)
    assert when_allowed(at(9, 9), MANNERS, told) == at(9, 9)


def test_the_fourth_in_a_week_waits_and_a_wait_that_ends_on_a_holiday_goes_on() -> None:
    told = [at(7, 8), at(8, 8), at(10, 8)]
    assert when_allowed(at(12, 12), MANNERS, told) == at(17, 7, 30), "the week ends on the 14th, a holiday"


def test_hours_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="begin after"):
        Manners.from_words("19:30-07:30", 1, 1, frozenset(), ZONE)


def test_every_holiday_has_a_source_and_days_in_every_year_known() -> None:
    assert {2026, 2027} <= years_known()
    for one in holidays():
        assert one.source
        assert one.kind in ("fixed", "computed")
        assert {2026, 2027} <= {day.year for day in one.days}, one.name
    assert date(2026, 11, 23) in quiet_days()
    assert date(2030, 1, 5) in quiet_days(frozenset({date(2030, 1, 5)}))


def test_a_daily_rule() -> None:
    rule = Repeat("day", time(8))
    assert rule.next_after(at(8, 7), ZONE) == at(8, 8)
    assert rule.next_after(at(8, 8), ZONE) == at(9, 8)


def test_a_weekly_rule_ends_with_its_last_day() -> None:
    rule = Repeat.from_json({"every": "week", "at": "09:00", "weekdays": [4, 1], "until": "2026-04-16"})
    assert rule.next_after(at(8, 12), ZONE) == at(9, 9), "Thursday"
    assert rule.next_after(at(9, 9), ZONE) == at(13, 9), "Monday"
    assert rule.next_after(at(16, 9), ZONE) is None
    assert Repeat.from_json(rule.as_json()) == rule


def test_a_monthly_rule_on_a_day_that_a_month_lacks() -> None:
    rule = Repeat.from_json({"every": "month", "at": "09:00", "month_day": 31})
    assert rule.next_after(at(8, 12), ZONE) == at(30, 9)
    assert rule.next_after(at(30, 9), ZONE) == at(31, 9, month=5)
    assert rule.next_after(at(30, 9) + timedelta(days=300), ZONE) == datetime(2027, 2, 28, 9, tzinfo=ZONE)


@pytest.mark.parametrize(
    "rule",
    [
        {"every": "week", "at": "09:00"},
        {"every": "hour", "at": "09:00"},
        {"every": "week", "at": "09:00", "weekdays": [8]},
        {"every": "month", "at": "09:00", "month_day": 32},
    ],
)
def test_what_is_no_rule_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="rule"):
        Repeat.from_json(rule)

"""When the office is open, when it opens next, and by when it promises to call."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.assembly import office_of
from bot.settings import Settings
from content.office import Office


def office(**changed: object) -> Office:
    words: dict[str, object] = {
        "names": {"vi": "x", "km": "x"},
        "phone": None,
        "address": None,
        "hours": "07:30-11:30,13:30-17:00",
        "weekdays": "1,2,3,4,5",
        "closed_days": "2026-11-25",
        "promise_days": 3,
        "nudge_after": timedelta(hours=20),
        "zone": ZoneInfo("Asia/Ho_Chi_Minh"),
    }
    return Office.from_words(**(words | changed))  # type: ignore[arg-type]  # a table of words


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [(at(23, 9), True), (at(23, 12), False), (at(23, 17), False), (at(22, 9), False), (at(25, 9), False)],
)
def test_open_hours(moment: datetime, is_open: bool) -> None:
    assert office().is_open(moment) is is_open


def test_next_opening_skips_nights_holidays_and_weekends() -> None:
    assert office().next_opening(at(23, 12)) == at(23, 13, 30)
    assert office().next_opening(at(24, 18)) == at(26, 7, 30)
    assert office().next_opening(at(27, 18)) == at(30, 7, 30)


def test_the_promise_counts_working_days() -> None:
    assert office().promise(at(23, 9)) == date(2026, 11, 27)
    assert office(promise_days=0).promise(at(22, 9)) == date(2026, 11, 23)


def test_an_office_that_never_opens_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no working day"):
        office(weekdays="").promise(at(23, 9))
    with pytest.raises(ValueError, match="no working day"):
        office(hours="").next_opening(at(23, 9))
    with pytest.raises(ValueError, match="not enough values"):
        office(hours="morning")


def test_public_holidays_are_no_working_days_of_a_promise() -> None:
    """Registered on the Thursday before Tết 2027, on 30 April and on the eve of Sene Đolta."""
    ours = office_of(Settings())
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    promised = [ours.promise(datetime(2027, *day, 9, tzinfo=zone)) for day in ((2, 4), (4, 29), (9, 28))]
    assert promised == [date(2027, 2, 12), date(2027, 5, 5), date(2027, 10, 1)]
    assert not ours.is_open(datetime(2027, 2, 8, 9, tzinfo=zone))

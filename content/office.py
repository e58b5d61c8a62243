"""The office as a worker meets it: its name, how to reach it, when it is open, and by when it promises to call."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Office:
    """All of it is configured; what is not known stays None and is never made up."""

    names: dict[str, str]
    phone: str | None
    address: str | None
    hours: tuple[tuple[time, time], ...]
    weekdays: frozenset[int]
    """ISO weekdays, Monday is 1."""
    closed_days: frozenset[date]
    promise_days: int
    nudge_after: timedelta
    """The silence after which somebody in the middle of a form is asked once whether they go on."""
    zone: ZoneInfo

    @classmethod
    def from_words(
        cls,
        *,
        names: dict[str, str],
        phone: str | None,
        address: str | None,
        hours: str,
        weekdays: str,
        closed_days: str,
        holidays: frozenset[date] = frozenset(),
        promise_days: int,
        nudge_after: timedelta,
        zone: ZoneInfo,
    ) -> Self:
        """Read the settings' words; raises ``ValueError`` where one is malformed. ``holidays`` are closed days, too."""
        closed = frozenset(date.fromisoformat(d.strip()) for d in closed_days.split(",") if d.strip())
        return cls(
            names=names,
            phone=phone,
            address=address,
            hours=tuple(_span(span) for span in hours.split(",") if span.strip()),
            weekdays=frozenset(int(day) for day in weekdays.split(",") if day.strip()),
            closed_days=closed | holidays,
            promise_days=promise_days,
            nudge_after=nudge_after,
            zone=zone,
        )

    def works_on(self, day: date) -> bool:
        """Whether somebody is in the office on that day."""
        return day.isoweekday() in self.weekdays and day not in self.closed_days

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is in the office at that moment."""
        local = now.astimezone(self.zone)
        return self.works_on(local.date()) and any(a <= local.time() < b for a, b in self.hours)

    def next_opening(self, now: datetime) -> datetime:
        """When somebody will next be there; raises ``ValueError`` when no day of a year is a working day."""
        local = now.astimezone(self.zone)
        for ahead in range(366):
            day = local.date() + timedelta(days=ahead)
            for start, _ in self.hours if self.works_on(day) else ():
                opening = datetime.combine(day, start, self.zone)
                if opening > local:
                    return opening
        raise ValueError("The office has no working day: see OFFICE_WEEKDAYS and OFFICE_HOURS")

    def promise(self, now: datetime) -> date:
        """The day by which somebody calls: so many working days from today."""
        day, left = now.astimezone(self.zone).date(), self.promise_days
        for _ in range(366):
            if left <= 0 and self.works_on(day):
                return day
            day += timedelta(days=1)
            left -= self.works_on(day)
        raise ValueError("The office has no working day: see OFFICE_WEEKDAYS and OFFICE_HOURS")


def _span(words: str) -> tuple[time, time]:
    start, end = words.strip().split("-")
    return time.fromisoformat(start), time.fromisoformat(end)

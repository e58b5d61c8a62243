"""A rule for what comes again: each day, on some weekdays, or on a day of each month, at an hour, until a day."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

Every = Literal["day", "week", "month"]
_EVERY = ("day", "week", "month")


@dataclass(frozen=True)
class Repeat:
    """``weekdays`` are ISO (Monday is 1); a ``month_day`` that a month lacks is its last day."""

    every: Every
    at: time
    weekdays: tuple[int, ...] = ()
    month_day: int = 1
    until: date | None = None

    @classmethod
    def from_json(cls, read: dict[str, Any]) -> Self:
        """Read what ``as_json`` wrote; raises ``ValueError`` for what is no rule."""
        until = read.get("until")
        rule = cls(
            read["every"],
            time.fromisoformat(read["at"]),
            tuple(sorted(set(read.get("weekdays", ())))),
            read.get("month_day", 1),
            date.fromisoformat(until) if until else None,
        )
        if rule.every not in _EVERY or not set(rule.weekdays) <= set(range(1, 8)) or not 1 <= rule.month_day <= 31:
            raise ValueError(f"no rule for repeating: {read}")
        if rule.every == "week" and not rule.weekdays:
            raise ValueError("a weekly rule names its weekdays")
        return rule

    def as_json(self) -> dict[str, Any]:
        """As JSON, without what does not matter to its kind."""
        written: dict[str, Any] = {"every": self.every, "at": self.at.isoformat("minutes")}
        if self.every == "week":
            written["weekdays"] = list(self.weekdays)
        if self.every == "month":
            written["month_day"] = self.month_day
        return written | ({"until": self.until.isoformat()} if self.until else {})

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """The first time after ``moment``; None when the rule has come to its end."""
        day = moment.astimezone(zone).date()
        for ahead in range(63):
            candidate = datetime.combine(day + timedelta(days=ahead), self.at, zone)
            if self.until and candidate.date() > self.until:
                return None
            if candidate > moment and self._falls_on(candidate.date()):
                return candidate
        raise ValueError(f"a rule without days: {self}")

    def _falls_on(self, day: date) -> bool:
        if self.every == "week":
            return day.isoweekday() in self.weekdays
        if self.every == "month":
            return day.day == min(self.month_day, calendar.monthrange(day.year, day.month)[1])
        return True

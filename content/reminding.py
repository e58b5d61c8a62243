"""When a date is to be reminded of: rules such as ``3d@18:00`` (days before, at an hour) or ``2h``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

_RULE = re.compile(r"(?P<count>\d{1,3})(?P<unit>[wdhm])(?:@(?P<hour>\d{1,2}:\d{2}))?")
_SPANS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_WHOLE_DAYS = ("w", "d")


@dataclass(frozen=True)
class Rule:
    """How long before a date, and for whole days at which hour."""

    words: str
    before: timedelta
    hour: time | None

    @classmethod
    def from_words(cls, words: str) -> Self:
        """Read one rule; raises ``ValueError`` where it is malformed: days and weeks need an hour, others have none."""
        found = _RULE.fullmatch(words.strip())
        if found is None or bool(found["hour"]) != (found["unit"] in _WHOLE_DAYS):
            raise ValueError(f"a reminder is written like 3d@18:00 or 2h, not {words!r}")
        before = timedelta(**{_SPANS[found["unit"]]: int(found["count"])})
        hour = time.fromisoformat(found["hour"].zfill(5)) if found["hour"] else None
        return cls(words.strip(), before, hour)

    def due_at(self, date: datetime, zone: ZoneInfo) -> datetime:
        """When to remind of ``date``."""
        if self.hour is None:
            return date - self.before
        day = date.astimezone(zone).date() - self.before
        return datetime.combine(day, self.hour, zone)


def read_rules(words: str) -> tuple[Rule, ...]:
    """Read rules with commas between; none is fine. Raises ``ValueError``."""
    return tuple(Rule.from_words(one) for one in words.split(",") if one.strip())


@dataclass(frozen=True)
class Schedule:
    """The rules for each kind of date, as configured."""

    fair: tuple[Rule, ...]
    course: tuple[Rule, ...]
    deadline: tuple[Rule, ...]
    meeting: tuple[Rule, ...]
    call: tuple[Rule, ...]

    def rules(self, subject: str) -> tuple[Rule, ...]:
        """Those for a subject of ``db/reminders.py``."""
        found: tuple[Rule, ...] = getattr(self, subject)
        return found


@dataclass(frozen=True)
class Due:
    """What is due for one date: the rule to act on, since when, and earlier rules that nobody may have acted on."""

    rule: Rule
    at: datetime
    overtaken: tuple[Rule, ...]


def due(rules: Iterable[Rule], date: datetime, now: datetime, zone: ZoneInfo) -> Due | None:
    """What is due for a date by ``now``, None when nothing is.

    Of several rules that fell due, in an outage or because the date moved, the last one counts.
    """
    moments = sorted((rule.due_at(date, zone), rule.words, rule) for rule in rules)
    ripe = [(at, rule) for at, _, rule in moments if at <= now and at < date]
    if not ripe:
        return None
    at, rule = ripe[-1]
    return Due(rule, at, tuple(earlier for _, earlier in ripe[:-1]))

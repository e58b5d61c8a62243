"""When somebody may be written to unasked: quiet hours, holidays, and a cap for each person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

DAY, WEEK = timedelta(days=1), timedelta(days=7)
_LOOKS_AHEAD = 60
"""Days; no run of holidays is longer."""


@dataclass(frozen=True)
class Manners:
    """The rules for everything proactive; all of it is configured."""

    opens: time
    closes: time
    per_day: int
    per_week: int
    holidays: frozenset[date]
    zone: ZoneInfo

    @classmethod
    def from_words(cls, hours: str, per_day: int, per_week: int, holidays: frozenset[date], zone: ZoneInfo) -> Self:
        """Read the settings' words, the hours as 07:30-19:30; raises ``ValueError`` where they are malformed."""
        opens, closes = map(time.fromisoformat, hours.strip().split("-"))
        if opens >= closes:
            raise ValueError(f"PROACTIVE_HOURS begin after they end: {hours}")
        return cls(opens, closes, per_day, per_week, holidays, zone)


def when_allowed(
    now: datetime, manners: Manners, told: Sequence[datetime] = (), *, urgent: bool = False, on_holidays: bool = False
) -> datetime:
    """The first moment, ``now`` or later, at which a proactive message may go to somebody.

    ``told``: when the person got proactive messages in the last week, in any order (`db/proactive.py`). ``urgent``
    overrides everything, and whoever says so must have it audited; ``on_holidays`` lets it go on a holiday, still
    within the hours and the cap.
    """
    if urgent:
        return now
    moment = now
    for _ in range(_LOOKS_AHEAD):
        later = _in_hours(_under_cap(moment, manners, told), manners, on_holidays=on_holidays)
        if later == moment:
            return moment
        moment = later
    raise ValueError("There is no day without a holiday ahead: see content/holidays.toml")


def _under_cap(moment: datetime, manners: Manners, told: Sequence[datetime]) -> datetime:
    """The first moment at which one more stays within both caps; each counts a sliding span."""
    for span, most in ((DAY, manners.per_day), (WEEK, manners.per_week)):
        recent = sorted(at for at in told if at > moment - span)
        if len(recent) >= most:
            moment = recent[len(recent) - most] + span
    return moment


def _in_hours(moment: datetime, manners: Manners, *, on_holidays: bool) -> datetime:
    local = moment.astimezone(manners.zone)
    day = local.date()
    if local.time() >= manners.closes:
        day += DAY
    for _ in range(_LOOKS_AHEAD):
        if on_holidays or day not in manners.holidays:
            opening = datetime.combine(day, manners.opens, manners.zone)
            return moment if opening <= local else opening.astimezone(moment.tzinfo)
        day += DAY
    raise ValueError("There is no day without a holiday ahead: see content/holidays.toml")

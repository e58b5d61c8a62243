"""The composer's form as it was sent: whom a broadcast is for, and when and how it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from starlette.datastructures import FormData

from content.repeats import Repeat
from db.audiences import Audience
from db.broadcasts import ON_DOUBT
from desk.notice_changes import Refused
from desk.notice_form import Sent, whole
from desk.page import number_of

WHEN = ("now", "at", "repeat")
EVERY = ("day", "week", "month")
_OLDEST = 120
_LONGEST_SILENCE = 3650
_MANY = ("kinds", "statuses", "sexes", "langs", "channels", "follows")
_NUMBERS = ("places", "groups", "without_groups")
_YES = ("without_told", "without_talking")
_LIMITS = {"age_from": _OLDEST, "age_to": _OLDEST, "seen_within_days": _LONGEST_SILENCE}


@dataclass(frozen=True)
class Plan:
    """When a broadcast goes and how; ``start_at`` None is as soon as it is released."""

    start_at: datetime | None
    repeat: Repeat | None
    useful_until: datetime | None
    on_doubt: str
    on_holidays: bool
    urgent: bool
    urgent_why: str | None


def read_audience(form: FormData, zone: ZoneInfo) -> Audience:
    """Whom it is for. Raises ``Refused`` for what makes no sense."""
    sent = Sent(form, zone)
    values: dict[str, Any] = {name: tuple(sent.all_words(name)) for name in _MANY}
    values |= {name: tuple(_numbers(sent, name)) for name in _NUMBERS}
    values |= {name: bool(sent.words(name)) for name in _YES}
    values |= {name: _limited(sent.words(name), most) for name, most in _LIMITS.items()}
    values["hamlets"] = tuple(name for one in sent.words("hamlets").split(",") if (name := one.strip()))
    try:
        return Audience.model_validate(values)
    except ValidationError:
        raise Refused("broadcast.wrong_audience") from None


def _numbers(sent: Sent, name: str) -> list[int]:
    read = [number_of(words) for words in sent.all_words(name)]
    return [number for number in read if number is not None]


def _limited(words: str, most: int) -> int | None:
    number = whole(words)
    if words and (number is None or number > most):
        raise Refused("broadcast.wrong_audience")
    return number


def read_plan(form: FormData, zone: ZoneInfo, now: datetime) -> Plan:
    """When and how it goes. Raises ``Refused`` for what makes no sense."""
    sent = Sent(form, zone)
    start_at, repeat = _times(sent, zone, now)
    until = sent.moment("useful_until")
    if until is not None and until <= (start_at or now):
        raise Refused("broadcast.wrong_until")
    urgent, why = bool(sent.words("urgent")), sent.words("urgent_why")
    if urgent and not why:
        raise Refused("broadcast.why_urgent")
    on_doubt = sent.words("on_doubt")
    return Plan(
        start_at=start_at,
        repeat=repeat,
        useful_until=until,
        on_doubt=on_doubt if on_doubt in ON_DOUBT else "uncertain",
        on_holidays=bool(sent.words("on_holidays")),
        urgent=urgent,
        urgent_why=why if urgent else None,
    )


def _times(sent: Sent, zone: ZoneInfo, now: datetime) -> tuple[datetime | None, Repeat | None]:
    when = sent.words("when")
    if when == "repeat":
        repeat = _repeat(sent)
        start_at = repeat.next_after(now, zone)
        if start_at is None:
            raise Refused("broadcast.wrong_repeat")
        return start_at, repeat
    if when != "at":
        return None, None
    start_at = sent.moment("start_at")
    if start_at is None or start_at <= now:
        raise Refused("broadcast.wrong_time")
    return start_at, None


def _repeat(sent: Sent) -> Repeat:
    until = sent.day("repeat_until")
    rule: Mapping[str, Any] = {
        "every": sent.words("every"),
        "at": sent.words("repeat_at"),
        "weekdays": _numbers(sent, "weekdays"),
        "month_day": whole(sent.words("month_day")) or 1,
        "until": until.isoformat() if until else None,
    }
    try:
        return Repeat.from_json(dict(rule))
    except ValueError:
        raise Refused("broadcast.wrong_repeat") from None


def typed_hour(at: time | None) -> str:
    """For an hour's field."""
    return f"{at:%H:%M}" if at else "08:00"

"""The holidays of each year, Vietnamese and Khmer, from ``holidays.toml``: yearly data with a source and a date."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal


@dataclass(frozen=True)
class Holiday:
    """One holiday over the years; ``computed`` days are to be confirmed each year."""

    name: str
    days: tuple[date, ...]
    kind: Literal["fixed", "computed"]
    source: str
    checked: date
    public: bool = False
    """Offices are shut; on the others only nothing is sent."""


@cache
def holidays() -> tuple[Holiday, ...]:
    """Everything in the file."""
    read = tomllib.loads(files("content").joinpath("holidays.toml").read_text(encoding="utf-8"))
    return tuple(Holiday(**one | {"days": tuple(map(date.fromisoformat, one["days"]))}) for one in read["holiday"])


def public_days() -> frozenset[date]:
    """Every day on which offices are shut by law."""
    return frozenset(day for one in holidays() if one.public for day in one.days)


def quiet_days(more: frozenset[date] = frozenset()) -> frozenset[date]:
    """Every day on which nothing proactive is sent; ``more`` are the office's own closed days."""
    return frozenset(day for one in holidays() for day in one.days) | more


def years_known() -> frozenset[int]:
    """The years for which every holiday has a day."""
    by_name = [frozenset(day.year for day in one.days) for one in holidays()]
    return frozenset.intersection(*by_name)

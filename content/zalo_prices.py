"""What Zalo asks for messages: figures once, each with its source and the day it was read."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

FREE = timedelta(hours=48) - timedelta(minutes=1)
"""After somebody's last interaction a message costs nothing for 48 hours; our minute is for clocks that differ."""
OPEN = timedelta(days=7) - timedelta(minutes=1)
"""Until then it is taken, and billed; later it is refused, and only an approved template reaches the person."""


@dataclass(frozen=True)
class Terms:
    """What the office has set: đồng a month, the plan, and where its days are counted. No app, no Zalo."""

    budget: int
    plan: str
    zone: ZoneInfo
    is_on: bool


@dataclass(frozen=True)
class Plan:
    """One plan of the Official Account: đồng a year, and the messages outside of the free window that it includes."""

    yearly: int
    allowance: int
    per_minute: int
    source: str
    checked: date


@dataclass(frozen=True)
class Prices:
    """Đồng for one message of each kind."""

    outside_window: int
    by_uid: int
    by_phone: int
    plans: dict[str, Plan]
    sources: tuple[str, ...]
    checked: date
    """The oldest day on which one of the figures was read."""


@cache
def prices() -> Prices:
    """The figures of ``zalo_prices.toml``."""
    read = tomllib.loads(Path(__file__).with_name("zalo_prices.toml").read_text(encoding="utf-8"))
    consultation, template = read["consultation"], read["template"]
    plans = {name: Plan(**values) for name, values in read["plan"].items()}
    return Prices(
        consultation["outside_window"],
        template["by_uid"],
        template["by_phone"],
        plans,
        (consultation["source"], template["source"]),
        min(consultation["checked"], template["checked"], *(plan.checked for plan in plans.values())),
    )

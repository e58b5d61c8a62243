"""How facts follow from other facts: a rate as a share of another rate, the interest of a month."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MONTHS = 12
HUNDRED = Decimal(100)
DONG = Decimal(1)


@dataclass(frozen=True)
class Rule:
    """A way of reckoning: the units that go in, the unit that comes out, and how."""

    takes: tuple[str, ...]
    gives: str
    reckon: Callable[[Sequence[Decimal]], Decimal]


def share_of(values: Sequence[Decimal]) -> Decimal:
    """A rate that is so many percent of another rate."""
    rate, share = values
    return rate * share / HUNDRED


def a_month(values: Sequence[Decimal]) -> Decimal:
    """The rate of a month, from that of a year."""
    return values[0] / MONTHS


def month_interest(values: Sequence[Decimal]) -> Decimal:
    """The interest of one month on a sum, to the đồng."""
    principal, rate_year = values
    return (principal * rate_year / HUNDRED / MONTHS).quantize(DONG, ROUND_HALF_UP)


FORMULAS = {
    "share": Rule(("percent", "percent"), "percent", share_of),
    "month": Rule(("percent",), "percent", a_month),
    "month_interest": Rule(("dong", "percent"), "dong", month_interest),
}

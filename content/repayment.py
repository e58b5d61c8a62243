"""What a loan costs: each month's principal and interest, to the đồng, in the two ways in which it is paid back."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

_DONG = Decimal(1)
_PER_MONTH = Decimal(1200)
"""Twelve months, and a rate in percent."""


@dataclass(frozen=True)
class Payment:
    """What is due at the end of one month, and what is left to pay back after it."""

    month: int
    principal: Decimal
    interest: Decimal
    left: Decimal

    @property
    def due(self) -> Decimal:
        """Principal and interest together."""
        return self.principal + self.interest


@dataclass(frozen=True)
class Plan:
    """All payments of one way of paying back."""

    payments: tuple[Payment, ...]

    @property
    def interest(self) -> Decimal:
        """The whole interest."""
        return sum((payment.interest for payment in self.payments), Decimal(0))

    @property
    def first(self) -> Payment:
        """The first month's payment."""
        return self.payments[0]

    @property
    def last(self) -> Payment:
        """The last month's payment."""
        return self.payments[-1]


def equal_principal(amount: Decimal, rate_year: Decimal, months: int) -> Plan:
    """The same part of the principal each month, what does not divide with the last; interest on what is left."""
    part = (amount / months).quantize(_DONG, ROUND_FLOOR)
    parts = [part] * (months - 1) + [amount - part * (months - 1)]
    return Plan(tuple(_payments(amount, rate_year, parts)))


def principal_at_the_end(amount: Decimal, rate_year: Decimal, months: int) -> Plan:
    """Interest each month, the whole principal with the last payment."""
    return Plan(tuple(_payments(amount, rate_year, [Decimal(0)] * (months - 1) + [amount])))


def _payments(amount: Decimal, rate_year: Decimal, parts: list[Decimal]) -> Iterator[Payment]:
    left = amount
    for month, part in enumerate(parts, 1):
        interest = (left * rate_year / _PER_MONTH).quantize(_DONG, ROUND_HALF_UP)
        left -= part
        yield Payment(month, part, interest, left)

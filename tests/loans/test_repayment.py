"""The reckoning of loans agrees with numpy-financial to the đồng."""

import random
from decimal import ROUND_HALF_UP, Decimal

import numpy_financial as npf  # type: ignore[import-untyped]  # it has no types
import pytest

from content.repayment import Plan, equal_principal, principal_at_the_end

CASES = 1000


def cases() -> list[tuple[int, Decimal, int]]:
    dice = random.Random(20261124)
    return [
        (dice.randrange(100_000, 2_000_000_001, dice.choice((1, 1000, 1_000_000))),
         Decimal(dice.randrange(1, 2000)) / 100, dice.randrange(1, 241))
        for _ in range(CASES)
    ]  # fmt: skip


def dong(value: object) -> Decimal:
    # numpy reckons in Decimals when it is given some, to 28 digits: an exact half may come as 0.49999999999999999998
    return Decimal(str(value)).quantize(Decimal("1e-9")).quantize(Decimal(1), ROUND_HALF_UP)


def test_interest_only_is_numpys_loan_whose_principal_stays() -> None:
    for amount, rate_year, months in cases():
        rate, principal = rate_year / 1200, Decimal(amount)
        plan = principal_at_the_end(principal, rate_year, months)
        month = dong(-npf.pmt(rate, Decimal(months), principal, -principal, "end"))
        assert {payment.interest for payment in plan.payments} == {month}, (amount, rate_year, months)
        assert plan.last.due == month + amount
        assert plan.interest == month * months


def test_equal_principal_is_numpys_interest_of_one_month_on_what_is_left() -> None:
    for amount, rate_year, months in cases():
        plan, left = equal_principal(Decimal(amount), rate_year, months), Decimal(amount)
        for payment in plan.payments:
            interest = npf.fv(rate_year / 1200, 1, Decimal(0), -left) - left
            assert payment.interest == dong(interest), (amount, rate_year, months, payment.month)
            left -= payment.principal
            assert payment.left == left
        assert left == 0


@pytest.mark.parametrize("way", [equal_principal, principal_at_the_end])
def test_all_payments_together_are_worth_the_loan(way: object) -> None:
    assert callable(way)
    for amount, rate_year, months in cases()[::10]:
        plan: Plan = way(Decimal(amount), rate_year, months)
        worth = npf.npv(float(rate_year / 1200), [0.0, *(float(payment.due) for payment in plan.payments)])
        assert abs(worth - amount) < months, "rounding makes less than a đồng a month"
        assert sum(payment.principal for payment in plan.payments) == amount


def test_an_example_worked_by_hand() -> None:
    plan = equal_principal(Decimal(50_000_000), Decimal("6.6"), 36)
    first = plan.first
    assert [int(sum_) for sum_ in (first.principal, first.interest, first.due)] == [1_388_888, 275_000, 1_663_888]
    assert plan.last.principal == 50_000_000 - 35 * 1_388_888
    assert principal_at_the_end(Decimal(50_000_000), Decimal("6.6"), 36).interest == 9_900_000

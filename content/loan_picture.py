"""The picture of a reckoned loan: what is due month by month in both ways, drawn when somebody looks at it."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from content.catalogue import say, tell
from content.facts.units import money, written_value
from content.repayment import Payment, Plan, equal_principal, principal_at_the_end

_NAME = re.compile(r"loan-(vi|km)-(\d{6,10})-(\d{1,2}(?:\.\d{1,4})?)-([1-9]\d{0,2})")
LONGEST = 240
"""Months; nobody lends for longer."""
MOST_ROWS = 9
_ENDS = 3
"""The first two months and the last, which are always shown."""
WIDTH, HEIGHT = 640, 1600
_COLUMNS = {"month": 0.55, "principal": 1.2, "interest": 1.0, "due": 1.2}
"""The columns, and how wide they are to each other."""


@dataclass(frozen=True)
class LoanPicture:
    """What is drawn; all of it stands in the picture's name, and nothing about a person."""

    lang: str
    amount: Decimal
    rate_year: Decimal
    months: int

    @property
    def name(self) -> str:
        """The name by which the picture is drawn again."""
        return f"loan-{self.lang}-{self.amount:.0f}-{self.rate_year.normalize():f}-{self.months}"


def read_name(name: str) -> LoanPicture | None:
    """The picture of a name; None for what is none."""
    found = _NAME.fullmatch(name)
    if found is None or int(found[4]) > LONGEST:
        return None
    return LoanPicture(found[1], Decimal(found[2]), Decimal(found[3]), int(found[4]))


@lru_cache(maxsize=128)
def draw(picture: LoanPicture) -> bytes:
    """The picture as PNG; some tenth of a second of work."""
    from content.drawing import PALE, Sheet  # only who draws waits for the library

    sheet, shares = Sheet(WIDTH, HEIGHT), list(_COLUMNS.values())
    sheet.text(_head(picture), 28, bold=True)
    for way, reckon in (("equal", equal_principal), ("once", principal_at_the_end)):
        plan = reckon(picture.amount, picture.rate_year, picture.months)
        sheet.space(14)
        sheet.text(tell(picture.lang, f"loans.picture.{way}"), 28, bold=True)
        heads = [tell(picture.lang, f"loans.picture.{column}") for column in _COLUMNS]
        sheet.row(heads, shares, 25, colour=PALE)
        for payment in shown(plan, MOST_ROWS if way == "equal" else _ENDS):
            sheet.row(_cells(payment), shares, 26)
        total = money(plan.interest, picture.lang)
        sheet.text(tell(picture.lang, "loans.picture.total", interest=total), 27, bold=True)
    sheet.space(6)
    sheet.text(tell(picture.lang, "loans.sum.about"), 23, colour=PALE)
    output = io.BytesIO()
    sheet.cut().quantize(32).save(output, "PNG", optimize=True)
    return output.getvalue()


def shown(plan: Plan, most: int) -> Iterator[Payment]:
    """Some of a plan's payments: the first ones, each year's, and the last, so that people see how it goes."""
    count = len(plan.payments)
    if count <= most:
        yield from plan.payments
        return
    years = list(range(12, count, 12)) if most > _ENDS else []
    step = -(-len(years) // (most - _ENDS)) if years else 1
    yield from (plan.payments[month - 1] for month in sorted({1, 2, count, *years[step - 1 :: step]}))


def _head(picture: LoanPicture) -> str:
    return tell(
        picture.lang,
        "loans.sum.head",
        amount=money(picture.amount, picture.lang),
        months=written_value("months", Decimal(picture.months), picture.lang),
        rate=written_value("percent", picture.rate_year, picture.lang),
    )


def _cells(payment: Payment) -> list[str]:
    sums = (payment.principal, payment.interest, payment.due)
    return [str(payment.month), *(say(dong, "vi") for dong in sums)]

"""What a firm may charge for sending somebody abroad: the ceiling by kind of work, and a cost sheet against it."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from content.facts.live import fact

COUNTRIES: dict[str, tuple[str, ...]] = {
    "japan": ("general", "japan_skilled", "japan_again"),
    "taiwan": ("general", "taiwan_home", "taiwan_hospital"),
    "korea": ("korea",),
    "other": ("general", "sea"),
}
"""Which kinds of work each country has a ceiling for; "general" is everything without one of its own."""
NO_FEE = frozenset({"korea"})
"""Only the state's own centre sends there: no firm may charge anything for it."""
YEAR = 12
_TENTH = Decimal("0.1")
MOST_MONTHS = 120


@dataclass(frozen=True)
class Ceiling:
    """In months of the contract's wage: for each twelve months, and in all."""

    per_year: Decimal
    most: Decimal

    def months(self, contract_months: int) -> Decimal:
        """The ceiling for a contract of so many months."""
        return min(self.per_year * contract_months / YEAR, self.most)


def ceiling(kind: str) -> Ceiling | None:
    """The ceiling for a kind of work as the facts have it today; None when they are not confirmed."""
    values = []
    for name in (f"overseas.fee.{kind}.per_year", f"overseas.fee.{kind}.most"):
        known = fact(name)
        if known is None or not known.confirmed or not isinstance(known.value, Decimal):
            return None
        values.append(known.value)
    return Ceiling(*values)


@dataclass(frozen=True)
class CostSheet:
    """What is asked for, beside the wage and the ceiling; sums in đồng."""

    wage: int
    contract_months: int
    ceiling: Ceiling
    fee: int | None = None
    total: int | None = None

    @property
    def ceiling_months(self) -> Decimal:
        """The highest service fee in months of wages."""
        return rounded(self.ceiling.months(self.contract_months))

    @property
    def ceiling_dong(self) -> int:
        """The highest service fee in đồng."""
        return int((self.ceiling.months(self.contract_months) * self.wage).quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def too_much(self) -> bool:
        """Whether the service fee that is asked for breaks the ceiling."""
        return self.fee is not None and self.fee > self.ceiling_dong

    def months_of_wages(self, dong: int) -> Decimal:
        """A sum in months of wages."""
        return rounded(Decimal(dong) / self.wage)


def rounded(months: Decimal) -> Decimal:
    """To a tenth of a month."""
    return months.quantize(_TENTH, ROUND_HALF_UP).normalize() + 0

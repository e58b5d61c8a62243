"""One fact: its value with a unit, when it holds, who says so, when that was checked, and how sure it is."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

Value = Decimal | date | str
Confidence = Literal["H", "M", "L", "MEM", "?"]
CONFIDENCES: tuple[Confidence, ...] = ("H", "M", "L", "MEM", "?")
CONFIRMED: tuple[Confidence, ...] = ("H", "M")
"""How sure a fact must be to be shown: the text of a law, an official page, or one good source."""

WHOLE = frozenset({"dong", "months", "years", "age", "days", "working_days", "people"})
"""Units that have no fractions."""
NUMBERS = WHOLE | {"percent", "usd", "wage_months", "km"}
WORDS = frozenset({"text", "phone", "link"})
"""Units whose value is written as it stands, in both languages."""
UNITS = NUMBERS | WORDS | {"date"}

ABOUT: dict[str, frozenset[str]] = {
    "rate": frozenset({"percent"}),
    "share": frozenset({"percent"}),
    "interest": frozenset({"dong"}),
    "max": frozenset({"dong", "usd", "wage_months", "people", "percent"}),
    "amount": frozenset({"dong", "usd", "wage_months", "people"}),
    "fee": frozenset({"dong", "usd", "wage_months"}),
    "deposit": frozenset({"dong", "usd"}),
    "wage": frozenset({"dong", "usd"}),
    "support": frozenset({"dong", "percent"}),
    "places": frozenset({"people"}),
    "distance": frozenset({"km"}),
    "term": frozenset({"months", "years", "days", "working_days"}),
    "first_payment": frozenset({"months", "date"}),
    "visit": frozenset({"text"}),
    "answer": frozenset({"days", "working_days", "months"}),
    "age": frozenset({"age"}),
    "day": frozenset({"date", "text"}),
    "phone": frozenset({"phone"}),
    "address": frozenset({"text"}),
    "link": frozenset({"link"}),
    "example": frozenset({"dong", "months", "wage_months"}),
}
"""What a fact tells, as `fact.about.…` names it to people, and the units that can tell it."""

WHO = ("vbsp", "labour", "job_centre", "commune", "police")
"""Who can confirm a fact, as `fact.ask.…` sends people there."""


@dataclass(frozen=True)
class Formula:
    """How a fact follows from others: what is done with them, and their names in order."""

    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """A fact as it holds from one day to another; without a value it is one that somebody must still find out."""

    name: str
    unit: str
    about: str
    confirm: str
    value: Value | None
    source: str
    checked: date
    confidence: Confidence
    since: date | None = None
    until: date | None = None
    formula: Formula | None = None
    corrected: bool = False
    """Whether the office put it in place of what the files say."""

    @property
    def confirmed(self) -> bool:
        """Whether it may be told to people as it stands."""
        return self.value is not None and self.confidence in CONFIRMED

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def read_value(unit: str, words: str) -> Value:
    """Read a value that somebody wrote: "6,6", "100.000.000", "1/1/2027"; raises ``ValueError`` for what is none."""
    words = words.strip()
    value = words if unit in WORDS else read_day(words) if unit == "date" else _number(words)
    if fault := fault_of(unit, value):
        raise ValueError(fault)
    return value


def read_day(words: str) -> date:
    """Read "1/1/2027"; raises ``ValueError`` for what is no day."""
    day, month, year = words.split("/")
    return date(int(year), int(month), int(day))


def _number(words: str) -> Decimal:
    try:
        return Decimal(words.replace(" ", "").replace(".", "").replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(f"{words} is no number") from error


def fault_of(unit: str, value: Value) -> str | None:
    """What is wrong with a value of this unit; None when nothing is."""
    if unit in WORDS:
        return None if isinstance(value, str) and value.strip() else f"is no {unit}"
    if unit == "date":
        return None if isinstance(value, date) else "is no date"
    if not isinstance(value, Decimal) or not value.is_finite():
        return f"is no number of {unit}"
    if unit in WHOLE and value != value.to_integral_value():
        return f"is no whole number of {unit}"
    return "is below zero" if value < 0 else None

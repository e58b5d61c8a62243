"""How a fact's value is written in each language: money in words, shares, spans of time, days."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from content.facts.fact import Fact, Value
from content.message_files import messages

_MILLION, _BILLION = Decimal(10**6), Decimal(10**9)
_FEWEST_PARTS = Decimal("0.01")


def written(fact: Fact, lang: str) -> str:
    """The value with its unit; a fact without a value has no such form. Digits are Vietnamese ones in Khmer too."""
    assert fact.value is not None, "only known facts are written"
    return written_value(fact.unit, fact.value, lang)


def written_value(unit: str, value: Value, lang: str) -> str:
    """A value with its unit."""
    match value:
        case str():
            return value
        case date():
            return short_day(value)
        case Decimal() if unit == "dong":
            return money(value, lang)
        case Decimal():
            return messages(lang)[f"fact.unit.{unit}"].format(count=format_decimal(value, "#,##0.####", locale="vi"))


def money(dong: Decimal, lang: str) -> str:
    """A sum in đồng: "100 triệu đồng", "2,5 triệu đồng", "530.000 đồng"."""
    scale, of = "dong", Decimal(1)
    for name, size in (("million", _MILLION), ("billion", _BILLION)):
        if dong >= size and dong / size == (dong / size).quantize(_FEWEST_PARTS):
            scale, of = name, size
    return messages(lang)[f"fact.unit.{scale}"].format(count=format_decimal(dong / of, "#,##0.##", locale="vi"))


def short_day(day: date) -> str:
    """A day of a law or a check: 1/1/2026."""
    return format_date(day, "d/M/yyyy", locale="vi")

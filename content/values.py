"""How one value is written for the reader: numbers, moments and days."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal


def say(value: object, lang: str) -> str:
    """Write one value as the reader's language writes it; words stay as they are.

    Khmer gets Vietnamese digits and separators on purpose (domain.md G3): that is how money is read in the district.
    """
    match value:
        case str():
            return value
        case bool():
            raise TypeError("a yes or no is said by two messages, not by a value")
        case int():
            return _whole(value)
        case Decimal():
            return format_decimal(value, locale="vi")
        case datetime():
            return format_datetime(value, "HH:mm d/M/yyyy", locale="vi")
        case date():
            return format_date(value, "EEEE d/M/yyyy", locale=lang)
        case time():
            return format_time(value, "HH:mm", locale="vi")
    raise TypeError(f"a {type(value).__name__} has no form for people")


@lru_cache(maxsize=1024)  # question 3 of 13 is said all day long
def _whole(number: int) -> str:
    return format_decimal(number, locale="vi")

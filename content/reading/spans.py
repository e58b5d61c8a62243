"""A span of time in months, as people say it: "36", "36 tháng", "3 năm", "ba năm", "៣ ឆ្នាំ"."""

import re

from content.fold import clean, fold, latin_digits
from content.reading.numbers import read_number

_YEARS = re.compile(r"(?P<count>.*\S)\s*(?:(?<=\d)|\b)(?:nam|ឆ្នាំ)(?!\w)\D*")


def read_months(text: str) -> int | None:
    """Read the one span in a text; a bare number is of months. None when there is none."""
    if found := _YEARS.fullmatch(fold(latin_digits(clean(text)))):
        years = read_number(found["count"])
        if years is not None:
            return years * 12
    return read_number(text)

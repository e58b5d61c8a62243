"""Sums of money as people type or say them: "25 triệu", "27,5tr", "27.500.000 đ", "hai mươi lăm triệu"."""

import re
from decimal import Decimal

from content.fold import clean, latin_digits
from content.reading.numbers import read_number

_SCALES = {"tỷ": 10**9, "ty": 10**9, "tỉ": 10**9, "triệu": 10**6, "trieu": 10**6, "tr": 10**6, "លាន": 10**6,
           "ngàn": 10**3, "ngan": 10**3, "nghìn": 10**3, "nghin": 10**3, "k": 10**3, "ពាន់": 10**3}  # fmt: skip
_FRACTION = re.compile(rf"(\d{{1,4}})[.,](\d{{1,2}})\s*({'|'.join(_SCALES)})(?![a-zà-ỹ])")
_A_MONTH = re.compile(r"(?:/|1|một|mot|mỗi|moi|មួយ|១)\s*(?:tháng|thang|ខែ)")
"""What is said of a wage: that it is a month's."""
_AND_A_HALF = re.compile(r"(\d{1,4})\s*(?:tr|triệu|trieu)\s*(\d)(?!\d)")


def read_money(text: str) -> int | None:
    """Read the one sum in a text, in đồng; None when there is none, or more than one to choose from."""
    words = _A_MONTH.sub(" ", latin_digits(clean(text)).lower())
    if found := _FRACTION.search(words):
        return _only(found, words, Decimal(f"{found[1]}.{found[2]}") * _SCALES[found[3]])
    if found := _AND_A_HALF.search(words):  # "27 triệu 5", "27tr5"
        return _only(found, words, Decimal(f"{found[1]}.{found[2]}") * 10**6)
    return read_number(words)


def _only(found: re.Match[str], words: str, sum_: Decimal) -> int | None:
    rest = words[: found.start()] + words[found.end() :]
    return None if re.search(r"\d", rest) else int(sum_)

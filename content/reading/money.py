"""Sums of money as people type or say them: "25 triệu", "27,5tr", "27.500.000 đ", "hai mươi lăm triệu"."""

import re
from decimal import Decimal

from content.fold import clean, fold, latin_digits
from content.reading.numbers import read_number

_SCALES = {"tỷ": 10**9, "ty": 10**9, "tỉ": 10**9, "triệu": 10**6, "trieu": 10**6, "tr": 10**6, "លាន": 10**6,
           "ngàn": 10**3, "ngan": 10**3, "nghìn": 10**3, "nghin": 10**3, "k": 10**3, "ពាន់": 10**3}  # fmt: skip
_FRACTION = re.compile(rf"(\d{{1,4}})[.,](\d{{1,2}})\s*({'|'.join(_SCALES)})(?![a-zà-ỹ])")
_A_MONTH = re.compile(r"(?:/|1|một|mot|mỗi|moi|មួយ|១)\s*(?:tháng|thang|ខែ)")
"""What is said of a wage: that it is a month's."""
_AND_A_HALF = re.compile(r"(\d{1,4})\s*(?:tr|triệu|trieu)\s*(\d)(?!\d)")
MILLION = 1_000_000
FEWEST_DONG = 1000
"""A smaller number says millions: nobody names a sum in đồng below it."""
LEAST, MOST = 100_000, 2_000_000_000
"""What is believed to be a sum of a loan, a fee or a wage."""
_OTHER_MONEY = re.compile(
    r"\b(?:usd|do la|dola|yen|man|won|ntd|twd|jpy|krw|te|dai te|nhan dan te|cay vang|chi vang|vang)\b"
    r"|\d ?do\b|ដុល្លារ|យ៉េន|វ៉ុន|មាស"
)
_SIGN = re.compile("[$€¥₩]")


class OtherMoney(ValueError):
    """A sum in another country's money, or in gold: what it is in đồng can't be known here."""


def read_sum(text: str) -> int | None:
    """Read the one sum in a text, "40" and "40 triệu" alike, so that one had better say it back; None: there is none.

    Raises ``OtherMoney``.
    """
    if _is_other_money(text):
        raise OtherMoney
    number = read_money(text)
    return number * MILLION if number is not None and number < FEWEST_DONG else number


def _is_other_money(text: str) -> bool:
    """Whether another money is named, with a number of it."""
    words = latin_digits(clean(text)).lower()
    named = _OTHER_MONEY.search(fold(words)) or _SIGN.search(words)
    return bool(named) and (
        bool(re.search(r"\d", words)) or read_number(_OTHER_MONEY.sub(" ", fold(words))) is not None
    )


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

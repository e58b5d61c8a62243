"""Vietnamese telephone numbers: read in any spelling, kept one way (E.164), shown as people write them."""

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumberType

from content.fold import clean, fold, latin_digits

RENUMBERED = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
    "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37", "168": "38", "169": "39",
    "186": "56", "188": "58", "199": "59",
}  # fmt: skip
"""Mobile prefixes of the old 11-digit numbers and what each became, the last seven digits kept.

Source: the ministry of information and communications' change of mobile codes announced on 29/5/2018,
made from 15/9/2018; the old codes stopped working on 15/11/2018.
"""

_PEOPLES_TYPES = frozenset((PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE))
_LONGEST_TEXT = 300
_FEWEST_DIGITS = 9
_RUN = re.compile(r"\+?[0-9](?:[\s.,/_()+-]*[0-9]){7,}")
_BETWEEN_NUMBERS = re.compile(r"[/,;+]|\s-\s")
_LETTER_O = re.compile(r"(?<![^\W\d_])[oO](?=[0-9])|(?<=[0-9])[oO](?![^\W\d_])")
_DIGIT_WORDS = {
    "khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5",
    "sau": "6", "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip
_SPOKEN = re.compile(r"\b(?:(?:" + "|".join(_DIGIT_WORDS) + r")(?: |$)){9,11}")


def read_phone(text: str) -> str | None:
    """Find a Vietnamese number in a text and return it as "+84…"; None when none is possible."""
    typed = _LETTER_O.sub("0", latin_digits(clean(text))[:_LONGEST_TEXT])
    return next((number for _, number in _numbers(typed)), None) or _spoken(fold(typed))


def without_phone(text: str) -> str:
    """The text without its numbers to call, so that their digits are nothing else."""
    rest = latin_digits(clean(text))
    for written, _ in _numbers(rest[:_LONGEST_TEXT]):
        rest = rest.replace(written, " ")
    return rest


def _numbers(typed: str) -> Iterator[tuple[str, str]]:
    """Each number as it was written, and as it is kept."""
    for run in _RUN.findall(typed):
        for candidate in (run, *_BETWEEN_NUMBERS.split(run), *run.split()):
            if (number := _normal(candidate)) is not None:
                yield candidate, number


def _spoken(folded: str) -> str | None:
    found = _SPOKEN.search(folded)
    return _normal("".join(_DIGIT_WORDS[word] for word in found[0].split())) if found else None


def _normal(candidate: str) -> str | None:
    subscriber = _subscriber(re.sub(r"[^0-9+]", "", candidate))
    if len(subscriber) == 10 and subscriber[:3] in RENUMBERED:
        subscriber = RENUMBERED[subscriber[:3]] + subscriber[3:]
    if not 9 <= len(subscriber) <= 10:
        return None
    number = phonenumbers.PhoneNumber(country_code=84, national_number=int(subscriber))
    return f"+84{subscriber}" if phonenumbers.number_type(number) in _PEOPLES_TYPES else None


def _subscriber(digits: str) -> str:
    # "084…" is not taken for the country code: citizens' identity numbers of the province begin with it.
    if "+" in digits[1:]:
        return ""
    if digits.startswith("+"):
        return digits[3:].removeprefix("0") if digits.startswith("+84") else ""
    digits = digits.removeprefix("00") if digits.startswith("0084") else digits
    if len(digits) > 10 and digits.startswith("84"):
        return digits[2:].removeprefix("0")
    return digits.removeprefix("0")


def show_phone(e164: str) -> str:
    """Write a stored number the way it is dialled at home: "0912 345 678"."""
    return phonenumbers.format_number(phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.NATIONAL)


def mask_phones_in(text: str) -> str:
    """Somebody's words with the phone numbers in them masked, however they are spaced and in whichever digits."""
    latin, signs = latin_digits(text), list(text)
    for run in _RUN.finditer(latin):
        places = [at for at in range(*run.span()) if latin[at].isdigit()]
        if len(places) >= _FEWEST_DIGITS and run[0].startswith(("0", "+", "84")):
            for at in places[3:-2]:
                signs[at] = "*"
    return "".join(signs)


def mask_phone(e164: str) -> str:
    """Show only the first three and last two digits, to those who need no more: "091* *** *78"."""
    shown = show_phone(e164)
    places = [at for at, sign in enumerate(shown) if sign.isdigit()]
    hidden = set(places[3:-2])
    return "".join("*" if at in hidden else sign for at, sign in enumerate(shown))

"""Years in words, as they are said: "một chín bảy lăm", "năm tám ba", "ដប់ប្រាំបួនចិតសិបប្រាំ"."""

import re

from content.reading.khmer import has_khmer, khmer_key
from content.reading.numbers import KHMER_WORD, KHMER_WORDS, UNITS, read_number

_AROUND = re.compile(r"\b(?:da|em|toi|tui|minh|chau|con|la|a|nha|nhe|thua|vao|chac|khoang)\b")
_BORN = re.compile(r"^(?:sinh nam|nam sinh|sinh|sanh nam|sanh|nam(?= \w+ \w)(?! muoi))\b ?")
_NINETEEN = ("muoi chin", "mot chin")
_KHMER_BORN = re.compile("^(?:{})+".format("|".join(map(khmer_key, ["កើត", "នៅ", "ឆ្នាំ", "កំណើត", "ក្នុង"]))))
_KHMER_AROUND = re.compile("|".join(map(khmer_key, ["ខ្ញុំ", "បាទ", "ចាស", "នាង", "ប្រហែល"])))
_KHMER_NINETEEN = khmer_key("ដប់ប្រាំបួន")
_DIGITS_OF_A_YEAR = 4


def read_spoken_year(folded: str) -> int | None:
    """Read a year of four digits, or of two where "born" or "year" is said before it."""
    said, born = _without_mark(folded)
    year = _whole_year(said)
    return year if year is not None or not born else read_two_digits(said)


def read_two_digits(said: str) -> int | None:
    """Read a number below a hundred, also said digit by digit: "tám ba" is 83."""
    number = read_number(said)
    if number is not None:
        return number if number < 100 else None
    digits = _digits(said)
    return digits[0] * 10 + digits[1] if len(digits) == 2 and digits[0] > 1 else None


def _without_mark(folded: str) -> tuple[str, bool]:
    if has_khmer(folded):
        key = _KHMER_AROUND.sub("", khmer_key(folded))
        rest = _KHMER_BORN.sub("", key)
        return rest, rest != key
    said = " ".join(_AROUND.sub(" ", folded).split())
    rest = _BORN.sub("", said)
    return rest, rest != said


def _whole_year(said: str) -> int | None:
    digits = _digits(said)
    if len(digits) == _DIGITS_OF_A_YEAR:
        return int("".join(map(str, digits)))
    for nineteen in (*_NINETEEN, _KHMER_NINETEEN):
        if said.startswith(nineteen) and (rest := read_two_digits(said.removeprefix(nineteen).strip())):
            return 1900 + rest
    number = read_number(said)
    return number if number is not None and number >= 1000 else None


def _digits(said: str) -> list[int]:
    """The digits, where nothing but digits is said, one by one."""
    if has_khmer(said):
        words = KHMER_WORD.findall(said)
        values = [KHMER_WORDS[word] for word in words] if "".join(words) == said else []
    else:
        values = [UNITS.get(word, -1) for word in said.split()]
    return values if all(0 <= value <= 9 for value in values) else []

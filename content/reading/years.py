"""The year a person was born, from a year, a date or an age."""

import re
from datetime import date

from content.fold import fold
from content.reading.khmer import khmer_key
from content.reading.spoken_years import read_spoken_year, read_two_digits

YOUNGEST, OLDEST = 10, 100
"""Ages outside these are slips of the finger."""
# A bare "50" may be an age or 1950: both are offered, for people of working life.
_YOUNGEST_BARE, _OLDEST_BARE = 16, 80
_LONGEST_TEXT = 200

_YEAR_WORD, _AGE_WORD = khmer_key("ឆ្នាំ"), khmer_key("អាយុ")
_FOUR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_DATE_RUN = re.compile(r"(?<![0-9])(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])((?:19|20)[0-9]{2})(?![0-9])")
_AGE = re.compile(
    r"\b(?:tuoi|nam nay)\D{0,12}?([0-9]{2,3})\b|(?<![0-9])([0-9]{2,3}) ?(?:tuoi|t)\b"
    rf"|{_AGE_WORD} ?([0-9]{{2,3}})(?![0-9])|(?<![0-9])([0-9]{{2,3}}) ?{_YEAR_WORD}"
)
_BORN = re.compile(rf"(?:\bsinh nam|\bnam sinh|\bsinh|\bsn|\bns|\bnam|{_YEAR_WORD})\D{{0,6}}?([0-9]{{2}})(?![0-9])")
_SHORT_DATE = re.compile(r"(?<![0-9])(?:[0-9]{1,2} )?[0-9]{1,2} ([0-9]{2})(?![0-9])")
_BARE = re.compile(r"[0-9]{2}")
# "tam" before a word is eight, before a digit it is "tầm" (about).
_ABOUT = re.compile(
    rf"\b(?:gan|khoang|chung|ngoai|tren|hon|tron|xap xi|co|do|doan|roi|gi do|tam(?= [0-9]))\b|{khmer_key('ប្រហែល')}"
)
_POLITE = re.compile(r"\b(?:da|em|toi|tui|minh|con|chau|la|a|nha|nhe|thua|sinh|ngay)\b")
_AGE_IN_WORDS = re.compile(r"^(?:da |em |toi |tui |con |nam nay |duoc )*([a-z ]+?) tuoi\b")


def read_birth_year(text: str, today: date) -> int | None:
    """Read a birth year of someone 10 to 100 years old; None when it isn't said or can be read two ways."""
    folded = fold(text[:_LONGEST_TEXT])
    if not re.search(r"[0-9]", folded):
        return _in_words(folded, today)
    for reader in (_four_digits, _age, _short_date, _born):
        if (year := reader(folded, today)) is not None:
            return _plausible(year, today)
    return None


def read_age_or_year(text: str, today: date) -> tuple[int, ...]:
    """List the birth years that a bare number may mean, as an age and then as a year; empty for other text."""
    bare = _alone(_ABOUT.sub(" ", fold(text[:_LONGEST_TEXT])))
    if _BARE.fullmatch(bare):
        number = int(bare)
    else:
        said = None if re.search(r"[0-9]", bare) else _number_alone(bare)
        if said is None or not 10 <= said <= 99:
            return ()
        number = said
    years = (today.year - number, 2000 + number, 1900 + number)
    likely = [year for year in years if _YOUNGEST_BARE <= today.year - year <= _OLDEST_BARE]
    return tuple(dict.fromkeys(likely))


def _number_alone(folded: str) -> int | None:
    spoken = _age_in_words(folded) is not None or read_spoken_year(folded) is not None
    return None if spoken else read_two_digits(folded)


def _plausible(year: int, today: date) -> int | None:
    return year if YOUNGEST <= today.year - year <= OLDEST else None


def _four_digits(folded: str, today: date) -> int | None:
    years = set(_FOUR.findall(folded)) | set(_DATE_RUN.findall(folded))
    return int(years.pop()) if len(years) == 1 else None


def _age(folded: str, today: date) -> int | None:
    found = _AGE.search(folded)
    return today.year - int(next(filter(None, found.groups()))) if found else None


def _born(folded: str, today: date) -> int | None:
    found = _BORN.search(folded)
    return _century(int(found[1]), today) if found else None


def _short_date(folded: str, today: date) -> int | None:
    found = _SHORT_DATE.fullmatch(_alone(folded))
    return _century(int(found[1]), today) if found else None


def _alone(folded: str) -> str:
    return re.sub(r" +", " ", _POLITE.sub("", folded)).strip()


def _century(two_digits: int, today: date) -> int | None:
    years = (century + two_digits for century in (2000, 1900))
    return next((year for year in years if YOUNGEST <= today.year - year <= OLDEST), None)


def _in_words(folded: str, today: date) -> int | None:
    if (said := _age_in_words(folded)) is not None:
        age = read_two_digits(said)
        return None if age is None else _plausible(today.year - age, today)
    year = read_spoken_year(folded)
    if year is not None and year < 100:
        return _century(year, today)
    return None if year is None else _plausible(year, today)


def _age_in_words(folded: str) -> str | None:
    if found := _AGE_IN_WORDS.search(folded):
        return found[1]
    if _AGE_WORD in folded or folded.endswith(_YEAR_WORD):
        return folded.replace(_AGE_WORD, "")
    return None

"""Dates as people type or say them; the day comes before the month, and what has no year is still to come."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from content.fold import clean, fold, latin_digits
from content.reading.khmer import khmer_key
from content.reading.numbers import read_number

_EARLIEST, _LATEST = 1900, 2100
_LEAP_SEARCH = 9
# Two digits up to ten years ahead are this century's.
_YEARS_AHEAD = 10
_MOST_AHEAD = 366

_ISO = re.compile(r"(?<![0-9])([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
_DAY_MONTH_YEAR = re.compile(
    r"(?<![0-9])(?<![0-9][./-])([0-9]{1,2}) ?[-/.] ?([0-9]{1,2})"
    r" ?[-/.] ?([0-9]{4}|[0-9]{2})(?![0-9]|[./-][0-9])"
)
_DAY_MONTH = re.compile(r"(?<![0-9:hg])(?<![0-9][./-])([0-9]{1,2}) ?[-/.] ?([0-9]{1,2})(?![0-9:hg]|[./-][0-9])")
_SPACED = re.compile(r"(?:ngay )?([0-9]{1,2}) ([0-9]{1,2}) ([0-9]{4})")
_RUN = re.compile(r"(?:ngay )?([0-9]{2})([0-9]{2})([0-9]{4})")
_NAMED = re.compile(
    r"(?<![0-9])([0-9]{1,2}) (?:thang |thg ?|th ?|t)([0-9]{1,2})(?![0-9])"
    r"(?:(?: nam)? ([0-9]{4})(?![0-9])| nam ([0-9]{2})(?![0-9]))?"
)
_SPOKEN = re.compile(
    r"\b(?:ngay|mung|mong|hom) ([a-z]+(?: [a-z]+){0,2}) thang ([a-z]+(?: (?:mot|hai))?)\b"
    r"(?: nam ([0-9]{4}))?"
)
_KHMER_MONTHS = ["មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"]
_KHMER_NAMED = re.compile(r"([0-9]{1,2})(?:ខែ)?ខែ([0-9]{1,2})(?:ឆ្នាំ)?([0-9]{4})?")
_LUNAR = re.compile(r"\b(?:am lich|al|gieng|chap|ram)\b")

_KHMER_DAYS = {
    khmer_key(word): days for word, days in {"ខានស្អែក": 2, "ស្អែក": 1, "ថ្ងៃនេះ": 0, "ម្សិលម្ង៉ៃ": -2, "ម្សិលមិញ": -1}.items()
}
_TODAY = re.compile(r"\b(?:hom|bua|sang|trua|chieu|toi) nay\b|\bhnay\b")
_TOMORROW = re.compile(r"\b(?:ngay|sang|trua|chieu|toi|bua|hom) (?:mai|moi)\b")
_AFTER_TOMORROW = re.compile(r"\b(?:ngay|sang|trua|chieu|toi|bua) mot\b")
_YESTERDAY = re.compile(r"\b(?:hom|bua|chieu|toi) qua\b")
_DAY_BEFORE = re.compile(r"\bhom kia\b")
_COUNTED = re.compile(r"(?<!\bthu )\b([a-z]+|[0-9]{1,3}) (ngay|bua|hom|tuan) (?:nua|sau|toi)\b")
_KHMER_COUNTED = re.compile(r"([0-9]{1,3})(ថ្ងៃ|សប្តាហ៍|អាទិត្យ)ទៀត")
_NEXT_WEEK = re.compile(r"\btuan (?:sau|toi|ke)\b|(?:សប្តាហ៍|អាទិត្យ)ក្រោយ")
_THIS_WEEK = re.compile(r"\btuan nay\b")
_WEEKDAY = re.compile(r"\bthu ?([2-7]|hai|ba|tu|nam|sau|bay)\b|\bt([2-7])\b|\b(chu nhat|chua nhat|cn)\b")
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_KHMER_WEEKDAYS = {
    khmer_key(word): day
    for word, day in {
        "ច័ន្ទ": 0, "អង្គារ": 1, "ពុធ": 2, "ព្រហស្បតិ៍": 3, "ព្រហស្ប": 3, "សុក្រ": 4, "សៅរ៍": 5, "សៅរ": 5,
        "អាទិត្យ": 6,
    }.items()
}  # fmt: skip
_DAY_ONLY = re.compile(r"\b(?:ngay|mung|mong|hom)(?: mung| mong)? ([0-9]{1,2})\b(?! (?:nua|ngay|tuan))")
_DAY_OF_MONTH = re.compile(r"(?<![0-9])([0-9]{1,2}) thang (?:nay|sau|toi)\b")
_KHMER_DAY_ONLY = re.compile(r"ថ្ងៃទី([0-9]{1,2})(?![0-9])")
_DAY_WORDS = frozenset(("ngay", "bua", "hom", "ថ្ងៃ"))
_NEXT_MONTH = re.compile(r"\bthang (?:sau|toi)\b|ខែក្រោយ")
_AROUND = frozenset(str.split("da a em toi tui con nha nhe nghe duoc di thi khoang chac vao luc la thoi hen len"))


def read_date(text: str, today: date) -> date | None:
    """Read a solar date; None when there is none, it doesn't exist, or it is said by the lunar calendar."""
    folded = fold(text)
    if _LUNAR.search(folded):
        return None
    for reader in _READERS:
        if (found := reader(text, today)) is not None:
            return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:  # the calendar is the judge of 31/2
        return None
    return found if _EARLIEST <= year <= _LATEST else None


def _full_year(digits: str, today: date) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if 2000 + year <= today.year + _YEARS_AHEAD else 1900 + year


def _next(day: int, month: int, today: date) -> date | None:
    days = (_date(today.year + ahead, month, day) for ahead in range(_LEAP_SEARCH))
    return next((found for found in days if found is not None and found >= today), None)


def _day_month(day: str, month: str, year: str | None, today: date) -> date | None:
    if year:
        return _date(_full_year(year, today), int(month), int(day))
    return _next(int(day), int(month), today)


def _in_digits(text: str, today: date) -> date | None:
    return next((found for found in _digit_dates(latin_digits(clean(text)).lower(), today) if found), None)


def _digit_dates(typed: str, today: date) -> Iterator[date | None]:
    for year, month, day in _ISO.findall(typed):
        yield _date(int(year), int(month), int(day))
    for pattern in (_SPACED, _RUN):
        if whole := pattern.fullmatch(fold(typed)):
            yield _day_month(whole[1], whole[2], whole[3], today)
    for day, month, year in _DAY_MONTH_YEAR.findall(typed):
        yield _day_month(day, month, year, today)
    for day, month in _DAY_MONTH.findall(typed):
        yield _day_month(day, month, None, today)


def _with_month(text: str, today: date) -> date | None:
    if found := _NAMED.search(fold(text)):
        return _day_month(found[1], found[2], found[3] or found[4], today)
    found = _SPOKEN.search(fold(text))
    day, month = (read_number(found[1]), read_number(found[2])) if found else (None, None)
    if found is None or day is None or month is None:
        return None
    return _day_month(str(day), str(month), found[3], today)


def _with_khmer_month(text: str, today: date) -> date | None:
    key = khmer_key(text)
    for number, month in enumerate(_KHMER_MONTHS, 1):
        key = key.replace(khmer_key(month), f"ខែ{number}ឆ្នាំ")
    found = _KHMER_NAMED.search(key.replace("ឆ្នាំឆ្នាំ", "ឆ្នាំ"))
    return _day_month(found[1], found[2], found[3], today) if found else None


def _from_today(text: str, today: date) -> date | None:
    days = _days_from_today(text)
    return None if days is None or abs(days) > _MOST_AHEAD else today + timedelta(days=days)


def _days_from_today(text: str) -> int | None:
    folded, key = fold(text), khmer_key(text)
    for word, days in _KHMER_DAYS.items():
        if word in key:
            return days
    # With its accent "một" is the number one; only "mốt" is the day after tomorrow.
    if _AFTER_TOMORROW.search(folded) and "một" not in clean(text).lower():
        return 2
    patterns = ((_TODAY, 0), (_TOMORROW, 1), (_YESTERDAY, -1), (_DAY_BEFORE, -2))
    said = next((days for pattern, days in patterns if pattern.search(folded)), None)
    return _bare_word(text) if said is None else said


def _bare_word(text: str) -> int | None:
    # "Mai" is also a name: alone it is tomorrow only among words that say nothing else.
    rest = [word for word in clean(text).lower().split() if fold(word) not in _AROUND]
    return {"mai": 1, "mơi": 1, "mốt": 2, "nay": 0}.get(rest[0].strip(".,!")) if len(rest) == 1 else None


def _counted(text: str, today: date) -> date | None:
    found = _COUNTED.search(fold(text)) or _KHMER_COUNTED.search(khmer_key(text))
    count = read_number(found[1]) if found else None
    if found is None or not count:
        return None
    days = count * (1 if found[2] in _DAY_WORDS else 7)
    return today + timedelta(days=days) if days <= _MOST_AHEAD else None


def _weekday_said(text: str) -> int | None:
    if found := _WEEKDAY.search(fold(text)):
        number = found[1] or found[2]
        return 6 if number is None else int(number) - 2 if number.isdigit() else _WEEKDAYS[number]
    key = _NEXT_WEEK.sub("", khmer_key(text))
    return next((day for word, day in _KHMER_WEEKDAYS.items() if word in key), None)


def _weekday(text: str, today: date) -> date | None:
    """Read a weekday: the next one after today, or the one in the week that is named (Monday to Sunday)."""
    weekday, said = _weekday_said(text), fold(text)
    next_week = _NEXT_WEEK.search(said) or _NEXT_WEEK.search(khmer_key(text))
    if weekday is None:
        return today + timedelta(days=7) if next_week else None
    if next_week or _THIS_WEEK.search(said):
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(days=weekday + (7 if next_week else 0))
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _day_alone(text: str, today: date) -> date | None:
    found = _DAY_ONLY.search(fold(text)) or _DAY_OF_MONTH.search(fold(text)) or _KHMER_DAY_ONLY.search(khmer_key(text))
    if found is None:
        return None
    first, day = today.replace(day=1), int(found[1])
    skipped = 1 if _NEXT_MONTH.search(fold(text)) or _NEXT_MONTH.search(khmer_key(text)) else 0
    months = (divmod(first.month - 1 + ahead, 12) for ahead in range(skipped, skipped + 1 if skipped else 12))
    days = (_date(first.year + years, month + 1, day) for years, month in months)
    return next((one for one in days if one is not None and one >= today), None)


Reader = Callable[[str, date], date | None]
_READERS: tuple[Reader, ...] = (
    _in_digits,
    _with_month,
    _with_khmer_month,
    _from_today,
    _counted,
    _weekday,
    _day_alone,
)

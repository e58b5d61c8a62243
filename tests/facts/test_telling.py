"""Facts in texts: told in both languages from one value, by the day, and never when nobody confirmed them."""

from datetime import date

import pytest

from content.facts.fact import read_value
from content.facts.filling import fill
from content.facts.live import fact, live
from content.facts.units import written_value
from tests.facts.conftest import Write

LOAN = """
[loan.rate]
unit = "percent"
about = "rate"
value = 6.6
source = "Bảng lãi suất"
confidence = "M"
ALWAYS
[loan.share]
unit = "percent"
about = "share"
value = 127
source = "NĐ 338/2025/NĐ-CP"
since = 2026-01-01
confidence = "H"
ALWAYS
[loan.job]
unit = "percent"
about = "rate"
formula = "share"
of = ["loan.rate", "loan.share"]
source = "NĐ 338/2025/NĐ-CP"
confidence = "H"
ALWAYS
[loan.sum]
unit = "dong"
about = "max"
value = 50_000_000
source = "ví dụ"
confidence = "H"
ALWAYS
[loan.month]
unit = "dong"
about = "interest"
formula = "month_interest"
of = ["loan.sum", "loan.rate"]
source = "tính"
confidence = "H"
ALWAYS
[loan.guess]
unit = "months"
about = "term"
value = 12
source = "nghe nói"
confidence = "MEM"
ALWAYS
[bank.phone]
unit = "phone"
about = "phone"
source = "chờ"
confidence = "?"
ALWAYS
"""


def test_both_languages_tell_the_same_value(write: Write) -> None:
    write(LOAN)
    text = "{loan.sum} {loan.rate} {loan.job} {loan.month}"
    assert fill("vi", text, {}) == "50 triệu đồng 6,6% 8,382% 275.000 đồng"
    assert fill("km", text, {}) == "50 លានដុង 6,6 % 8,382 % 275.000 ដុង"


def test_a_changed_value_changes_both_languages_and_what_follows_from_it(write: Write) -> None:
    write(LOAN.replace("6.6", "7"))
    assert fill("vi", "{loan.rate} {loan.job} {loan.month}", {}) == "7% 8,89% 291.667 đồng"
    assert fill("km", "{loan.rate} {loan.job} {loan.month}", {}) == "7 % 8,89 % 291.667 ដុង"


def test_source_and_days_can_be_told(write: Write) -> None:
    write(LOAN)
    text = "Theo {loan.share:source} từ {loan.share:since}, xem {loan.share:checked}; {name}"
    assert fill("vi", text, {"name": "Sa"}) == "Theo NĐ 338/2025/NĐ-CP từ 1/1/2026, xem 1/11/2026; Sa"


@pytest.mark.parametrize("lang", ["vi", "km"])
@pytest.mark.parametrize("name", ["loan.guess", "bank.phone"])
def test_what_nobody_confirmed_becomes_a_whole_line_that_says_whom_to_ask(write: Write, name: str, lang: str) -> None:
    write(LOAN)
    first, second, third = fill(lang, f"A {{loan.rate}}\nB {{loan.sum}}: {{{name}}} C\nD", {}).split("\n")
    assert (first[0], third) == ("A", "D")
    assert "B" not in second and "C" not in second and not any(sign.isdigit() for sign in second)
    assert {"vi": "gõ “gặp cán bộ”", "km": "វាយ «ជួបកម្មាភិបាល»"}[lang] in second
    live.phone = "0294 000 0000"
    assert "0294 000 0000" in fill(lang, f"{{{name}}}", {})


def test_a_line_says_once_whom_to_ask(write: Write) -> None:
    write(LOAN)
    assert fill("vi", "{loan.guess}\n{loan.guess} nữa\n\n\nE", {}).count("\n") == 3


def test_what_follows_from_an_unconfirmed_fact_is_not_told_either(write: Write) -> None:
    write(LOAN.replace('"M"', '"L"'))
    assert "%" not in fill("vi", "{loan.job}", {})


def test_the_day_decides(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    line = '[[line.poor]]\nunit = "dong"\nabout = "max"\nvalue = {}\nsource = "NĐ 351"\nconfidence = "H"\nALWAYS\n{}\n'
    write(
        line.format(1_500_000, "until = 2026-12-31") + line.format(2_200_000, "since = 2027-01-01\nuntil = 2030-12-31")
    )
    assert fill("vi", "{line.poor}", {}) == "1,5 triệu đồng"
    monkeypatch.setattr(live, "today", lambda: date(2027, 1, 1))
    assert fill("vi", "{line.poor}", {}) == "2,2 triệu đồng"
    monkeypatch.setattr(live, "today", lambda: date(2031, 1, 1))
    assert fact("line.poor") is None
    assert "triệu" not in fill("vi", "{line.poor}", {})


def test_texts_without_facts_are_filled_as_ever(write: Write) -> None:
    write(LOAN)
    assert fill("vi", "xin chào {name}. Hết", {"name": "Sa"}) == "xin chào Sa. Hết"
    assert fill("vi", "không có gì", {}) == "không có gì"


@pytest.mark.parametrize(
    ("unit", "words", "vi", "km"),
    [
        ("dong", "530.000", "530.000 đồng", "530.000 ដុង"),
        ("dong", "10.000.000.000", "10 tỷ đồng", "10 ពាន់លានដុង"),
        ("dong", "2.500.000", "2,5 triệu đồng", "2,5 លានដុង"),
        ("dong", "1.234.567", "1.234.567 đồng", "1.234.567 ដុង"),
        ("dong", "0", "0 đồng", "0 ដុង"),
        ("usd", "1.200", "1.200 đô la Mỹ", "1.200 ដុល្លារអាមេរិក"),
        ("wage_months", "1,5", "1,5 tháng lương", "ប្រាក់ខែ 1,5 ខែ"),
        ("age", "39", "39 tuổi", "អាយុ 39 ឆ្នាំ"),
        ("working_days", "7", "7 ngày làm việc", "7 ថ្ងៃធ្វើការ"),
        ("date", "1/1/2027", "1/1/2027", "1/1/2027"),
        ("phone", "024 3824 9517", "024 3824 9517", "024 3824 9517"),
    ],
)
def test_values_are_read_as_the_office_writes_them_and_told_in_both_languages(
    unit: str, words: str, vi: str, km: str
) -> None:
    value = read_value(unit, words)
    assert (written_value(unit, value, "vi"), written_value(unit, value, "km")) == (vi, km)


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("dong", "2,5"),
        ("percent", "-1"),
        ("percent", "sáu"),
        ("date", "32/1/2027"),
        ("date", "1-1-2027"),
        ("phone", " "),
    ],
)
def test_what_is_no_value_is_refused(unit: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_value(unit, words)

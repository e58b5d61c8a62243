"""What a message tells beside its answer, and for whom it speaks."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.besides import name_alone, told_besides
from content.for_whom import is_for_other

TODAY = date(2026, 11, 24)
OWN = {"phone_owner": "own", "phone": "+84912345678"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "em ten Son Thi Lan sinh 1990 muon di lam o Nhat sdt 0912345678",
            {"birth_year": 1990, "name": "Son Thi Lan", "market": "japan", **OWN},
        ),
        (
            "Em tên là Thạch Minh Nam, sinh năm 2001, ở ấp Trà Trò xã Hàm Giang, muốn đi Hàn Quốc. SĐT 0912.345.678",
            {
                "birth_year": 2001,
                "commune": "29488",
                "hamlet": "ấp Trà Trò",
                "name": "Thạch Minh Nam",
                "market": "korea",
                **OWN,
            },
        ),
        (
            "toi ten Nguyen Van Nam 35 tuoi o xa Long Hiep khong co dien thoai",
            {"birth_year": 1991, "commune": "29506", "name": "Nguyen Van Nam", "phone_owner": "none"},
        ),
        (
            "ខ្ញុំឈ្មោះ ថាច់ ធីសួន អាយុ ៥២ឆ្នាំ នៅភូមិកោសឡា ឃុំថាញសឺន លេខ ០៩១២៣៤៥៦៧៨",
            {"birth_year": 1974, "commune": "29485", "hamlet": "ភូមិកោសឡា", "name": "ថាច់ ធីសួន", **OWN},
        ),
        ("họ tên: KIM THI HOA - sn 1988 - 0912345678", {"birth_year": 1988, "name": "Kim Thi Hoa", **OWN}),
        ("toi ten la Thach Van Nam nam 1988", {"name": "Thach Van Nam"}),
        ("tên tôi là Kim Sa Phia ở Hàm Giang", {"name": "Kim Sa Phia"}),
        ("so cua con toi 0912345678", {"phone_owner": "neighbour", "phone": "+84912345678"}),
        ("khong co dien thoai", {"phone_owner": "none"}),
        ("ko có đt", {"phone_owner": "none"}),
        ("អត់មានទូរស័ព្ទ", {"phone_owner": "none"}),
        ("em o xa ham giang ap tra tro", {"commune": "29488", "hamlet": "ap tra tro"}),
        ("ap 3 xa tan hiep", {"commune": "29509", "hamlet": "ap 3"}),
        ("ấp cây da", {"hamlet": "ấp cây da"}),
        ("con tôi sinh năm 2015", {}),
        ("tên công ty là gì", {}),
        ("em muốn biết tên công ty", {}),
        ("ចុះឈ្មោះរកការងារ", {}),
        ("phụ hồ", {}),
        ("1990", {}),
        ("", {}),
    ],
)
def test_only_what_is_said_plainly_is_told(text: str, told: dict[str, Any]) -> None:
    assert told_besides(text, TODAY) == told


@given(st.text() | st.text(alphabet="tênsinhấpxã 0123456789,", max_size=60))
def test_any_words_tell_something_or_nothing(text: str) -> None:
    told = told_besides(text, TODAY)
    assert None not in told.values()
    assert told.keys() <= {"birth_year", "commune", "hamlet", "name", "phone_owner", "phone", "market"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Nguyen Van Ba", "Nguyen Van Ba"),
        ("son thi lan", "Son Thi Lan"),
        ("Thạch Sa Rết", "Thạch Sa Rết"),
        ("son nha", None),
        ("mai đi làm", None),
        ("Kim Sơn", None),
        ("nam", None),
    ],
)
def test_a_full_name_is_known_as_one(text: str, name: str | None) -> None:
    assert name_alone(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "tôi muốn đăng ký việc làm cho con trai tôi", "tim viec cho con toi", "dang ky cho chong em di han quoc",
        "đăng ký giùm mẹ tôi", "con trai tôi muốn học nghề", "con tôi sinh năm 2004", "vợ tôi muốn đi làm",
        "chồng em làm hồ thất thường lắm, muốn tìm việc ổn định", "cho em trai em học nghề", "tìm việc cho vợ",
        "dk viec lam cho hang xom", "đăng ký cho người khác", "cho con gái đi hàn", "em gái tôi muốn đi nhật",
        "រកការងារឱ្យកូនខ្ញុំ", "ចុះឈ្មោះឱ្យកូនប្រុស", "កូនខ្ញុំចង់ទៅជប៉ុន", "ខ្ញុំចង់រកការងារឲ្យប្ដី",
    ],
)  # fmt: skip
def test_a_wish_is_for_somebody_else(text: str) -> None:
    assert is_for_other(text)


@pytest.mark.parametrize(
    "text",
    [
        "tìm việc cho em", "cho em đăng ký đi nhật", "cho con đăng ký học nghề", "cho chị hỏi có việc gì không",
        "em là con gái muốn đi nhật", "con muốn tìm việc", "con trai 20 tuổi muốn tìm việc", "cho tôi đăng ký",
        "tôi muốn tìm việc gần nhà để lo cho con", "anh chị cho em xin việc", "ba muoi tuoi muon hoc nghe",
        "tui muốn đi làm kiếm tiền nuôi con", "có việc cho người lớn tuổi không", "រកការងារឱ្យខ្ញុំ",
        "ជួយរកការងារផង", "ខ្ញុំចង់រកការងារ", "",
    ],
)  # fmt: skip
def test_a_wish_is_ones_own(text: str) -> None:
    assert not is_for_other(text)

"""A firm is found as people type it, and one that only resembles it is never taken for it."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.firms import Found, core, likeness, match, named_in, number_key


@dataclass(frozen=True)
class Firm:
    name: str
    short_name: str | None
    number_key: str


VIET_THANG = Firm("Công ty Cổ phần Phát triển Quốc tế Việt Thắng", "VIET THANG INT", "1135ldtbxhgp")
THANH_DAT = Firm("Công ty TNHH Thành Đạt", "THADACO", "36ldtbxhgp")
SAO_MAI = Firm("Công ty CP Cung ứng nhân lực Sao Mai", "SAMAICO", "512ldtbxhgp")
FIRMS = (VIET_THANG, THANH_DAT, SAO_MAI)


@pytest.mark.parametrize(
    ("typed", "firm"),
    [
        ("1135", VIET_THANG),
        ("Giấy phép số 1135/LĐTBXH-GP", VIET_THANG),
        ("១១៣៥", VIET_THANG),
        ("so giay phep 36", THANH_DAT),
        ("cong ty co phan phat trien quoc te viet thang", VIET_THANG),
        ("Phát triển Quốc tế Việt Thắng", VIET_THANG),
        ("CTY TNHH THÀNH ĐẠT", THANH_DAT),
        ("samaico", SAO_MAI),
    ],
)
def test_what_names_a_firm_finds_it(typed: str, firm: Firm) -> None:
    found = match(typed, FIRMS)
    assert (found.found, list(found.firms)) == (Found.exact, [firm])


@pytest.mark.parametrize(
    ("typed", "firm"),
    [
        ("Việt Thắng", VIET_THANG),
        ("công ty sao mai", SAO_MAI),
        ("Thành Đạt 36", THANH_DAT),
        ("samaiko", SAO_MAI),
        ("Thành Đại", THANH_DAT),
        ("Phát triển Quốc tế Việt Thắng Lợi", VIET_THANG),
    ],
)
def test_what_only_resembles_a_firm_is_a_warning_and_no_yes(typed: str, firm: Firm) -> None:
    found = match(typed, FIRMS)
    assert found.found == Found.near
    assert found.firms[0] == firm


@pytest.mark.parametrize("typed", ["Hoàng Long Hải", "999", "công ty", "tôi muốn đi Nhật", "xây dựng 36"])
def test_what_is_no_firm_is_none(typed: str) -> None:
    assert match(typed, FIRMS).found == Found.none


def test_a_name_that_two_firms_share_is_not_decided() -> None:
    twin = Firm("Công ty Cổ phần Thành Đạt", None, "77ldtbxhgp")
    found = match("thành đạt", (*FIRMS, twin))
    assert found.found == Found.near
    assert {*found.firms} >= {THANH_DAT, twin}


def test_digits_among_other_words_are_no_licence_number() -> None:
    assert match("công ty xây dựng 512", FIRMS).found != Found.exact


@given(st.text(max_size=80))
def test_anything_can_be_typed(text: str) -> None:
    found = match(text, FIRMS)
    assert (found.found == Found.none) is (not found.firms)
    assert all(0 <= likeness(text, firm) <= 100 for firm in FIRMS)


@given(st.sampled_from(FIRMS))
def test_a_firms_own_name_and_number_are_exact(firm: Firm) -> None:
    for typed in (firm.name, firm.name.upper(), core(firm.name), firm.short_name or "", firm.number_key):
        assert list(match(typed, FIRMS).firms) == [firm]


def test_number_keys_forget_signs_and_accents() -> None:
    assert number_key(" 1135 / LĐTBXH-GP ") == number_key("1135/ldtbxh-gp") == "1135ldtbxhgp"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("công ty Thành Đạt có giấy phép không?", "cong ty thanh dat"),
        ("kiểm tra cty Sao Mai", "cty sao mai"),
        ("Sao Mai có lừa đảo không", "sao mai"),
        ("Công ty Thành Đạt", "Công ty Thành Đạt"),
    ],
)
def test_a_question_about_a_firm_leaves_its_name(asked: str, name: str) -> None:
    assert named_in(asked) == name

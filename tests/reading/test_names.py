"""People's names among everything else they type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.reading import read_name

NAMES = [
    "Nguyễn Văn An",
    "Thạch Thị Sà Rây",
    "Lan",
    "Kim Som Bát",
    "Đặng Văn Lâm",
    "Sơn Thị Được",
    "សុខា",
    "ថាច់ សុខា",
]
WORDINGS = [
    "{}",
    "tôi tên là {}",
    "Em là {}",
    "dạ em tên {} ạ",
    "Họ và tên: {}",
    "tên tôi là {}.",
    "TÊN {}",
    '"{}"',
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wording", WORDINGS)
def test_a_name_is_read_in_any_wording_and_case(name: str, wording: str) -> None:
    assert read_name(wording.format(name)) == name
    assert read_name(wording.format(name.upper())) == name
    assert read_name(wording.format(name.lower())) == name


@pytest.mark.parametrize("text", ["ខ្ញុំឈ្មោះ សុខា", "ខ្ញុំឈ្មោះសុខា", "ឈ្មោះខ្ញុំគឺ សុខា", "ខ្ញុំបាទឈ្មោះ សុខា", "ឈ្មោះ៖ សុខា"])
def test_a_khmer_introduction_is_left_out(text: str) -> None:
    assert read_name(text) == "សុខា"


@pytest.mark.parametrize(
    "text",
    [
        "ok", "dạ", "xin chào", "Xin chào!", "menu", "trợ giúp", "hủy", "đăng ký", "em muốn tìm việc",
        "không", "", "0912345678", "An 35", "https://a.vn", "😀", "An 😀", "A", "x" * 61, "bcd", "tên gì?",
        "khoan", "thôi", "ừ", "ừ em", "oke em", "khong biet", "không biết", "hổng biết", "dạ không rõ",
        "អត់ដឹង", "មិនដឹង", "ខ្ញុំអត់ដឹងទេ",
        "ជម្រាបសួរ", "បាទ", "Иван", "...", "tôi", "em", "chào em",
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused(text: str) -> None:
    assert read_name(text) is None


@given(st.text() | st.text(alphabet="anh temlàtôiĐẠIạ '-.,ខ្ញុំឈ្មោះសុខា", max_size=40))
def test_any_text_is_a_name_or_nothing_and_a_name_stays(text: str) -> None:
    name = read_name(text)
    if name is not None:
        assert read_name(name) == name
        assert not any(sign.isdigit() for sign in name)


def test_what_follows_a_comma_is_not_the_name() -> None:
    assert read_name("Thạch Sa Rinh, sinh năm 1990") == "Thạch Sa Rinh"

"""Short forms and southern spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.fold import fold
from content.reading import short_forms
from content.reading.speech import _WORDS


@given(
    st.text() | st.lists(st.sampled_from([*_WORDS, "hong", "hoa", "vc", "tim", "nc", "dia", "di", "50"])).map(" ".join)
)
def test_what_is_written_out_stays(text: str) -> None:
    once = short_forms(text)
    assert short_forms(once) == once
    assert fold(once) == once


@pytest.mark.parametrize("short", _WORDS)
def test_only_whole_words_are_replaced(short: str) -> None:
    assert short_forms(f"x{short}x") == f"x{short}x"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("dk vc lm dc k", "dang ky viec lam duoc khong"),
        ("đk xklđ vs cty ntn", "dang ky xuat khau lao dong voi cong ty nhu the nao"),
        ("ko bít lm j", "khong biet lam gi"),
        ("lãi xuất bn z", "lai suat bao nhieu vay"),
        ("dìa quê", "ve que"),
        ("zô làm", "vo lam"),
        ("biết hông", "biet khong"),
        ("em hong hieu", "em khong hieu"),
        ("đi nc ngoài", "di nuoc ngoai"),
        ("địa chỉ", "dia chi"),
        ("hoa hồng", "hoa hong"),
        ("chị Hồng", "chi hong"),
        ("vc chong em", "vc chong em"),
        ("50 k", "50 k"),
        ("500k", "500k"),
        ("រកការងារ", "រកការងារ"),
    ],
)
def test_chat_is_written_out(text: str, written: str) -> None:
    assert short_forms(text) == written

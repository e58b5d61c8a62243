"""Not knowing, told apart from answers that only begin like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.places import find_units
from content.reading import is_unsure

UNSURE = [
    "không biết", "khong biet", "ko biết", "hổng biết", "hông biết nữa em", "dạ không rõ", "chưa biết", "chua ro lam",
    "tui không nhớ", "chắc không biết", "អត់ដឹង", "មិនដឹង", "ខ្ញុំអត់ដឹងទេ", "មិនច្បាស់",
]  # fmt: skip


@pytest.mark.parametrize("text", UNSURE)
def test_not_knowing_is_recognised_and_is_no_place(text: str) -> None:
    assert is_unsure(text)
    assert find_units(text) == []


@pytest.mark.parametrize(
    "text",
    ["", "không", "chưa", "biết", "không biết chữ", "khong biet chu", "không biết tiếng", "មិនចេះអក្សរ", "អត់ទេ", "Biết"],
)
def test_an_answer_is_not_taken_for_it(text: str) -> None:
    assert not is_unsure(text)


@pytest.mark.parametrize("text", ["dạ", "da", "ok", "ừ", "thôi", "khoan"])
def test_politeness_is_no_place(text: str) -> None:
    assert find_units(text) == []


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert is_unsure(text) in (True, False)

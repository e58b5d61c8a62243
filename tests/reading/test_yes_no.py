"""Yes and no: a consent must never be read where none was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.reading import read_yes_no

AGREEING = ["đồng ý", "dong y", "muốn", "chịu", "được", "chấp nhận"]
KHMER_AGREEING = ["យល់ព្រម", "ព្រម", "បាន", "ចង់"]


@given(
    st.sampled_from(AGREEING),
    st.sampled_from(["không", "ko", "k", "hông", "chưa", "hok", "KHÔNG"]),
    st.booleans(),
)
def test_a_denied_agreement_is_a_refusal(agreeing: str, no: str, polite: bool) -> None:
    assert read_yes_no(f"{'dạ em ' if polite else ''}{no} {agreeing}") is False


@given(
    st.sampled_from(KHMER_AGREEING),
    st.sampled_from(["មិន", "អត់"]),
    st.sampled_from(["", "បាទ ", "ចាស ", "ខ្ញុំ"]),
)
def test_a_denied_khmer_agreement_is_a_refusal(agreeing: str, no: str, start: str) -> None:
    assert read_yes_no(f"{start}{no}{agreeing}") is False
    assert read_yes_no(f"{start}{no}{agreeing}ទេ") is False


@given(st.sampled_from(AGREEING), st.sampled_from(["{} không?", "{} không", "có {} không", "{}?"]))
def test_a_question_is_no_consent(agreeing: str, wording: str) -> None:
    assert read_yes_no(wording.format(agreeing)) is not True


@given(st.sampled_from(AGREEING), st.sampled_from(["{}", "dạ {}", "em {} ạ", "ok {}", "{} nha"]))
def test_a_plain_agreement_is_a_yes(agreeing: str, wording: str) -> None:
    assert read_yes_no(wording.format(agreeing)) is True
    assert read_yes_no(wording.format(agreeing).upper()) is True


@given(st.text())
def test_any_text_is_yes_no_or_neither(text: str) -> None:
    assert read_yes_no(text) in {True, False, None}


@given(st.lists(st.sampled_from(["không", "có", "dạ", "đồng ý", "ý", "thôi", "chưa", "em", "biết", "được", "nhưng"])))
def test_no_sentence_that_begins_with_no_is_a_yes(words: list[str]) -> None:
    assert read_yes_no(" ".join(["không", *words])) is not True
    assert read_yes_no(" ".join(["dạ", "không", *words])) is not True


@pytest.mark.parametrize(
    "text", ["", "dung", "không biết", "có nhưng bận", "để hỏi chồng", "👍👎", "មិនដឹង", "បានទេ", "nó muốn đi"]
)
def test_what_is_not_clear_is_neither(text: str) -> None:
    assert read_yes_no(text) is None

"""Choosing among options by number, word, part and near spelling."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.reading import Option, near_choices, read_choice
from content.reading.khmer import has_khmer

NEEDS = (
    Option("job", ("Tìm việc làm", "việc làm", "រកការងារធ្វើ", "ការងារ")),
    Option("training", ("Học nghề", "រៀនវិជ្ជាជីវៈ")),
    Option("overseas", ("Đi làm nước ngoài", "xuất khẩu lao động", "ទៅធ្វើការនៅក្រៅប្រទេស")),
    Option("loan", ("Vay vốn", "vay tiền", "ខ្ចីប្រាក់")),
    Option("nothing", ("Không cần gì", "không", "ទេ")),
)
VALUES = [option.value for option in NEEDS]
labelled = [(option.value, word) for option in NEEDS for word in option.words]


def _without_accents(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in plain if not "\u0300" <= sign <= "\u036f")


@given(st.sampled_from(labelled), st.sampled_from(["{}", " {}. ", "{} ạ", "dạ {}", "“{}”"]))
def test_case_and_accents_do_not_change_a_choice(pair: tuple[str, str], wording: str) -> None:
    value, word = pair
    for typed in (
        word,
        word.upper(),
        word.lower(),
        _without_accents(word),
        unicodedata.normalize("NFD", word),
    ):
        assert read_choice(wording.format(typed), NEEDS) == value


@given(
    st.integers(1, len(NEEDS)),
    st.sampled_from(["{}", "{}.", "số {}", "({})", "chọn {}", "cái thứ {} nha", "លេខ{}"]),
)
def test_a_position_chooses_in_either_digits(position: int, wording: str) -> None:
    khmer = "០១២៣៤៥៦៧៨៩"[position]
    assert read_choice(wording.format(position), NEEDS) == VALUES[position - 1]
    assert read_choice(wording.format(khmer), NEEDS) == VALUES[position - 1]


@given(st.sampled_from([pair for pair in labelled if len(pair[1]) > 7 and not has_khmer(pair[1])]), st.data())
def test_a_dropped_letter_in_a_long_label_is_forgiven(pair: tuple[str, str], data: st.DataObject) -> None:
    value, word = pair
    at = data.draw(st.integers(1, len(word) - 1))
    assert read_choice(word[:at] + word[at + 1 :], NEEDS) == value


@given(st.text())
def test_any_text_is_an_option_or_nothing(text: str) -> None:
    assert read_choice(text, NEEDS) in {*VALUES, None}
    near = near_choices(text, NEEDS)
    assert len(near) <= 3
    assert set(near) <= set(VALUES)
    assert len(near) == len(set(near))


@given(st.sampled_from(labelled))
def test_the_chosen_one_is_the_nearest(pair: tuple[str, str]) -> None:
    assert near_choices(pair[1], NEEDS)[0] == pair[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("em muốn học nghề sửa xe", "training"), ("hoc ngeh", "training"), ("xkld", "overseas"),
        ("vay", "loan"), ("2. Học nghề", "training"), ("di lam nuoc ngaoi", "overseas"),
        ("vay von zi", "loan"), ("ko", "nothing"),
        ("ខ្ញុំចង់រៀនវិជ្ជាជីវៈ", "training"), ("ទៅធ្វើការនៅក្រៅប្រទេស", "overseas"), ("dạ số ba", "overseas"),
    ],
)  # fmt: skip
def test_sentences_are_understood(text: str, value: str) -> None:
    assert read_choice(text, NEEDS) == value


@pytest.mark.parametrize(
    "text",
    ["", "...", "6", "0", "1 và 2", "học nghề hay vay vốn", "1. Học nghề", "xyz", "em", "chưa học nghề"],
)
def test_what_fits_none_or_several_is_not_guessed(text: str) -> None:
    assert read_choice(text, NEEDS) is None


def test_a_part_of_the_word_country_is_no_refusal() -> None:
    assert read_choice("ប្រទេស", NEEDS) != "nothing"


def test_near_ones_are_offered_when_none_is_sure() -> None:
    assert near_choices("nghề gì cũng được", NEEDS)[0] == "training"
    assert near_choices("", NEEDS) == []


@pytest.mark.parametrize("text", ["5", "៥", "12"])
def test_a_number_of_no_line_resembles_nothing(text: str) -> None:
    times = (Option("short", ("Dưới 3 tháng",)), Option("year", ("Từ 3 tháng tới 1 năm", "12 tháng")))
    assert near_choices(text, times) == []


def test_strewn_letters_are_no_likeness() -> None:
    schooling = (Option("primary", ("Lớp 5 tới lớp 8",)), Option("upper", ("Hết lớp 12", "trung cấp")))
    assert near_choices("lam ruong", schooling) == []
    assert near_choices("truong cap", schooling) == ["upper"]


def test_a_longer_name_beats_the_shorter_inside_it() -> None:
    status = (Option("poor", ("hộ nghèo", "nghèo")), Option("near", ("hộ cận nghèo", "cận nghèo")))
    assert read_choice("nhà em hộ cận nghèo", status) == "near"
    assert read_choice("nha em ho can ngeo", status) == "near"
    assert read_choice("không nghèo", status) is None


def test_accents_decide_where_bare_letters_cannot() -> None:
    animals = (Option("cow", ("bò",)), Option("butter", ("bơ",)))
    assert read_choice("bơ", animals) == "butter"
    assert read_choice("bo", animals) is None

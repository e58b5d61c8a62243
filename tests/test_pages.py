"""A text is told in messages of two short sentences; nothing of it is lost, and no sentence is torn that fits."""

from hypothesis import given, settings
from hypothesis import strategies as st

from content.pages import LONGEST, LONGEST_LIST, SENTENCES, pages

# words by their lengths, which hypothesis makes fast
SENTENCE = st.builds(
    lambda lengths, end: " ".join("aក1đ"[length % 4] * length for length in lengths) + end,
    st.lists(st.integers(1, 40), min_size=1, max_size=20),
    st.sampled_from(".!?។"),
)
LINE = st.builds(
    lambda item, said: ("- " if item else "") + " ".join(said),
    st.booleans(),
    st.lists(SENTENCE, min_size=1, max_size=4),
)
TEXT = st.lists(st.lists(LINE, min_size=1, max_size=5).map("\n".join), max_size=4).map("\n\n".join)


@settings(max_examples=60)
@given(TEXT)
def test_every_word_is_told_once_and_in_order(text: str) -> None:
    told = "".join("".join(pages(text)).split())
    assert told == "".join(text.split())


@settings(max_examples=60)
@given(TEXT)
def test_every_message_is_short(text: str) -> None:
    for page in pages(text):
        assert len(page) <= (max(LONGEST_LIST, 2 * LONGEST + 1) if "- " in text else LONGEST)
        assert page == page.strip()
        assert page


@given(st.lists(st.sampled_from(["Một.", "Hai!", "Bà con ơi?"]), min_size=1, max_size=9))
def test_sentences_go_two_by_two(sentences: list[str]) -> None:
    told = pages(" ".join(sentences))
    assert len(told) == -(-len(sentences) // SENTENCES)
    assert all(page[-1] in ".!?" for page in told)


def test_a_paragraph_begins_a_new_message() -> None:
    assert pages("Một. Hai. Ba.\n\nBốn.") == ["Một. Hai.", "Ba.", "Bốn."]


def test_lines_stay_lines() -> None:
    assert pages("Mức cao nhất là 3 tháng.\nHỏi cán bộ.") == ["Mức cao nhất là 3 tháng.\nHỏi cán bộ."]


def test_a_list_stays_together_with_its_heading() -> None:
    text = "Câu một. Câu hai.\nMang theo:\n- căn cước\n- điện thoại"
    assert pages(text) == ["Câu một. Câu hai.", "Mang theo:\n- căn cước\n- điện thoại"]


def test_money_and_numbers_of_laws_are_no_end_of_a_sentence() -> None:
    assert pages("Tới 1.000.000 đồng theo NĐ 338/2025/NĐ-CP. Hỏi xã.") == [
        "Tới 1.000.000 đồng theo NĐ 338/2025/NĐ-CP. Hỏi xã."
    ]


def test_khmer_sentences_end_with_their_own_sign() -> None:
    assert pages("ក ក។ ខ ខ។ គ គ។") == ["ក ក។ ខ ខ។", "គ គ។"]


def test_a_sentence_longer_than_a_message_is_divided_between_words() -> None:
    told = pages("từ " * 200)
    assert len(told) > 1
    assert {word for page in told for word in page.split()} == {"từ"}

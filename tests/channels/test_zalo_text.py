"""Texts for Zalo: composed, split on meaning, never inside a letter."""

import unicodedata

import pytest

from bot.channels.zalo_text import as_lines, buttons_of, nfc, split

VIETNAMESE = "Đăng ký việc làm ở xã Hàm Giang, huyện Trà Cú. "
KHMER = "ការិយាល័យវប្បធម៌និងសង្គមឃុំស្រុកត្រាគូ"


def test_composed_letters_are_fewer() -> None:
    apart = unicodedata.normalize("NFD", VIETNAMESE)
    assert len(apart) > len(nfc(apart)) == len(VIETNAMESE)


@pytest.mark.parametrize("words", [VIETNAMESE, KHMER, "x", "một\n\nhai\n"])
@pytest.mark.parametrize("limit", [20, 100, 2000])
def test_no_piece_is_too_long_and_no_letter_is_lost(words: str, limit: int) -> None:
    text = words * 120
    pieces = split(text, limit)
    assert max(map(len, pieces)) <= limit
    assert "".join("".join(pieces).split()) == "".join(nfc(text).split())


def test_a_khmer_letter_is_never_torn() -> None:
    for piece in split(KHMER * 20, 23):
        assert unicodedata.category(piece[0])[0] != "M"
        assert not piece.endswith("\u17d2")


def test_cuts_fall_between_paragraphs_before_words() -> None:
    assert split("a b\n\nc d e", 8) == ["a b", "c d e"]


def test_choices_are_written_out() -> None:
    markup = {
        "inline_keyboard": [[{"text": "1. Có", "callback_data": "y"}], [{"text": "Quay lại", "callback_data": "b"}]]
    }
    assert as_lines(buttons_of(markup)) == "1. Có\n› Quay lại"
    assert as_lines([{"text": "Bản đồ", "url": "https://x.vn"}]) == "Bản đồ: https://x.vn"
    assert buttons_of({"remove_keyboard": True}) == buttons_of(None) == []

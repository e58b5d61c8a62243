"""Finding one's way as a tired or hurried person does: back, two taps, a number of no line, a cry for help."""

import pytest

from tests.conftest import Running
from tests.conversation.phones import WebPhone


@pytest.fixture
async def phone(program: Running) -> WebPhone:
    phone = await WebPhone.open(program)
    await phone.say("alo")
    await phone.say("1")
    return phone


async def test_agreeing_twice_leaves_the_form_open(phone: WebPhone) -> None:
    await phone.say("tìm việc")
    await phone.tap("Tôi đồng ý")
    again = await phone.tap("Tôi đồng ý")
    assert "sinh năm nào" in again
    assert "nam hay nữ" in await phone.say("1970")


@pytest.mark.parametrize(
    ("way", "above"),
    [
        (("vay vốn", "1", "1"), "loans:of:"),
        (("vay vốn", "1"), "loans:guide"),
        (("vay vốn", "4"), "loans:guide"),
        (("3", "2"), "abroad:safe"),
        (("3", "4", "1"), "abroad:safe"),
        (("vay vốn",), "go:staff_contact"),
    ],
)
async def test_back_is_one_page_up(phone: WebPhone, way: tuple[str, ...], above: str) -> None:
    for words in way:
        await phone.say(words)
    answer = await phone.say("quay lại")
    assert any(one.startswith(above) for one in answer.buttons.values()), answer


async def test_a_reckoning_offers_five_programmes_at_once_and_all_in_turn(phone: WebPhone) -> None:
    await phone.say("vay vốn")
    answer = await phone.say("3")
    seen: set[str] = set()
    for _ in range(4):
        shown = [one for one in answer.buttons.values() if one.startswith("loans:sum:")]
        assert len(shown) <= 5
        if seen.issuperset(shown):
            break
        seen |= set(shown)
        answer = await phone.tap("Xem thêm" if "Xem thêm" in answer.buttons else "Về trang đầu")
    assert len(seen) > 5


@pytest.mark.parametrize("words", ["lua dao", "tôi bị lừa đảo", "bi lua tien"])
async def test_a_cry_about_a_fraud_opens_what_to_do(phone: WebPhone, words: str) -> None:
    answer = await phone.say(words)
    assert "Báo lừa đảo" in "".join(answer.buttons)
    assert "Gặp cán bộ" in "".join(answer.buttons)


async def test_a_missed_answer_is_asked_for_in_the_same_words(phone: WebPhone) -> None:
    for words in ("3", "4"):
        await phone.say(words)
    asked = await phone.say("3")
    again = await phone.say("nó lấy của tôi rồi đi mất")
    assert asked.texts[-1] == again.texts[-1]
    assert "lời anh/chị kể" in again


async def test_a_number_after_an_answer_is_no_line_of_the_question_before(phone: WebPhone) -> None:
    for words in ("3", "3", "1"):
        await phone.say(words)
    assert "không có tiền dịch vụ" in await phone.tap("Hàn Quốc")
    assert "Việc gì vậy" not in await phone.say("1")


async def test_a_number_to_call_is_asked_for_once(phone: WebPhone) -> None:
    for words in ("lừa đảo", "3", "1", "Có người đòi 50 triệu"):
        await phone.say(words)
    assert "0901 234 567" in await phone.say("0901234567")
    assert "sẽ gọi cho anh/chị" in await phone.say("gặp cán bộ")


async def test_a_call_for_a_person_is_answered_in_short_messages(phone: WebPhone) -> None:
    await phone.say("tiếng Khmer")
    answer = await phone.say("ជួបកម្មាភិបាល")
    assert all(len(text) <= 300 for text in answer.texts)


async def test_a_number_means_no_line_of_a_message_that_is_gone(phone: WebPhone) -> None:
    await phone.say("trợ giúp")
    answer = await phone.say("1")
    assert "đồng ý không" not in answer
    assert "1. Tìm việc làm" in answer.buttons
    assert "đồng ý không" in await phone.say("1")

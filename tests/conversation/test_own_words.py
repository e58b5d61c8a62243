"""People in their own words: all in one message, for a son, a name where a choice is asked, a place by ear."""

import pytest
from sqlalchemy import text

from tests.conftest import MovableClock, Running
from tests.conversation.phones import Answer, TelegramPhone, WebPhone
from tests.conversation.test_registration import LAST, begin
from tests.standins.telegram import TelegramStandIn

ALL_AT_ONCE = "em ten Son Thi Lan sinh 1990 o ap Tra Tro xa Ham Giang muon di lam o Nhat sdt 0912345678"


@pytest.fixture
async def phone(program: Running) -> WebPhone:
    return await WebPhone.open(program)


async def say(phone: WebPhone, *lines: str) -> Answer:
    """One after the other; the answer to the last."""
    for line in lines:
        answer = await phone.say(line)
    return answer


async def test_one_message_fills_what_it_tells(phone: WebPhone, program: Running) -> None:
    await begin(phone, wish="đi làm nước ngoài")
    answer = await phone.say(ALL_AT_ONCE)
    for words in ("Đã ghi luôn", "Son Thi Lan", "0912 345 678", "Nhật Bản", "xã Hàm Giang", "ap Tra Tro"):
        assert words in answer
    assert "nam hay nữ" in answer
    answer = await say(phone, "nữ", "làm ruộng", "chi phí", "có", *LAST)
    assert "Son Thi Lan" in answer
    assert "Đã nhận đăng ký" in await phone.say("1")
    async with program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT name, birth_year, phone, hamlet FROM worker"))).one()
    assert tuple(row) == ("Son Thi Lan", 1990, "+84912345678", "ap Tra Tro")


async def test_what_is_told_with_the_wish_is_used(phone: WebPhone) -> None:
    await begin(phone)
    await say(phone, "dừng")
    answer = await phone.say(ALL_AT_ONCE)
    assert "Đã ghi luôn" in answer
    assert "Son Thi Lan" in answer
    assert "nam hay nữ" in answer


async def test_words_before_the_agreement_are_not_kept_and_that_is_said(phone: WebPhone, program: Running) -> None:
    await say(phone, ALL_AT_ONCE, "1")
    async with program.engine.connect() as connection:
        kept = str(await connection.scalar(text("SELECT data FROM identity")))
    assert "Lan" not in kept
    assert "0912" not in kept
    answer = await phone.say("đồng ý")
    assert "chưa giữ" in answer
    assert "sinh năm nào" in answer
    assert "chưa giữ" not in await say(phone, "dừng", "tìm việc")


async def test_a_mother_registers_two_sons(phone: WebPhone, program: Running) -> None:
    """Each is asked about as somebody else; her number is a way to reach both and the own number of neither."""
    await begin(phone, wish="tôi muốn đăng ký việc làm cho con trai tôi")
    answer = await phone.say("con tôi sinh năm 2004")
    assert "người được đăng ký" in answer
    assert "Người đó là nam hay nữ" in answer
    answer = await say(phone, "nam", "ham jang", "bỏ qua", "Thạch Minh Tuấn")
    assert "1. Số của người đó" in answer.buttons
    answer = await say(phone, "so cua con toi", "0912345678", "may", "gần nhà", *LAST)
    assert "Số của người đó" in answer
    answer = await phone.say("1")
    assert "cho Thạch Minh Tuấn" in answer
    assert "gọi cho người đó" in answer

    answer = await say(phone, "đăng ký việc làm cho con trai tôi", "2006", "nam", "ham jang", "bỏ qua")
    await say(phone, "Thạch Minh Tú", "số của tôi", "0987654321", "may", "gần nhà", *LAST, "1")
    async with program.engine.connect() as connection:
        rows = await connection.execute(text("SELECT name, phone, phone_owner FROM worker ORDER BY id"))
        assert [tuple(row) for row in rows] == [
            ("Thạch Minh Tuấn", "+84912345678", "own"),
            ("Thạch Minh Tú", "+84987654321", "neighbour"),
        ]


async def test_the_first_answer_may_show_that_it_is_for_somebody_else(phone: WebPhone) -> None:
    await begin(phone)
    answer = await phone.say("con tôi sinh năm 2004")
    assert "cho người khác" in answer
    assert "Câu 2" in answer


async def test_answers_to_other_questions_are_kept_where_they_are_given(phone: WebPhone) -> None:
    await begin(phone)
    answer = await say(phone, "1990", "Nguyen Van Ba")
    assert "Họ tên: Nguyen Van Ba" in answer
    assert "nam hay nữ" in answer
    answer = await say(phone, "nam", "ấp cây da")
    assert "ấp cây da" in answer
    assert "xã nào" in answer
    answer = await phone.say("khong co dien thoai")
    assert "Không có số nào" in answer
    assert "muốn làm việc gì" in await phone.say("ham giang")
    answer = await phone.say("0912345678")
    assert "Số điện thoại: 0912 345 678" in answer, "there is a phone after all"


async def test_whose_phone_it_is_may_be_said_where_its_number_is_asked(phone: WebPhone) -> None:
    await begin(phone)
    await say(phone, "1990", "nữ", "ham giang", "bỏ qua")
    assert "bằng chữ" in await phone.say("so cua con toi"), "this is nobody's name"
    await say(phone, "Lan Thi", "của tôi")
    answer = await phone.say("so cua con toi")
    assert "Số người nhà" in answer
    assert "số mấy" in answer
    assert "Số này chưa đúng" in await phone.say("hàng xóm")
    assert "muốn làm việc gì" in await phone.say("không có")


async def test_a_commune_in_khmer_letters_is_found(phone: WebPhone) -> None:
    await begin(phone, "km", "រកការងារធ្វើ")
    answer = await say(phone, "១៩៩០", "ស្រី", "ខ្ញុំនៅឃុំ ហាម យ៉ាង")
    assert "សំណួរ 4/" in answer


async def test_a_commune_outside_is_offered_after_two_tries(phone: WebPhone) -> None:
    await begin(phone)
    await say(phone, "1990", "nữ", "đôn xuân")
    answer = await phone.say("đôn xuân")
    assert "Xã khác, ngoài vùng này" in answer.buttons
    assert "ấp (khóm) nào" in await phone.say("xã khác, ngoài vùng này")


@pytest.mark.parametrize("words", ["số của con tôi", "cò", "số"])
async def test_words_about_a_phone_call_nobody(phone: WebPhone, program: Running, words: str) -> None:
    await begin(phone)
    await say(phone, "1990", words)
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM help_request")) == 0
    await phone.say("gặp cán bộ")
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM help_request")) == 1


async def told_with_calls(program: Running) -> list[str]:
    """What came with each call, as the officer reads it."""
    async with program.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT detail FROM help_request ORDER BY id"))).scalars().all()
    return [program.program.seal.open(detail).decode() if detail else "" for detail in rows]


async def test_words_after_a_call_reach_the_person_called(phone: WebPhone, program: Running) -> None:
    await begin(phone)
    await say(phone, "dừng", "gặp cán bộ")
    answer = await phone.say("con toi bi tai nan ben do, cong ty khong tra luong")
    assert "Đã ghi lời anh/chị" in answer
    assert "gửi số điện thoại" in answer
    assert "0912 345 678" in await phone.say("0912345678")
    assert "Đã ghi lời" in await phone.say("nho anh chi giup gium gia dinh")
    assert await told_with_calls(program) == [
        "con toi bi tai nan ben do, cong ty khong tra luong\nnho anh chi giup gium gia dinh"
    ]
    assert "đồng ý" not in await phone.say("vay vốn"), "what asks the bot for something is answered"


async def test_words_for_the_person_are_kept_only_after_the_agreement(phone: WebPhone, program: Running) -> None:
    await say(phone, "alo", "1", "gặp cán bộ")
    assert "đồng ý không" in await phone.say("con toi bi tai nan ben do")
    assert await told_with_calls(program) == [""]
    assert "viết điều muốn nói" in await phone.say("1")
    assert "Đã ghi lời" in await phone.say("con toi bi tai nan ben do")
    assert await told_with_calls(program) == ["con toi bi tai nan ben do"]


async def test_a_call_that_says_what_for_takes_that_along(phone: WebPhone, program: Running) -> None:
    await begin(phone)
    await say(phone, "dừng", "cho tôi gặp cán bộ hỏi chuyện lương của con tôi")
    assert await told_with_calls(program) == ["cho tôi gặp cán bộ hỏi chuyện lương của con tôi"]


async def test_voice_notes_reach_the_person_called_once(program: Running, telegram: TelegramStandIn) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    await ana.person.send_voice()
    answer = await ana.answer()
    assert "Đã nhận lời nói" in answer
    assert "nam hay nữ" in answer
    await ana.say("dừng")
    await ana.person.send_voice()
    answer = await ana.answer()
    assert "Đã nhận và giữ" in answer
    assert "chậm nhất" in answer
    await ana.person.send_voice()
    assert "cứ gửi tiếp" in await ana.answer()
    assert len(await told_with_calls(program)) == 1


async def test_a_plain_answer_after_days_goes_on(phone: WebPhone, clock: MovableClock) -> None:
    await begin(phone)
    await phone.say("1975")
    clock.forward(days=8)
    assert "làm tiếp không" in await phone.say("nữ")
    answer = await phone.say("nữ")
    assert "Câu 3/" in answer
    clock.forward(days=8)
    await say(phone, "ham giang", "ham giang")
    clock.forward(days=8)
    await phone.say("ấp Chợ")
    assert "làm tiếp không" in await phone.say("ấp Chợ"), "any words would be an answer to that"
    assert "ấp (khóm) nào" in await phone.say("vẫn muốn")


async def test_a_number_with_a_digit_missing_gets_the_help_for_numbers(phone: WebPhone) -> None:
    await begin(phone)
    await say(phone, "1990", "nữ", "ham giang", "bỏ qua", "Lan Thi")
    assert "10 số" in await phone.say("091234567")

"""Loans in the chat: what there is, what may fit, what it costs, and what nobody has confirmed (E1)."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.live_facts import read_corrections
from content.loans import programmes
from db.fact_corrections import FactCorrection, correct
from tests.conftest import Running
from tests.conversation.conftest import with_buttons
from tests.conversation.phones import Answer, Phone, WebPhone

LANGUAGES = {"vi": "1", "km": "2"}
FORBIDDEN = ("{", "}", "loans.", "None")


async def at_loans(phone: Phone, lang: str = "vi") -> Answer:
    """In the loans' first page, without having agreed to anything."""
    await phone.say("alo")
    await phone.say(LANGUAGES[lang])
    return await phone.say("vay vốn" if lang == "vi" else "ខ្ចីទុន")


async def through(phone: Phone, *choices: str) -> Answer:
    """Choose by number, one after the other."""
    for choice in choices:
        answer = await phone.say(choice)
    return answer


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_programme_is_told_with_its_papers(program: Running, lang: str) -> None:
    phone = await WebPhone.open(program)
    await at_loans(phone, lang)
    listed = await phone.say("1")
    found: dict[str, str] = {}
    for _ in range(3):
        found |= {data: label for label, data in listed.buttons.items() if data.startswith("loans:of:")}
        turn = next(data for data in listed.buttons.values() if data.startswith("loans:all:"))
        listed = await phone.tap_data(listed.message, turn)
    assert [data.removeprefix("loans:of:") for data in found] == list(programmes())
    for data in found:
        page = await phone.tap_data(listed.message, data)
        assert not any(sign in page for sign in FORBIDDEN)
        if f"loans:papers:{data.removeprefix('loans:of:')}" in page.buttons.values():
            papers = await phone.tap_data(page.message, f"loans:papers:{data.removeprefix('loans:of:')}")
            assert {"vi": "Giấy tờ", "km": "ឯកសារ"}[lang] in papers
    await phone.close()


async def test_a_programme_says_amount_rate_example_and_source(phone: Phone) -> None:
    await at_loans(phone)
    page = await through(phone, "1", "1")
    for words in ("100 triệu đồng", "6,6% một năm", "0,55% một tháng", "275.000 đồng", "120 tháng", "xem ngày"):
        assert words in page


async def test_what_nobody_confirmed_is_asked_for_at_the_office(phone: Phone) -> None:
    await at_loans(phone)
    page = await through(phone, "1", "2")
    assert "7,92% một năm" in page
    assert "Thời hạn: hỏi Tổ trưởng Tổ vay vốn, hoặc gọi 0294 000 0000." in page
    where = await through(phone, "2")
    assert "Địa chỉ, ngày ngân hàng về xã: hỏi" in where


async def test_a_correction_at_the_desk_is_told_in_the_next_answer(phone: Phone, program: Running) -> None:
    await at_loans(phone)
    row = FactCorrection(
        name="loan.poor.rate_year", value="7.2", source="Thông báo 5", checked_on=date(2026, 11, 23), actor="Lan"
    )
    async with AsyncSession(program.engine) as session, session.begin():
        await correct(session, row)
    await read_corrections(program.engine)
    page = await through(phone, "1", "1")
    for words in ("7,2% một năm", "0,6% một tháng", "300.000 đồng", "Theo Thông báo 5, xem ngày 23/11/2026"):
        assert words in page


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        (("1", "1", "1", "1"), ("Có thể hợp", "Hộ nghèo vay làm ăn: vì nhà mình có trong danh sách", "lãi thấp hơn")),
        (("nuôi bò", "hộ nghèo", "Khmer", "ở đây"), ("Có thể hợp", "lãi thấp hơn")),
        (("1", "3", "lâu rồi", "không", "tạm trú"), ("Chưa hợp", "đã lâu quá hạn", "Vay tạo việc làm")),
        (("2", "4", "3", "1"), ("Chưa hợp", "phải có giấy báo trúng tuyển")),
        (("3", "4", "3", "chưa", "1"), ("Chưa hợp", "phải ký hợp đồng rồi mới vay")),
        (("4", "hư rồi", "1"), ("Có thể hợp", "chưa có hoặc đã hư")),
        (("5",), ("Cần hỏi thêm", "chương trình mới chưa rõ")),
    ],
)
async def test_can_i_borrow(phone: Phone, choices: tuple[str, ...], said: tuple[str, ...]) -> None:
    await at_loans(phone)
    answer = await through(phone, "2", *choices)
    for words in (*said, "không phải lời hứa"):
        assert words in answer
    assert "Gặp cán bộ" in "\n".join((answer.text, *answer.buttons)), "where buttons are few, the rest is written out"


async def test_answers_of_the_guide_are_sealed_and_then_forgotten(phone: Phone, program: Running) -> None:
    await at_loans(phone)
    await through(phone, "2", "1", "1")
    async with program.engine.connect() as connection:
        query = text("SELECT data::text FROM identity ORDER BY id DESC LIMIT 1")
        kept = (await connection.execute(query)).scalar_one()
        assert "loan_guide" in kept and '"household"' not in kept
        await through(phone, "1", "1")
        assert "loan_guide" not in (await connection.execute(query)).scalar_one()


@with_buttons
async def test_the_guide_goes_back_and_old_buttons_do_no_harm(phone: Phone) -> None:
    await at_loans(phone)
    first = await phone.say("2")
    second = await phone.say("1")
    assert "thuộc hộ nào" in second
    assert "vay để làm gì" in await phone.say("quay lại")
    old = await phone.tap_data(second.message, "guide:household:poor")
    assert "thuộc hộ nào" not in old
    assert "không mất tiền" in await phone.tap_data(first.message, "guide:back")


async def test_a_wish_in_the_middle_of_the_guide_is_followed(phone: Phone) -> None:
    await at_loans(phone)
    await phone.say("2")
    assert "đồng ý" in (await phone.say("đăng ký tìm việc làm")).text.lower()


@pytest.mark.parametrize(
    ("amount", "months"),
    [("50 triệu", "36 tháng"), ("50tr", "3 năm"), ("50.000.000", "36"), ("50", "ba năm"), ("3", "3")],
)
async def test_a_loan_is_reckoned_in_two_ways(phone: Phone, amount: str, months: str) -> None:
    await at_loans(phone)
    assert "chương trình nào" in await phone.say("3")
    assert "bao nhiêu tiền" in await phone.say("1")
    asked = await phone.say(amount)
    assert "bao nhiêu tháng" in asked
    assert "Máy hiểu là 50 triệu đồng." in asked
    answer = await phone.say(months)
    for words in (
        "Vay 50 triệu đồng, trả trong 36 tháng, lãi 6,6% một năm",
        "Tháng đầu trả 1.663.888 đồng",
        "Mỗi tháng trả lãi 275.000 đồng",
        "Tháng cuối trả 50.275.000 đồng",
        "Tổng tiền lãi 9,9 triệu đồng",
    ):
        assert words in answer


async def test_amounts_and_months_beyond_the_programme_are_refused_with_its_limit(phone: Phone) -> None:
    await at_loans(phone)
    await through(phone, "3", "1")
    assert "nhiều nhất 100 triệu đồng" in await phone.say("150 triệu")
    assert "chưa đọc được số tiền" in await phone.say("5000 đồng")
    assert "bao nhiêu tháng" in await phone.say("20 triệu")
    assert "lâu nhất 120 tháng" in await phone.say("121 tháng")
    assert "Tháng đầu trả" in await phone.say("12 tháng")


async def test_an_amount_that_was_read_otherwise_is_asked_again(phone: Phone) -> None:
    await at_loans(phone)
    await through(phone, "3", "1", "5")
    assert "bao nhiêu tiền" in await phone.tap("Sửa số vừa gõ")
    assert "tính ra tiền đồng" in await phone.say("2 cây vàng")
    assert "Máy hiểu là 5,5 triệu đồng." in await phone.say("5,5 triệu")


async def test_khmer_is_reckoned_in_khmer(phone: Phone) -> None:
    await at_loans(phone, "km")
    answer = await through(phone, "3", "1", "២០ លាន", "២ ឆ្នាំ")
    assert "ខ្ចី 20 លានដុង សងក្នុង 24 ខែ" in answer
    assert "ការប្រាក់សរុប" in answer


async def test_trouble_says_whom_to_tell_today(phone: Phone) -> None:
    await at_loans(phone)
    answer = await phone.say("5")
    for words in ("hôm nay báo ngay Tổ trưởng", "130% lãi thường"):
        assert words in answer

"""A question about a wish is answered from the facts first, with or without its mark; then comes "register"."""

import pytest

from content.asking import asked
from content.catalogue import messages
from content.facts.filling import fill
from tests.conftest import Running
from tests.conversation.phones import Phone, TelegramPhone
from tests.standins.telegram import TelegramStandIn

LANGUAGE = {"vi": "Tiếng Việt", "km": "ភាសាខ្មែរ"}
ASKED = [
    ("vi", "đi nhật bao nhiêu tiền", "register_overseas", "art:abroad-japan:0"),
    ("vi", "di nhat ton nhiu", "register_overseas", "art:abroad-japan:0"),
    ("vi", "đi hàn cần gì", "register_overseas", "art:abroad-korea:0"),
    ("vi", "đi nước ngoài tốn bao nhiêu", "register_overseas", "fee:ask"),
    ("vi", "học nghề có được hỗ trợ tiền ăn không", "register_training", "art:training-support:0"),
    ("vi", "học nghề cần gì", "register_training", "art:training-apply:0"),
    ("km", "ទៅជប៉ុនអស់ប៉ុន្មាន", "register_overseas", "art:abroad-japan:0"),
    ("km", "ទៅកូរ៉េត្រូវការអ្វី", "register_overseas", "art:abroad-korea:0"),
    ("km", "រៀនវិជ្ជាជីវៈត្រូវការអ្វី", "register_training", "art:training-apply:0"),
    ("km", "រៀនវិជ្ជាជីវៈអស់លុយទេ", "register_training", "art:training-support:0"),
]
OF_LOANS = [
    ("vi", "vay bao nhiêu lãi", "loans.rates.household"),
    ("vi", "vay duoc may trieu", "loans.rates.household"),
    ("vi", "lãi vay hộ nghèo mấy phần trăm", "loans.rates.household"),
    ("vi", "thủ tục vay vốn", "loans.how.text"),
    ("km", "ខ្ចីប្រាក់ការប្រាក់ប៉ុន្មាន", "loans.rates.household"),
    ("km", "ខ្ចីបានប៉ុន្មាន", "loans.rates.household"),
]
WISHES = [
    ("vi", "tôi muốn đi nhật"),
    ("vi", "đi hàn quốc"),
    ("vi", "tôi muốn học nghề"),
    ("vi", "tìm việc lương bao nhiêu cũng được"),
    ("km", "ខ្ញុំចង់ទៅជប៉ុន"),
    ("km", "ខ្ញុំចង់រៀនវិជ្ជាជីវៈ"),
]


async def at_menu(phone: Phone, lang: str) -> None:
    await phone.say("alo")
    await phone.tap(LANGUAGE[lang])


@pytest.mark.parametrize(("lang", "words", "wish", "answer"), ASKED)
@pytest.mark.parametrize("sign", ["", "?"])
async def test_the_answer_comes_first_and_registering_is_offered(
    program: Running, telegram: TelegramStandIn, lang: str, words: str, wish: str, answer: str, sign: str
) -> None:
    phone = TelegramPhone(program, telegram, 61)
    await at_menu(phone, lang)
    told = await phone.say(words + sign)
    assert answer in told.buttons.values()
    assert f"go:{wish}" in told.buttons.values()
    assert len([label for label in told.buttons if label[0].isdigit()]) <= 5
    agreement = await phone.tap_data(told.message, f"go:{wish}")
    assert messages(lang)["choice.consent.yes"] in "".join(agreement.buttons)


@pytest.mark.parametrize(("lang", "words", "key"), OF_LOANS)
async def test_what_a_loan_costs_is_told_from_the_facts(
    program: Running, telegram: TelegramStandIn, lang: str, words: str, key: str
) -> None:
    phone = TelegramPhone(program, telegram, 62)
    await at_menu(phone, lang)
    told = await phone.say(words)
    assert fill(lang, messages(lang)[key], {}) in told
    assert "loans:guide" in told.buttons.values()


@pytest.mark.parametrize(("lang", "words"), WISHES)
async def test_a_plain_wish_still_opens_the_registration(
    program: Running, telegram: TelegramStandIn, lang: str, words: str
) -> None:
    assert asked(words) is None
    phone = TelegramPhone(program, telegram, 63)
    await at_menu(phone, lang)
    assert messages(lang)["choice.consent.yes"] in "".join((await phone.say(words)).buttons)


async def test_a_newcomers_first_question_is_answered_once_the_language_is_known(phone: Phone) -> None:
    await phone.say("đi nhật bao nhiêu tiền")
    told = await phone.say("1")
    assert "tiền môi giới 0 đồng" in told
    shown = "".join(told.buttons)
    assert "Đi làm ở Nhật Bản" in shown
    assert "Đăng ký đi làm nước ngoài" in shown

"""Short lessons and the page of training in the chat (E8)."""

import pytest

from content.catalogue import messages
from content.lesson import Progress, answer, is_done, lessons
from handlers.training import ENTRIES
from jobs.retention import forget_old
from tests.conftest import MovableClock, Running
from tests.conversation.conftest import with_buttons
from tests.conversation.phones import Answer, Phone, TelegramPhone
from tests.conversation.test_abroad import LANGUAGE, enter, press
from tests.standins.telegram import TelegramStandIn

MONEY = lessons()["money"]


def right(card: int) -> str:
    return str([choice.right for choice in MONEY.cards[card].answers].index(True) + 1)


def wrong(card: int) -> str:
    return str([choice.right for choice in MONEY.cards[card].answers].index(False) + 1)


def test_a_wrong_answer_costs_its_point_and_goes_on() -> None:
    progress, was_right = answer(MONEY, Progress(), int(wrong(0)) - 1)
    assert (progress, was_right) == (Progress(1, 0), False)
    for card in range(1, len(MONEY.cards)):
        assert not is_done(MONEY, progress)
        progress, _ = answer(MONEY, progress, int(right(card)) - 1)
    assert progress == Progress(len(MONEY.cards), len(MONEY.cards) - 1)
    assert is_done(MONEY, progress)


@with_buttons
@pytest.mark.parametrize("lang", LANGUAGE)
async def test_a_lesson_from_beginning_to_end_with_a_rest_between(phone: Phone, lang: str) -> None:
    await enter(phone, lang)
    await press(phone, "lesson:list:abroad")
    first = await phone.say("1")
    assert MONEY.cards[0].question[lang] in first
    second = await phone.say(wrong(0))
    assert messages(lang)["lesson.wrong"].format(right=MONEY.cards[0].right[lang]) in second
    assert MONEY.cards[0].because[lang] in second
    assert MONEY.cards[1].question[lang] in second
    await phone.say("menu")
    listed = await press(phone, "lesson:list:abroad")
    assert next(iter(listed.buttons)).startswith(f"1. 1/{len(MONEY.cards)} ")
    resumed = await phone.say("1")
    assert MONEY.cards[1].question[lang] in resumed
    answered = resumed
    for card in range(1, len(MONEY.cards)):
        answered = await phone.say(right(card))
    assert f"{len(MONEY.cards) - 1}" in answered
    assert "🎉" in answered
    again = await phone.tap(messages(lang)["lesson.again"])
    assert MONEY.cards[0].question[lang] in again


@with_buttons
@pytest.mark.parametrize("lang", LANGUAGE)
async def test_nothing_but_wrong_answers_comes_to_the_end(phone: Phone, lang: str) -> None:
    await enter(phone, lang)
    answered = await press(phone, "lesson:open:money")
    for card in range(len(MONEY.cards)):
        assert MONEY.cards[card].question[lang] in answered
        answered = await phone.say(wrong(card))
        assert MONEY.cards[card].because[lang] in answered or "{" in MONEY.cards[card].because[lang]
    assert messages(lang)["lesson.done"].format(right=0, count=len(MONEY.cards)) in answered


async def test_a_lesson_goes_on_after_weeks(program: Running, telegram: TelegramStandIn, clock: MovableClock) -> None:
    phone = TelegramPhone(program, telegram, 71)
    await enter(phone)
    await press(phone, "lesson:open:money")
    second = await phone.say(right(0))
    clock.forward(days=20)
    await forget_old(program.engine, program.program.files, clock())
    third = await phone.tap_data(second.message, f"lesson:is:money:1:{int(right(1)) - 1}")
    assert MONEY.cards[2].question["vi"] in third
    listed = await press(phone, "lesson:list:abroad")
    assert next(iter(listed.buttons)).startswith(f"1. 2/{len(MONEY.cards)} ")


@with_buttons
async def test_a_tap_on_an_earlier_card_shows_the_open_one(phone: Phone) -> None:
    await enter(phone)
    await press(phone, "lesson:open:money")
    await phone.say(right(0))
    answered = await press(phone, f"lesson:is:money:0:{int(right(0)) - 1}")
    assert MONEY.cards[1].question["vi"] in answered
    assert "Đúng rồi" not in answered


async def pages_of(phone: Phone, data: str, lang: str) -> list[Answer]:
    found = [await press(phone, data)]
    while any(messages(lang)["article.next"] in label for label in found[-1].buttons):
        found.append(await phone.say("1"))
    return found


@with_buttons
@pytest.mark.parametrize("lang", LANGUAGE)
async def test_the_page_of_training(phone: Phone, lang: str) -> None:
    await phone.say("alo")
    await phone.tap(LANGUAGE[lang])
    page = await phone.say("2")
    assert len([label for label in page.buttons if label[0].isdigit()]) == 5
    more = await phone.tap(messages(lang)["button.more"])
    assert len([label for label in more.buttons if label[0].isdigit()]) == len(ENTRIES) - 5
    for slug in ENTRIES[2:]:
        read = await pages_of(phone, f"art:{slug}:0", lang)
        assert all(answer.texts for answer in read)
    asked = await press(phone, "go:register_training")
    assert messages(lang)["choice.consent.yes"] in "".join(asked.buttons)

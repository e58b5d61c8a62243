"""Short lessons and the page of training in the chat (E8)."""

import pytest

from content.catalogue import messages
from content.lesson import Progress, answer, is_done, lessons
from handlers.training import ENTRIES
from tests.conversation.phones import Answer, Phone
from tests.conversation.test_abroad import LANGUAGE, enter, press

MONEY = lessons()["money"]


def right(card: int) -> str:
    return str([choice.right for choice in MONEY.cards[card].answers].index(True) + 1)


def wrong(card: int) -> str:
    return str([choice.right for choice in MONEY.cards[card].answers].index(False) + 1)


def test_a_wrong_answer_leaves_the_card_open_and_costs_its_point() -> None:
    progress = Progress()
    good, bad = int(right(0)) - 1, int(wrong(0)) - 1
    progress, was_right = answer(MONEY, progress, bad)
    assert (progress, was_right) == (Progress(0, 0, True), False)
    progress, was_right = answer(MONEY, progress, good)
    assert (progress, was_right) == (Progress(1, 0), True)
    for card in range(1, len(MONEY.cards)):
        assert not is_done(MONEY, progress)
        progress, _ = answer(MONEY, progress, int(right(card)) - 1)
    assert progress == Progress(len(MONEY.cards), len(MONEY.cards) - 1)
    assert is_done(MONEY, progress)


@pytest.mark.parametrize("lang", LANGUAGE)
async def test_a_lesson_from_beginning_to_end_with_a_rest_between(phone: Phone, lang: str) -> None:
    await enter(phone, lang)
    await press(phone, "lesson:list:abroad")
    first = await phone.say("1")
    assert MONEY.cards[0].question[lang] in first
    assert messages(lang)["lesson.wrong"] in await phone.say(wrong(0))
    second = await phone.say(right(0))
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

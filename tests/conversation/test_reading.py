"""Everything there is to read is four taps from the menu at most, in both languages, stories too."""

from dataclasses import replace
from datetime import date

import pytest

from content import articles as kept
from content.articles import Article, Consent, articles
from content.catalogue import messages
from tests.conftest import Running
from tests.conversation.phones import Answer, TelegramPhone
from tests.conversation.test_abroad import LANGUAGE
from tests.standins.telegram import TelegramStandIn

DEEPEST = 4
AGREED = Consent("Bà A", date(2026, 11, 1), "giấy ký ở xã")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven stories in both languages: six of work at home, one of work abroad."""
    more: dict[tuple[str, str], Article] = {}
    for number in range(7):
        for lang, words in (("vi", "Chuyện"), ("km", "រឿង")):
            like = articles()["abroad-steps", lang]
            topic = "work" if number else "abroad"
            more[f"story-{number}", lang] = replace(
                like, slug=f"story-{number}", kind="story", topic=topic, title=f"{words} {number}", body=f"{words}.",
                sources=(), consent=AGREED, order=number,
            )  # fmt: skip
    whole = {**articles(), **more}
    monkeypatch.setattr(kept, "articles", lambda: whole)


async def taps_to(phone: TelegramPhone, data: str) -> int | None:
    """How many taps from the menu lead to a button of this data, itself counted; paging is a tap too."""
    menu = await phone.say("menu")
    ways: list[tuple[Answer, int]] = [(menu, 0)]
    seen: set[str] = set()
    while ways:
        page, depth = ways.pop(0)
        if data in page.buttons.values():
            return depth + 1
        for to in page.buttons.values():
            if depth + 1 < DEEPEST and to not in seen and to.startswith(("abroad:", "training:", "story:")):
                seen.add(to)
                ways.append((await phone.tap_data(page.message, to), depth + 1))
    return None


@pytest.mark.parametrize("lang", LANGUAGE)
async def test_every_article_is_four_taps_away_at_most(program: Running, telegram: TelegramStandIn, lang: str) -> None:
    phone = TelegramPhone(program, telegram, 91)
    await phone.say("alo")
    await phone.tap(LANGUAGE[lang])
    far = {slug: await taps_to(phone, f"art:{slug}:0") for slug, of in articles() if of == lang}
    assert {slug: taps for slug, taps in far.items() if taps is None or taps > DEEPEST} == {}
    assert far["training-ninth-grade"] and far["unemployment-benefit"] and far["labour-registration"]
    assert await taps_to(phone, "story:list:0") is None, "there is no story yet"


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("lang", LANGUAGE)
async def test_stories_are_listed_and_say_that_the_person_agreed(
    program: Running, telegram: TelegramStandIn, lang: str
) -> None:
    phone = TelegramPhone(program, telegram, 92)
    await phone.say("alo")
    await phone.tap(LANGUAGE[lang])
    assert await taps_to(phone, "story:list:0") is not None
    listed = await phone.tap_data((await phone.say("menu")).message, "story:list:0")
    assert list(listed.buttons.values())[:5] == [f"art:story-{number}:0" for number in range(5)]
    more = await phone.tap(messages(lang)["button.more"])
    assert list(more.buttons.values())[:2] == ["art:story-5:0", "art:story-6:0"]
    read = await phone.say("1")
    assert messages(lang)["article.story"].format(day="01/11/2026") in read
    back = await phone.tap(messages(lang)["article.stories"])
    assert "art:story-0:0" in back.buttons.values()

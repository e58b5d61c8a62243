"""The first minutes: welcome, language, menu."""

from tests.conftest import Running
from tests.standins.telegram import TelegramStandIn


async def test_anything_opens_the_welcome(program: Running, telegram: TelegramStandIn) -> None:
    ana = telegram.person(1001, "Ana", language_code="vi")
    await ana.say("xin chào")
    welcome = await ana.reply()
    assert "Tiếng Việt" in str(welcome.reply_markup)
    assert "ភាសាខ្មែរ" in str(welcome.reply_markup)
    await ana.tap("Tiếng Việt")
    menu = await ana.reply()
    assert "1. Tìm việc làm" in str(menu.reply_markup)
    assert telegram.violations == []

"""A phone on each channel."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Running
from tests.conversation.phones import Phone, TelegramPhone, WebPhone
from tests.standins.telegram import TelegramStandIn


@pytest.fixture(params=["telegram", "web"])
async def phone(request: pytest.FixtureRequest, program: Running, telegram: TelegramStandIn) -> AsyncIterator[Phone]:
    """A newcomer's phone; on Telegram they have not written yet, on the web the page has just opened."""
    if request.param == "telegram":
        yield TelegramPhone(program, telegram, 1001)
        return
    web = await WebPhone.open(program)
    yield web
    await web.close()

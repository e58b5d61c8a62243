"""A phone on each channel."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Running
from tests.conversation.phones import Phone, TelegramPhone, WebPhone
from tests.conversation.zalo_phone import ZaloPhone
from tests.standins.telegram import TelegramStandIn
from tests.standins.zalo_oa import ZaloStandIn


@pytest.fixture(params=["telegram", "web", "zalo_oa"])
async def phone(
    request: pytest.FixtureRequest, program: Running, telegram: TelegramStandIn, zalo: ZaloStandIn
) -> AsyncIterator[Phone]:
    """A newcomer's phone; on Telegram they have not written yet, on the web the page has just opened."""
    if request.param == "telegram":
        yield TelegramPhone(program, telegram, 1001)
        return
    if request.param == "zalo_oa":
        yield await ZaloPhone.open(program, zalo)
        return
    web = await WebPhone.open(program)
    yield web
    await web.close()

"""A phone on each channel."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Running
from tests.conversation.phones import Phone, TelegramPhone, WebPhone
from tests.conversation.zalo_bot_phone import ZaloBotPhone
from tests.conversation.zalo_phone import ZaloPhone
from tests.standins.telegram import TelegramStandIn
from tests.standins.zalo_bot import ZaloBotStandIn
from tests.standins.zalo_oa import ZaloStandIn

BUTTONS = ("telegram", "web", "zalo_oa")
with_buttons = pytest.mark.parametrize("phone", BUTTONS, indirect=True)
"""For a test that taps what no message shows any more: on Zalo's Bot Platform there are no buttons at all."""


@pytest.fixture(params=[*BUTTONS, "zalo_bot"])
async def phone(
    request: pytest.FixtureRequest,
    program: Running,
    telegram: TelegramStandIn,
    zalo: ZaloStandIn,
    zalo_bot: ZaloBotStandIn,
) -> AsyncIterator[Phone]:
    """A newcomer's phone; on Telegram they have not written yet, on the web the page has just opened."""
    if request.param == "zalo_bot":
        yield ZaloBotPhone(program, zalo_bot, zalo_bot.person())
        return
    if request.param == "telegram":
        yield TelegramPhone(program, telegram, 1001)
        return
    if request.param == "zalo_oa":
        yield await ZaloPhone.open(program, zalo)
        return
    web = await WebPhone.open(program)
    yield web
    await web.close()

"""Every channel's messages are counted, whoever sends them: bulk leaves room for replies."""

from collections.abc import Mapping

from bot.channels import telegram, zalo_oa
from bot.channels.channel import ChannelBot
from bot.channels.limits import telegram as telegram_limits
from bot.channels.limits import zalo_oa as zalo_limits
from bot.channels.limits.rules import Rules
from bot.settings import Settings
from bot.traffic import Traffic
from db.web_chat import CHANNEL as WEB

CAUTIOUS = Rules(count=5, reserve=1.0, chat_seconds=1.0)
"""For a channel that has told no limits of its own."""


def rules_of(settings: Settings, channel: str) -> Rules:
    """The limits of a channel for those who send in bulk."""
    if channel == telegram.CHANNEL:
        count, reserve = settings.telegram_per_second or None, settings.telegram_reserve
        return Rules(count, reserve=reserve, chat_seconds=telegram_limits.CHAT_SECONDS)
    if channel == zalo_oa.CHANNEL:
        count = zalo_limits.PER_MINUTE[settings.zalo_oa_plan]
        reserve = count / 60 * zalo_limits.FOR_REPLIES
        return Rules(count, seconds=60.0, reserve=reserve, chat_seconds=zalo_limits.CHAT_SECONDS)
    return CAUTIOUS


def watch(settings: Settings, bots: Mapping[str, ChannelBot]) -> dict[str, Traffic]:
    """Count what goes out on each channel but the web, which has no limits."""
    watched = {}
    for name, bot in bots.items():
        if name != WEB:
            watched[name] = Traffic(rules_of(settings, name))
            bot.session.middleware(watched[name])
    return watched

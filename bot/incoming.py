"""What an update tells before it is handled: whose chat it is, and when its sender last saw the screen."""

import time
from datetime import datetime

from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, TelegramObject, Update

from bot.channels.channel import ChannelBot
from bot.lanes import Chat

LATE = 5.0
"""Seconds after which a message counts as having waited on the channel's side (its clock may differ a little)."""


def _event(update: Update) -> TelegramObject | None:
    for name in ("message", "callback_query", "edited_message", "my_chat_member"):
        event: TelegramObject | None = getattr(update, name)
        if event is not None:
            return event
    return None


def chat_of(bot: ChannelBot, update: Update) -> Chat:
    """The chat that an update belongs to; 0 for one that belongs to none."""
    event = _event(update)
    match event:
        case Message() | ChatMemberUpdated():
            return bot.channel, event.chat.id
        case CallbackQuery():
            return bot.channel, event.message.chat.id if event.message else event.from_user.id
    return bot.channel, 0


def received_at(update: Update, now: datetime) -> float:
    """The moment (``time.monotonic``) at which the sender pressed send, as well as we can know it.

    A message that waited on the channel's side while we were away was written before we came back.
    """
    event = _event(update)
    if not isinstance(event, Message):
        return time.monotonic()
    waited = (now - event.date).total_seconds()
    return time.monotonic() - (waited if waited > LATE else 0.0)

"""What an update tells before it is handled: whose chat it is, and when it was written."""

from datetime import datetime

from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, TelegramObject, Update

from bot.channels.channel import ChannelBot
from bot.lanes import Chat

NOBODY = 0


def _event(update: Update) -> TelegramObject | None:
    for name in ("message", "callback_query", "edited_message", "my_chat_member"):
        event: TelegramObject | None = getattr(update, name)
        if event is not None:
            return event
    return None


def chat_of(bot: ChannelBot, update: Update) -> Chat:
    """The chat that an update belongs to; ``NOBODY``'s for kinds of update that we have no use for."""
    event = _event(update)
    match event:
        case Message() | ChatMemberUpdated():
            return bot.channel, event.chat.id
        case CallbackQuery():
            return bot.channel, event.message.chat.id if event.message else event.from_user.id
    return bot.channel, NOBODY


def written_at(update: Update) -> datetime | None:
    """When its sender wrote a message, by the channel's clock; None for anything that is no message."""
    event = _event(update)
    return event.date if isinstance(event, Message) else None

"""What a worker reads when a member of staff writes to them, and when the bot answers again."""

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from content.catalogue import tell

LONGEST = 1500
"""Signs of what staff write at once."""


def from_staff(lang: str, chat_id: int, name: str, words: str, *, first: bool) -> SendMessage:
    """The words of a member of staff; the first time with how to answer, and that the bot keeps quiet."""
    lines = [tell(lang, "person_talk.head", name=name), words]
    if first:
        lines.append(tell(lang, "person_talk.quiet"))
    return SendMessage(chat_id=chat_id, text="\n".join(lines))


def bot_is_back(lang: str, chat_id: int) -> SendMessage:
    """The talk is over."""
    key = InlineKeyboardButton(text=tell(lang, "button.menu"), callback_data="go:menu")
    markup = InlineKeyboardMarkup(inline_keyboard=[[key]])
    return SendMessage(chat_id=chat_id, text=tell(lang, "person_talk.over"), reply_markup=markup)

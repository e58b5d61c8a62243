"""What a worker reads when a member of staff writes to them, and when the bot answers again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from content.catalogue import tell
from content.commands import is_thanks
from content.fold import fold

_NODS = frozenset(
    ("da", "vang", "u", "ok", "oke", "okie", "duoc", "daduoc", "davang", "vanga", "roi", "daroi", "dabiet",
     "បាទ", "ចាស", "ចា៎ះ", "បាទបាន", "ចាសបាន", "បាន")
)  # fmt: skip
LONGEST = 1500
"""Signs of what staff write at once."""


def from_staff(lang: str, chat_id: int, name: str, words: str, *, first: bool) -> SendMessage:
    """The words of a member of staff; the first time with how to answer, and that the bot keeps quiet."""
    lines = [tell(lang, "person_talk.head", name=name), words]
    if first:
        lines.append(tell(lang, "person_talk.quiet"))
    return SendMessage(chat_id=chat_id, text="\n".join(lines))


def first_to_answer(said: Sequence[Any]) -> datetime | None:
    """Since when somebody waits for an answer: thanks and a bare "dạ" want none. Each has ``at`` and ``words``."""
    return next((one.at for one in said if one.words is None or not _needs_none(one.words)), None)


def _needs_none(words: str) -> bool:
    return is_thanks(words) or fold(words).replace(" ", "") in _NODS


def bot_is_back(lang: str, chat_id: int) -> SendMessage:
    """The talk is over."""
    key = InlineKeyboardButton(text=tell(lang, "button.menu"), callback_data="go:menu")
    markup = InlineKeyboardMarkup(inline_keyboard=[[key]])
    return SendMessage(chat_id=chat_id, text=tell(lang, "person_talk.over"), reply_markup=markup)

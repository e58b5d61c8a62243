"""A notice, or what changed in it, as messages to a chat that did not ask: broadcasts, rehearsals and previews."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiogram.methods import SendMessage

from content.catalogue import tell
from content.notices.card import Card, card
from content.notices.notice import NoticeLike, Teller


def telling(
    notice: NoticeLike, words: Mapping[str, str] | None, lang: str, office: Teller, now: datetime, chat_id: int
) -> list[SendMessage]:
    """The messages in their order. ``words``: what a correction says instead of the whole card."""
    return card_messages(told_card(notice, words, lang, office, now), lang, chat_id)


def told_card(notice: NoticeLike, words: Mapping[str, str] | None, lang: str, office: Teller, now: datetime) -> Card:
    """The texts and choices that people are told."""
    shown = card(notice, lang, office, now)
    return shown if words is None else Card((words[lang],), shown.choices)


def card_messages(shown: Card, lang: str, chat_id: int) -> list[SendMessage]:
    """A card's texts, with its choices as numbered buttons under the last one."""
    rows = [
        [{"text": tell(lang, "choice.numbered", number=str(n), label=label), "callback_data": data}]
        for n, (label, data) in enumerate(shown.choices, 1)
    ]
    *first, last = shown.texts
    # made of checked parts, in JSON's shape: a broadcast copies it a hundred thousand times
    markup: dict[str, Any] = {"reply_markup": {"inline_keyboard": rows}} if rows else {}
    ending = SendMessage.model_construct(chat_id=chat_id, text=last, **markup)
    return [*(SendMessage(chat_id=chat_id, text=text) for text in first), ending]

"""A message with numbered buttons, made outside of a turn."""

from collections.abc import Sequence

from aiogram.methods import SendMessage

from content.catalogue import tell

Choices = Sequence[tuple[str, str]]
"""Labels and what their taps send back."""


def message_to(chat_id: int, text: str, choices: Choices, lang: str) -> SendMessage:
    """The message; numbers are written as the language writes them."""
    rows = [
        [{"text": tell(lang, "choice.numbered", number=str(number), label=label), "callback_data": data}]
        for number, (label, data) in enumerate(choices, 1)
    ]
    return SendMessage.model_validate({"chat_id": chat_id, "text": text, "reply_markup": {"inline_keyboard": rows}})

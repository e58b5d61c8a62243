"""Reading one answer of a chat: what came in becomes a value of the question's kind, or is misread."""

from datetime import date
from typing import Any

from content.answer import Misread, read_words
from content.question import Question
from handlers.form.inputs import Input, SharedPhone, Spoken, Tapped, Typed


def read_answer(question: Question, given: Input, today: date) -> Any:
    """Return the value to keep. Raises ``Misread`` or ``TooYoung``."""
    if isinstance(given, Spoken):
        return {"voice": given.attachment}
    if isinstance(given, SharedPhone) and question.kind != "phone":
        raise Misread
    text = _text(given)
    return read_words(question, text, today)


def _text(given: Input) -> str:
    match given:
        case Typed(text=text) | Tapped(value=text) | SharedPhone(number=text):
            return text
    raise Misread

"""Answers to questions that come up in the middle of something."""

from content.answer import MINIMUM_AGE
from handlers.talk import Talk


def faq_answer(talk: Talk, key: str) -> str:
    """The answer to a side question, to be followed by what was asked before."""
    office = talk.office
    return talk.text(f"faq.{key}", office=office.names[talk.lang], days=office.promise_days, age=MINIMUM_AGE)

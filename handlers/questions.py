"""Answering what somebody asks about a wish before the wish itself is opened: first the facts, then "register"."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from content.article_search import find_articles
from content.articles import article
from content.asking import asked
from content.faq import faq
from content.understand import understand
from handlers.abroad.home import lead
from handlers.articles import choice_of
from handlers.loans.pages import topic_choices
from handlers.menu import entry
from handlers.reading import faq_answer
from handlers.talk import Choice, Talk

SURE = 0.7
"""From this confidence on it is clear what the question is about."""
MOST = 3
"""Articles offered at once, so that with the fee check and "register" no more than five lines are."""
KEPT = "question"
"""Where the conversation's memory has what a newcomer asked, until the language is known."""


@dataclass(frozen=True)
class Subject:
    """What answers questions about a wish."""

    topic: str | None
    asides: tuple[str, ...]
    """The side questions whose answers are about it."""
    reading: Mapping[str, str]
    """The article for each kind of question where the words name none more closely."""


SUBJECTS = {
    "register_job": Subject(None, ("wage", "papers", "cost", "age"), {}),
    "register_training": Subject(
        "training",
        ("training_support", "cost", "age"),
        {"figures": "training-support", "needs": "training-apply"},
    ),
    "register_overseas": Subject(
        "abroad", ("abroad_cost", "wage"), {"figures": "abroad-never-charged", "needs": "abroad-steps"}
    ),
    "loans": Subject(None, (), {}),
}

LOANS = {
    "figures": ("loans.rates.household", "loans.rates.purpose", "loans.ask_first"),
    "needs": ("loans.how.text", "loans.how.where"),
}
"""The messages that answer each kind of question about loans."""


@dataclass(frozen=True)
class Question:
    """What was asked, without the words, which may be about somebody."""

    wish: str
    kind: str
    aside: str | None
    articles: tuple[str, ...]


def question_in(talk: Talk, text: str) -> Question | None:
    """The question that the words ask about a wish; None where they ask nothing, or it can't be answered."""
    kind = asked(text)
    if kind is None:
        return None
    heard = understand(text, talk.lang)
    subject = SUBJECTS.get(heard.intent)
    if subject is None or heard.confidence < SURE:
        return None
    aside = faq(text, talk.lang)
    found = tuple(one.slug for one in find_articles(text, talk.lang) if one.topic == subject.topic)[:MOST]
    usual = (subject.reading[kind],) if kind in subject.reading else ()
    question = Question(heard.intent, kind, aside if aside in subject.asides else None, found or usual)
    return question if question.aside or question.articles or question.wish == "loans" else None


def keep(talk: Talk, question: Question) -> None:
    """Remember what a newcomer asked first."""
    talk.data[KEPT] = asdict(question)


def answer_kept(talk: Talk) -> bool:
    """Answer what a newcomer asked; False when nothing was."""
    kept: dict[str, Any] | None = talk.data.pop(KEPT, None)
    if kept is None:
        return False
    answer(talk, Question(**kept))
    return True


def answer(talk: Talk, question: Question) -> None:
    """Tell what is known, and offer to read more, to reckon or to register."""
    talk.account.state = None
    below = (entry(talk, "staff_contact"), Choice(talk.text("button.menu"), "go:menu"))
    if question.wish == "loans":
        *first, last = LOANS[question.kind]
        for key in first:
            talk.say(key)
        talk.say(last, topic_choices(talk), below)
        return
    reading = _reading(talk, question)
    lines = [faq_answer(talk, question.aside)] if question.aside else []
    lines += [talk.text("article.found")] if reading else []
    talk.send("\n\n".join(lines), [*reading, _register(talk, question.wish)], below)


def _register(talk: Talk, wish: str) -> Choice:
    topic = SUBJECTS[wish].topic
    label = f"{topic}.register.title" if topic else f"menu.{wish}"
    return Choice(talk.text(label), f"go:{wish}")


def _reading(talk: Talk, question: Question) -> list[Choice]:
    found = (article(slug, talk.lang) for slug in question.articles)
    costs = question.wish == "register_overseas" and question.kind == "figures"
    return [choice_of(one) for one in found if one] + ([lead(talk, "fee")] if costs else [])

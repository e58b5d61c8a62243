"""Short texts to read: loans, and answers to questions that come up in the middle of something."""

from handlers.form.answer import MINIMUM_AGE
from handlers.menu import entry
from handlers.talk import Choice, Talk

LOAN_TOPICS = ("who", "how", "trouble", "cheats")


def show_loans(talk: Talk) -> None:
    """The first word on the policy bank's loans, and topics to read on."""
    talk.account.state = None
    topics = [Choice(talk.text(f"loans.{topic}.title"), f"loans:{topic}") for topic in LOAN_TOPICS]
    talk.say("loans.intro", topics, below=(Choice(talk.text("button.menu"), "go:menu"),))


def show_loan_topic(talk: Talk, topic: str) -> None:
    """One topic, always ending with whom to ask before borrowing."""
    if topic not in LOAN_TOPICS:
        show_loans(talk)
        return
    talk.say(f"loans.{topic}.text")
    talk.say("loans.ask_first", [entry(talk, "staff_contact"), Choice(talk.text("menu.loans"), "go:loans")])


def faq_answer(talk: Talk, key: str) -> str:
    """The answer to a side question, to be followed by what was asked before."""
    office = talk.office
    return talk.text(f"faq.{key}", office=office.names[talk.lang], days=office.promise_days, age=MINIMUM_AGE)

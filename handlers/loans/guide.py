"""“Can I borrow?”: a few questions, then what may fit and why; the answers are sealed meanwhile and then forgotten."""

from itertools import groupby

import orjson

from content.loan_guide import CHOICES, Advice, Answers, advise, next_question
from content.loans import programmes
from content.options import label
from handlers.loans.pages import programme_choice, show_loans, title
from handlers.menu import entry
from handlers.stage import Stage
from handlers.talk import Choice, Talk

KEPT = "loan_guide"
"""Where the conversation's memory has the answers so far."""
MOST_FITS = 3


def begin(talk: Talk) -> None:
    """Ask the first question."""
    talk.data.pop(KEPT, None)
    talk.account.state = Stage.loan_guide.state
    ask(talk)


def ask(talk: Talk) -> None:
    """Ask what is still to be asked."""
    question = awaited(talk)[0]
    choices = [Choice(label(talk.lang, question, value), f"guide:{question}:{value}") for value in CHOICES[question]]
    back = Choice(talk.text("button.back"), "guide:back")
    talk.say(f"loans.guide.{question}", choices, below=(back,))


def awaited(talk: Talk) -> tuple[str, tuple[str, ...]]:
    """The question that is open, with its answers."""
    question = next_question(_answers(talk))
    assert question is not None, "with the last answer the conversation leaves the questions"
    return question, CHOICES[question]


async def take(talk: Talk, value: str) -> None:
    """Take the answer to the open question, and ask the next or tell what came out."""
    question, values = awaited(talk)
    if value not in values:
        ask(talk)
        return
    answers = {**_answers(talk), question: value}
    if next_question(answers) is None:
        talk.data.pop(KEPT, None)
        talk.account.state = None
        _tell(talk, answers)
    else:
        _keep(talk, answers)
        ask(talk)


async def tap(talk: Talk, question: str, value: str) -> bool:
    """Take a button; False for one whose question is not open."""
    if talk.account.state != Stage.loan_guide.state or awaited(talk)[0] != question:
        return False
    await take(talk, value)
    return True


def back(talk: Talk) -> None:
    """Return to the question before, or to the first page from the first one."""
    answers = dict(_answers(talk))
    if talk.account.state != Stage.loan_guide.state or not answers:
        talk.data.pop(KEPT, None)
        show_loans(talk)
        return
    answers.popitem()
    _keep(talk, answers)
    ask(talk)


def _tell(talk: Talk, answers: Answers) -> None:
    advices = advise(answers)
    parts = []
    for outcome, group in groupby(advices, key=lambda advice: advice.outcome):
        parts += [talk.text(f"loans.guide.{outcome}"), *(_line(talk, advice) for advice in group)]
    talk.send("\n".join(parts))
    open_ = [advice.programme for advice in advices if advice.outcome != "no"] or [advices[0].programme]
    choices = [programme_choice(talk, key) for key in open_[:MOST_FITS]]
    if programmes()[open_[0]].rate is not None:
        choices.append(Choice(talk.text("loans.sum.title"), f"loans:sum:{open_[0]}"))
    again = Choice(talk.text("loans.guide.title"), "loans:guide")
    talk.say("loans.guide.end", [*choices, entry(talk, "staff_contact")], below=(again, entry(talk, "loans")))


def _line(talk: Talk, advice: Advice) -> str:
    why = talk.text(f"loans.why.{advice.why}")
    return talk.text("loans.guide.line", title=title(talk, advice.programme), why=why)


def _answers(talk: Talk) -> Answers:
    sealed = talk.data.get(KEPT)
    answers: dict[str, str] = orjson.loads(talk.seal.open_word(sealed)) if sealed else {}
    return answers


def _keep(talk: Talk, answers: Answers) -> None:
    talk.data[KEPT] = talk.seal.close_word(orjson.dumps(answers).decode())

"""Putting an open question once more, after an aside, so that nobody has to remember it."""

from handlers import consent, my_registrations
from handlers.abroad import fees, firm, report
from handlers.form import draft
from handlers.helping import asking as helping
from handlers.loans import calculator, guide
from handlers.rating_more import ask_more
from handlers.registration import offer_resume, repeat
from handlers.stage import Stage
from handlers.talk import Choice, Talk

CHOOSING = (Stage.whom.state, Stage.withdrawing.state, Stage.unagreeing.state, Stage.helped_twin.state)
"""Where the choices last offered are all there is to repeat."""


def ask_again(talk: Talk, *lead: str) -> None:
    """Repeat what is awaited where the conversation stands, after the words of ``lead``; at the menu nothing is."""
    state = talk.account.state
    if state == Stage.form.state:
        repeat(talk, lead=lead)
        return
    if lead:
        talk.send("\n".join(lead))
    if state == Stage.consent.state:
        consent.ask_consent_again(talk)
    elif state == Stage.resume.state and (progress := draft.load(talk.data)):
        offer_resume(talk, progress)
    elif state == Stage.deleting.state:
        my_registrations.ask_delete(talk)
    elif state == Stage.loan_guide.state:
        guide.ask(talk)
    elif state == Stage.loan_sum.state:
        calculator.ask(talk)
    elif state == Stage.firm.state:
        firm.ask(talk)
    elif state == Stage.fee.state:
        fees.repeat(talk)
    elif state == Stage.report.state:
        report.ask(talk)
    elif state == Stage.identity_check.state:
        my_registrations.ask_year(talk)
    elif state == Stage.helped_kind.state:
        helping.ask_kind(talk)
    elif state == Stage.helped_agreement.state:
        helping.show_agreement(talk)
    elif state == Stage.rating.state:
        ask_more(talk)
    elif state in CHOOSING:
        talk.send(talk.text("hint.near"), [Choice(label, data) for label, data in talk.data.get("offered", [])])

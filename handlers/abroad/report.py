"""Reporting a fraud: what happened is kept sealed as a case with a number, and somebody calls by a day."""

import re
from datetime import datetime, time

from content.fold import fold
from db.help_requests import REPORT
from db.register import worker_of
from db.registrations import HelpRequest
from handlers import consent
from handlers.abroad.home import after
from handlers.stage import Stage
from handlers.talk import Talk

WISH = "report:ask"
"""What is gone on with after the agreement."""
_FRAUD = re.compile(r"\b(?:lua dao|bi lua|lua gat|bi gat|lua tien)\b|បោកប្រាស់|ត្រូវបោក|គេបោក")
_PERSON = re.compile(r"\bcan bo\b|កម្មាភិបាល")


def speaks_of_fraud(text: str) -> bool:
    """Whether free words tell of a fraud, and do not name the person to talk to about it."""
    said = fold(text)
    return _FRAUD.search(said) is not None and _PERSON.search(said) is None


def ask(talk: Talk) -> None:
    """Ask what happened; what is told names people, so the agreement comes first."""
    if not consent.has_consent(talk):
        consent.ask_consent(talk, WISH, "abroad.report.consent")
        return
    talk.account.state = Stage.report.state
    talk.say("abroad.report.ask", below=after(talk))


async def take_words(talk: Talk, text: str) -> None:
    """Keep what was told."""
    await keep(talk, text)


async def keep(talk: Talk, text: str) -> None:
    """Make the case and say its number, and by when somebody calls; an empty text goes with a recording."""
    identity_id = await talk.turn.identity_id()
    worker = await worker_of(talk.turn.session, identity_id)
    by = talk.office.promise(talk.now)
    case = HelpRequest(
        identity_id=identity_id,
        topic=REPORT,
        phone=worker.phone if worker else None,
        detail=talk.seal.close(text.encode()) if text else None,
        promised_at=datetime.combine(by, time.max, talk.office.zone),
        alert_at=talk.now,
        created_at=talk.now,
    )
    talk.turn.session.add(case)
    await talk.turn.session.flush()
    talk.account.state = None
    talk.say("abroad.report.done", number=str(case.id), office=talk.office.names[talk.lang], day=by)
    talk.say("abroad.report.meanwhile", below=after(talk))
    if case.phone is None:
        talk.account.state = Stage.callback.state
        talk.say("person.ask_phone")

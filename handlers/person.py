"""Reaching a person: the request is kept, and the worker is told who calls and by when."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import select

from content.reading.phones import show_phone
from db.contacts import asked_about
from db.help_requests import tells_officers
from db.register import worker_of
from db.registrations import HelpRequest
from handlers.consent import has_consent
from handlers.menu import entry, show_menu
from handlers.stage import Stage
from handlers.talk import Choice, Talk

CALLED = "called"
"""Where the conversation's memory has when a person was asked for last."""
LONGEST = 280
"""Characters that are read in one go; more than that is said in two messages."""


async def call_person(talk: Talk, topic: str = "general", number: str | None = None, lead: Sequence[str] = ()) -> None:
    """Note that the person wants to talk to somebody, and say truthfully who answers, how and when."""
    identity_id = await talk.turn.identity_id()
    worker = await worker_of(talk.turn.session, identity_id)
    told = (number or await _number_told_before(talk, identity_id)) if has_consent(talk) else None
    kept_number = told or (worker.phone if worker else None)
    by = talk.office.promise(talk.now)
    talk.data[CALLED] = talk.now.isoformat()
    talk.turn.session.add(
        HelpRequest(
            identity_id=identity_id,
            topic=topic,
            phone=kept_number,
            promised_at=datetime.combine(by, time.max, talk.office.zone),
            alert_at=talk.now if tells_officers(topic) else None,
            created_at=talk.now,
        )
    )
    await asked_about(talk.turn.session, topic, talk.now)
    answer = "person.will_call" if kept_number else "person.will_answer_here"
    lines = [*lead, talk.text(answer, office=talk.office.names[talk.lang], day=by), *_hours(talk)]
    if kept_number is None and has_consent(talk) and talk.account.state is None:
        talk.account.state = Stage.callback.state
        lines.append(talk.text("person.ask_phone"))
    tell_how_to_reach(talk, lines)


async def _number_told_before(talk: Talk, identity_id: int) -> str | None:
    """The number that came with a request that is still open: nobody is asked for it twice."""
    told = (HelpRequest.identity_id == identity_id, HelpRequest.done_at.is_(None), HelpRequest.phone.is_not(None))
    query = select(HelpRequest.phone).where(*told).order_by(HelpRequest.id.desc()).limit(1)
    number: str | None = await talk.turn.session.scalar(query)
    return number


async def take_number(talk: Talk, number: str) -> None:
    """A number to call back on, for the request that was just made."""
    request = await newest_call(talk)
    talk.account.state = None
    if request is not None:
        request.phone = number
    show_menu(talk, lead=(talk.text("form.phone_taken", phone=show_phone(number)),))


async def newest_call(talk: Talk) -> HelpRequest | None:
    """The last call for a person that nobody has answered yet."""
    mine = HelpRequest.identity_id == await talk.turn.identity_id()
    newest = select(HelpRequest).where(mine, HelpRequest.done_at.is_(None)).order_by(HelpRequest.id.desc()).limit(1)
    request: HelpRequest | None = await talk.turn.session.scalar(newest)
    return request


def tell_how_to_reach(talk: Talk, lead: Sequence[str] = ()) -> None:
    """The office's phone and address as far as they are known; otherwise, who knows them."""
    office = talk.office.names[talk.lang]
    lines = [
        *lead,
        talk.text("office.phone", office=office, phone=talk.office.phone)
        if talk.office.phone
        else talk.text("office.phone_unknown", office=office),
    ]
    if talk.office.address:
        lines.append(talk.text("office.address", address=talk.office.address))
    if sum(map(len, lines)) > LONGEST:
        talk.send("\n".join(lead))
        lines = lines[len(lead) :]
    talk.send("\n".join(lines), below=(Choice(talk.text("button.menu"), "go:menu"),))


def _hours(talk: Talk) -> list[str]:
    """Out of hours an honest word, at most once a day."""
    told = talk.account.hours_told_at
    if talk.office.is_open(talk.now) or (told and _same_day(talk, told)):
        return []
    talk.account.hours_told_at = talk.now
    opening = talk.office.next_opening(talk.now).astimezone(talk.office.zone)
    return [talk.text("office.closed_now", at=opening.time(), day=opening.date())]


def _same_day(talk: Talk, moment: datetime) -> bool:
    return moment.astimezone(talk.office.zone).date() == talk.today


def offer_person(talk: Talk, key: str, **values: str) -> None:
    """Say something with a way to a person under it."""
    below = (entry(talk, "staff_contact"), Choice(talk.text("button.menu"), "go:menu"))
    talk.send(talk.text(key, **values), below=below)

"""Reaching a person: the request is kept, and the worker is told who calls and by when."""

from datetime import datetime, time

from db.register import worker_of
from db.registrations import HelpRequest
from handlers.menu import entry
from handlers.talk import Choice, Talk


async def call_person(talk: Talk, topic: str = "general") -> None:
    """Note that the person wants to talk to somebody, and say truthfully who answers and when."""
    identity_id = await talk.turn.identity_id()
    worker = await worker_of(talk.turn.session, identity_id)
    by = talk.office.promise(talk.now)
    talk.turn.session.add(
        HelpRequest(
            identity_id=identity_id,
            topic=topic,
            phone=worker.phone if worker else None,
            promised_at=datetime.combine(by, time.max, talk.office.zone),
            created_at=talk.now,
        )
    )
    office = talk.office.names[talk.lang]
    if worker and worker.phone:
        talk.say("person.will_call", office=office, day=by)
    else:
        talk.say("person.will_answer_here", office=office, day=by)
    _tell_hours(talk)
    tell_how_to_reach(talk)


def tell_how_to_reach(talk: Talk) -> None:
    """The office's phone and address as far as they are known; otherwise, who knows them."""
    office = talk.office.names[talk.lang]
    lines = [
        talk.text("office.phone", office=office, phone=talk.office.phone)
        if talk.office.phone
        else talk.text("office.phone_unknown", office=office)
    ]
    if talk.office.address:
        lines.append(talk.text("office.address", address=talk.office.address))
    talk.send("\n".join(lines), below=(Choice(talk.text("button.menu"), "go:menu"),))


def _tell_hours(talk: Talk) -> None:
    """Out of hours an honest word, at most once a day."""
    told = talk.account.hours_told_at
    if talk.office.is_open(talk.now) or (told and _same_day(talk, told)):
        return
    talk.account.hours_told_at = talk.now
    talk.say("office.closed_now", opening=talk.office.next_opening(talk.now).astimezone(talk.office.zone))


def _same_day(talk: Talk, moment: datetime) -> bool:
    return moment.astimezone(talk.office.zone).date() == talk.today


def offer_person(talk: Talk, key: str, **values: str) -> None:
    """Say something with a way to a person under it."""
    below = (entry(talk, "staff_contact"), Choice(talk.text("button.menu"), "go:menu"))
    talk.send(talk.text(key, **values), below=below)

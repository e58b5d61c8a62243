"""Keeping what a helped person told: with their own agreement and the helper's name, and never as a second person."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from content.answer import ELSEWHERE
from content.consent_text import TEXT_VERSION
from content.forms import PERSON_KEYS
from db.bounds import Bounds, bounds_of
from db.home_places import find_home
from db.people import Consent, Worker
from db.record import note
from db.register import Kept, keep_registration
from db.staff import Staff
from db.twins import Traits, alike, know_apart
from handlers.form.draft import opened
from handlers.form.progress import Progress
from handlers.helping.asking import MEMORY
from handlers.helping.places import covers, may_help
from handlers.officer import staff_here
from handlers.stage import Stage
from handlers.talk import Choice, Talk

NEW = "new"
"""Said of the people who look like this one: it is none of them."""
SOURCE = "helper"


async def keep(talk: Talk, progress: Progress, who: str) -> bool:
    """Keep it, or show first who may be the same person; True when the form is done with."""
    session, staff = talk.turn.session, await staff_here(talk)
    if staff is None:
        return True
    bounds = await bounds_of(session, staff)
    if not may_help(staff, bounds) or not await covers(talk, bounds, progress.answers):
        talk.say("helped.no_right")
        return True
    same = await _seen(talk, progress, bounds)
    chosen = next((one for one in same if str(one.id) == who), None)
    if same and chosen is None and who != NEW:
        _show_same(talk, staff, progress, same)
        return False
    kept = await _write(talk, progress, staff, chosen)
    if chosen is None:
        await know_apart(session, kept.number, [one.id for one in same], staff.id, talk.now)
    _say_kept(talk, progress, kept)
    return True


async def _seen(talk: Talk, progress: Progress, bounds: Bounds) -> Sequence[Worker]:
    """Who may be the same, as far as the officer may see them."""
    given, session = progress.answers, talk.turn.session
    place, hamlet = await find_home(session, given.get("commune"), given.get("hamlet"))
    names = ("name", "birth_year", "phone", "phone_owner", "hamlet")
    traits = Traits(**{name: given.get(name) for name in names}, place_id=place, hamlet_id=hamlet)
    ids = [number for number, _ in await alike(session, traits)]
    query = select(Worker).where(Worker.id.in_(ids), bounds.workers(), Worker.merged_into.is_(None))
    return (await session.scalars(query.order_by(Worker.id).limit(4))).all()


def _show_same(talk: Talk, staff: Staff, progress: Progress, same: Sequence[Worker]) -> None:
    talk.account.state = Stage.helped_twin.state
    note(talk.turn.session, staff, talk.now, "list", "worker", count=len(same), source="chat")
    run = progress.run
    choices = [Choice(_label(one), f"hp:is:{run}:{one.id}") for one in same]
    talk.say("helped.same", [*choices, Choice(talk.text("helped.another"), f"hp:is:{run}:{NEW}")])


def _label(worker: Worker) -> str:
    """Enough to know a neighbour by."""
    return ", ".join(str(part) for part in (worker.name, worker.birth_year, worker.hamlet) if part)


async def _write(talk: Talk, progress: Progress, staff: Staff, known: Worker | None) -> Kept:
    session, commune = talk.turn.session, progress.answers.get("commune")
    answers = {key: opened(value, talk.seal) for key, value in progress.answers.items()}
    kept = await keep_registration(
        session, talk.seal, identity_id=None, kind=progress.form,
        person={key: value for key, value in answers.items() if key in PERSON_KEYS},
        answers={key: value for key, value in answers.items() if key not in PERSON_KEYS},
        commune=commune if commune != ELSEWHERE else None, source=SOURCE, for_other=True, now=talk.now,
        promised_at=datetime.combine(talk.office.promise(talk.now), time.max, talk.office.zone),
        helper=staff, worker=known,
    )  # fmt: skip
    person = kept.worker_id
    agreed: dict[str, Any] = talk.data[MEMORY]
    session.add(
        Consent(worker_id=person, helper_id=staff.id, taken="read", text_version=agreed["text"], lang=agreed["lang"],
                channel="desk", given_at=datetime.fromisoformat(agreed["agreed"]))
    )  # fmt: skip
    detail = {"known": known is not None, "source": "chat"}
    note(session, staff, talk.now, "assist", "registration", kept.number, **detail)
    return kept


def note_agreement(talk: Talk) -> None:
    """The person said yes to what was read out."""
    talk.data[MEMORY] |= {"agreed": talk.now.isoformat(), "text": TEXT_VERSION}


def _say_kept(talk: Talk, progress: Progress, kept: Kept) -> None:
    """The number, and who calls or sends word by when: to be told to the person."""
    reachable = progress.answers.get("phone_owner") in ("own", "neighbour")
    office, day = talk.office.names[talk.lang], talk.office.promise(talk.now)
    kind, number, name = talk.text(f"kind.{progress.form}"), str(kept.number), progress.answers["name"]
    done = "helped.renewed" if kept.renewed else "helped.done"
    promise = "helped.promise_call" if reachable else "helped.promise_visit"
    lines = (talk.text(done, kind=kind, name=name, number=number), talk.text(promise, office=office, day=day))
    ways = [Choice(talk.text("helped.way.next"), "hp:begin"), Choice(talk.text("officer.way.today"), "of:today")]
    talk.send("\n".join(lines), ways)

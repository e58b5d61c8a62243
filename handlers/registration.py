"""Registering a need: starting a form, taking answers, and keeping the result."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from content.places import by_slug, display_name, successor, unit
from db.messages import Nudge
from db.register import Kept, keep_registration, known_answers
from db.registrations import Attachment
from handlers.form import draft
from handlers.form.answer import ELSEWHERE, MINIMUM_AGE
from handlers.form.engine import Ask, Dropped, Missed, Outcome, Refused, Sent, advance
from handlers.form.forms import FORMS, PERSON_KEYS
from handlers.form.inputs import Input
from handlers.form.progress import Progress, begin
from handlers.form.show import show, show_missed
from handlers.menu import entry, show_menu
from handlers.stage import Stage
from handlers.talk import Choice, Talk

KIND_OF = {"register_job": "job", "register_training": "training", "register_overseas": "overseas"}
"""The form that each intent opens."""
STALE_AFTER = timedelta(hours=12)
"""After such a silence, words are not taken for an answer until the person says that they go on."""


async def start(talk: Talk, kind: str, *, known_more: dict[str, Any] | None = None) -> None:
    """Open a form; what the person told before is not asked again, nor what ``known_more`` adds to it."""
    unfinished = draft.load(talk.data)
    if unfinished and unfinished.form == kind and unfinished.trail and known_more is None:
        offer_resume(talk, unfinished)
        return
    known = await known_answers(talk.turn.session, talk.seal, await talk.turn.identity_id())
    run = talk.data.get("run", 0) % 999 + 1
    talk.data["run"] = run
    progress = begin(FORMS[kind], run, (known | (known_more or {})) or _from_poster(talk))
    await _await_silence(talk)
    talk.say("form.begin_known" if known else "form.begin", kind=talk.text(f"kind.{kind}"))
    _stand(talk, progress)


def _from_poster(talk: Talk) -> dict[str, Any]:
    """The commune that the poster or link stands in, taken as told."""
    place = by_slug(talk.account.source) if talk.account.source else None
    return {"commune": place.code} if place else {}


def _stand(talk: Talk, progress: Progress, ask: Ask | None = None) -> None:
    draft.keep(talk.data, progress, talk.seal)
    talk.account.state = Stage.form.state
    show(talk, progress, ask)


async def take(talk: Talk, given: Input) -> None:
    """Take one input of an open form and answer it."""
    progress = draft.load(talk.data)
    if progress is None:
        show_menu(talk, "form.gone")
    else:
        await follow(talk, *advance(draft.form_of(progress), progress, given, talk.today))


async def follow(talk: Talk, after: Progress, outcome: Outcome) -> None:
    """Do what the engine said comes next."""
    match outcome:
        case Ask():
            _stand(talk, after, outcome)
        case Missed(near):
            draft.keep(talk.data, after, talk.seal)
            show_missed(talk, after, near)
        case Refused():
            await _leave(talk)
            talk.say("form.too_young", age=MINIMUM_AGE)
            show_menu(talk)
        case Dropped():
            await _leave(talk)
            show_menu(talk, "form.dropped")
        case Sent():
            await _finish(talk, after)


def repeat(talk: Talk, ask: Ask | None = None) -> None:
    """Put the question at hand once more."""
    progress = draft.load(talk.data)
    if progress is None:
        show_menu(talk, "form.gone")
    else:
        _stand(talk, progress, ask)


def offer_resume(talk: Talk, progress: Progress) -> None:
    """Offer to go on with an unfinished form, from the question where it stopped."""
    talk.account.state = Stage.resume.state
    choices = [Choice(talk.text(f"choice.resume.{value}"), f"form:{value}") for value in ("resume", "restart", "later")]
    kind = talk.text(f"kind.{progress.form}")
    if progress.at in [q.key for q in draft.form_of(progress).questions]:
        number, count = progress.position(draft.form_of(progress))
        talk.say("form.offer_resume", choices, kind=kind, number=number, count=count)
    else:
        talk.say("form.offer_resume_end", choices, kind=kind)


def resume(talk: Talk) -> None:
    """Go on where the form stopped."""
    progress = draft.load(talk.data)
    if progress is None:
        show_menu(talk, "form.gone")
    else:
        _stand(talk, replace(progress, misses=0))


async def restart(talk: Talk) -> None:
    """Throw the unfinished form away and begin it again."""
    progress = draft.load(talk.data)
    draft.drop(talk.data)
    if progress is None:
        show_menu(talk, "form.gone")
    else:
        await start(talk, progress.form)


def is_stale(talk: Talk) -> bool:
    """Whether the person has been silent so long that the question may be forgotten."""
    return talk.account.active_at is not None and talk.now - talk.account.active_at > STALE_AFTER


async def _finish(talk: Talk, progress: Progress) -> None:
    kept = await _keep(talk, progress)
    await _leave(talk)
    day = talk.office.promise(talk.now)
    key = "form.renewed" if kept.renewed else "form.done"
    talk.say(key, kind=talk.text(f"kind.{progress.form}"), number=str(kept.registration.id))
    _say_who_calls(talk, progress, kept)
    new_place = _new_commune(talk, progress.answers.get("commune"))
    if new_place:
        talk.say("form.new_commune", place=new_place)
    if progress.answers.get("loan_advice") == "yes":
        talk.say("form.loan_noted", [entry(talk, "loans")])
    talk.data["promised"] = day.isoformat()
    show_menu(talk, "menu.after_form")


def _say_who_calls(talk: Talk, progress: Progress, kept: Kept) -> None:
    """Tell who calls, by when, and where to ask; without a phone, that somebody comes by."""
    by = talk.office.promise(talk.now)
    office = talk.office.names[talk.lang]
    reachable = progress.answers.get("phone_owner") in ("own", "neighbour")
    talk.say("form.promise_call" if reachable else "form.promise_visit", office=office, day=by)
    if talk.office.phone:
        talk.say("office.phone", office=office, phone=talk.office.phone)


async def _keep(talk: Talk, progress: Progress) -> Kept:
    answers = progress.answers
    person = {key: _word(draft.opened(value, talk.seal)) for key, value in answers.items() if key in PERSON_KEYS}
    identity_id = await talk.turn.identity_id()
    commune = answers.get("commune")
    kept = await keep_registration(
        talk.turn.session,
        talk.seal,
        identity_id=identity_id,
        kind=progress.form,
        person=person,
        answers={key: value for key, value in answers.items() if key not in PERSON_KEYS},
        commune=commune if isinstance(commune, str) and commune != ELSEWHERE else None,
        source=talk.account.source,
        promised_at=_end_of_day(talk),
        now=talk.now,
    )
    await _claim_voices(talk, progress, kept)
    return kept


def _word(value: Any) -> Any:
    """What a column can hold: a spoken answer is nothing yet, until staff have listened to it."""
    return None if isinstance(value, dict) else value


async def _claim_voices(talk: Talk, progress: Progress, kept: Kept) -> None:
    """Give the registration the voice notes that answer its questions."""
    for value in progress.answers.values():
        if isinstance(value, dict) and "voice" in value:
            attachment = await talk.turn.session.get(Attachment, value["voice"])
            if attachment is not None:
                attachment.registration_id = kept.registration.id


def _end_of_day(talk: Talk) -> datetime:
    return datetime.combine(talk.office.promise(talk.now), time.max, talk.office.zone)


def _new_commune(talk: Talk, code: Any) -> str | None:
    old = unit(code) if isinstance(code, str) else None
    new = successor(old) if old else None
    return display_name(new, talk.lang) if new else None


async def _leave(talk: Talk) -> None:
    draft.drop(talk.data)
    talk.account.state = None
    identity_id = await talk.turn.identity_id()
    await talk.turn.session.execute(delete(Nudge).where(Nudge.identity_id == identity_id))


async def _await_silence(talk: Talk) -> None:
    """Have the clock look at this form once, should the person fall silent."""
    due = talk.now + talk.office.nudge_after
    row = insert(Nudge).values(identity_id=await talk.turn.identity_id(), due_at=due)
    again = row.on_conflict_do_update(index_elements=["identity_id"], set_={"due_at": due})
    await talk.turn.session.execute(again)

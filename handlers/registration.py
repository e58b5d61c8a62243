"""Registering a need: starting a form, taking answers, and keeping the result."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from content.answer import ELSEWHERE, MINIMUM_AGE
from content.forms import FORMS, PERSON_KEYS
from content.places import by_slug, display_name, successor, unit
from db.nudge import claim_files, expect_nothing, expect_silence
from db.register import Kept, keep_registration, known_here
from handlers import consent
from handlers.form import draft, funnel
from handlers.form.engine import Ask, Dropped, Missed, Outcome, Refused, Sent, advance, fitting, fix
from handlers.form.inputs import Input, Typed
from handlers.form.progress import HELPED, STEPS, Progress, begin
from handlers.form.show import show, show_missed, shown
from handlers.helping.asking import ask_agreement, is_helping
from handlers.helping.keeping import keep as keep_helped
from handlers.helping.places import fault
from handlers.menu import show_menu
from handlers.officer import staff_here
from handlers.stage import Stage
from handlers.talk import Choice, Talk

KIND_OF = {"register_job": "job", "register_training": "training", "register_overseas": "overseas"}
"""The form that each intent opens."""
FOR_OTHER = ":other"
"""What a wish ends with that is for somebody else: "register_job:other"."""
RESUME_CHOICES = ("resume", "restart", "later")
WHOM_CHOICES = ("me", "other")
HELP_SHELF = HELPED
"""Where a helped person's unfinished form is laid aside: one at a time, apart from the officer's own."""
BEGUN = {"other": "form.begin_other", HELPED: "helped.begin"}
"""What a form begins with that is somebody else's."""
PLAIN = ("birth_year", "choice", "place", "phone")
"""Kinds of questions whose answers can be nothing else."""
KNOWN_FOR = timedelta(minutes=30)
"""For so long after showing who one is, one is not asked again: about one sitting."""
STALE_AFTER = timedelta(hours=12)
"""After such a silence, words are not taken for an answer until the person says that they go on."""


async def start(talk: Talk, kind: str, *, known_more: dict[str, Any] | None = None) -> None:
    """Open a form; what the person told before is not asked again, nor what ``known_more`` adds to it.

    What is kept of somebody is used only for one who has just shown to be that person: phones are shared.
    """
    given = lay_aside(talk, kind)
    unfinished = draft.load(talk.data)
    if unfinished and unfinished.trail and known_more is None:
        offer_resume(talk, unfinished)
        return
    kept, unproven = await known_here(talk.turn, talk.seal)
    if unproven or (kept and not is_known(talk)):
        ask_whom(talk, kind, "" if unproven else str(kept.get("name", "")))
        return
    await begin_form(talk, kind, kept | (given if known_more is None else known_more))


async def start_for_other(talk: Talk, kind: str) -> None:
    """Open a form for somebody else on this phone: nothing that is kept is used or shown."""
    draft.drop(talk.data)
    await begin_form(talk, kind, {}, whom="other")


async def begin_form(talk: Talk, kind: str, known: dict[str, Any], whom: str = "self") -> None:
    """Put the first question that is open."""
    run = talk.data.get("run", 0) % 999 + 1
    talk.data["run"] = run
    progress = begin(FORMS[kind], run, known or ({} if whom == HELPED else _from_poster(talk)), whom)
    await expect_silence(talk.turn, talk.now + talk.office.nudge_after)
    _count(talk, kind, funnel.begun(progress))
    begun = BEGUN.get(whom) or ("form.begin_known" if known else "form.begin")
    lead = [talk.text(begun, kind=talk.text(f"kind.{kind}"))]
    if talk.data.pop("told_early", None):
        lead.append(talk.text("form.told_early"))
    told = {} if whom == HELPED else _told(talk, progress)
    progress = replace(progress, answers=progress.answers | told).moved(FORMS[kind]) if told else progress
    _stand(talk, progress, Ask(besides=tuple(told)), lead)


def _told(talk: Talk, progress: Progress) -> dict[str, Any]:
    """What the opening words told; a number in them is newer than the one that is kept."""
    older = ("phone_owner", "phone") if "phone" in talk.told else ()
    answers = {key: value for key, value in progress.answers.items() if key not in older}
    return fitting(FORMS[progress.form], replace(progress, answers=answers, at=""), talk.told)


def ask_whom(talk: Talk, kind: str, name: str) -> None:
    """Ask whether the person who registered before is the one who writes now; only the given name is said."""
    talk.account.state = Stage.whom.state
    talk.data["whom_kind"] = kind
    choices = [Choice(talk.text(f"choice.whom.{value}"), f"whom:{value}") for value in WHOM_CHOICES]
    given = name.split(" ")[-1] if name else talk.text("whom.somebody")
    talk.say("whom.ask", choices, kind=talk.text(f"kind.{kind}"), name=given)


def is_known(talk: Talk, how: str = "known_until") -> bool:
    """Whether the one who writes has registered, or told the right year of birth, a short while ago.

    ``how`` may ask for the latter only: "checked_until".
    """
    until = talk.data.get(how)
    return until is not None and datetime.fromisoformat(until) > talk.now


def note_known(talk: Talk, how: str = "known_until") -> None:
    """The one who writes has just shown who they are."""
    talk.data[how] = (talk.now + KNOWN_FOR).isoformat()


def lay_aside(talk: Talk, shelf: str) -> dict[str, Any]:
    """Keep another form's draft and take out the one of this kind, or a helped person's.

    Returns what was told about the person.
    """
    unfinished = draft.load(talk.data)
    aside: dict[str, Any] = talk.data.setdefault("aside", {})
    given: dict[str, Any] = {}
    if unfinished and shelf_of(unfinished) != shelf:
        if unfinished.whom == "self":
            given = {key: value for key, value in unfinished.answers.items() if key in PERSON_KEYS}
        if unfinished.trail:
            aside[shelf_of(unfinished)] = talk.data["draft"]
        draft.drop(talk.data)
    if shelf in aside and "draft" not in talk.data:
        talk.data["draft"] = aside.pop(shelf)
    return given


def shelf_of(progress: Progress) -> str:
    """Where an unfinished form is laid aside."""
    return HELP_SHELF if is_helping(progress) else progress.form


def _from_poster(talk: Talk) -> dict[str, Any]:
    """The commune that the poster or link stands in, taken as told."""
    place = by_slug(talk.account.source) if talk.account.source else None
    return {"commune": place.code} if place else {}


def _stand(talk: Talk, progress: Progress, ask: Ask | None = None, lead: Sequence[str] = ()) -> None:
    draft.keep(talk.data, progress, talk.seal)
    talk.account.state = Stage.form.state
    show(talk, progress, ask, lead)


async def take(talk: Talk, given: Input) -> None:
    """Take one input of an open form and answer it."""
    progress = draft.load(talk.data)
    if progress is None:
        show_menu(talk, "form.gone")
    else:
        await follow(talk, progress, *advance(draft.form_of(progress), progress, given, talk.today))


async def follow(talk: Talk, before: Progress, after: Progress, outcome: Outcome) -> None:
    """Do what the engine said comes next."""
    if is_helping(after) and not await _may_go_on(talk, before, after, outcome):
        return
    _count(talk, after.form, funnel.events(before, after, outcome))
    match outcome:
        case Ask():
            _stand(talk, after, outcome)
        case Missed(near, like):
            draft.keep(talk.data, after, talk.seal)
            show_missed(talk, after, near, like)
        case Refused() if is_helping(after):
            await _leave(talk)
            show_menu(talk, lead=(talk.text("helped.too_young", age=MINIMUM_AGE),))
        case Refused():
            await _leave(talk)
            draft.drop_all(talk.data)
            await consent.withdraw(talk, talk.now)
            talk.say("form.too_young", age=MINIMUM_AGE)
            show_menu(talk)
        case Dropped():
            await _leave(talk)
            show_menu(talk, "form.dropped")
        case Sent() if is_helping(after):
            await finish_helped(talk, after)
        case Sent():
            await _finish(talk, after)


async def _may_go_on(talk: Talk, before: Progress, after: Progress, outcome: Outcome) -> bool:
    """Whether this is an officer's chat still, and the helped person of the officer's places; if not, that is said."""
    staff = await staff_here(talk)
    if staff is None:
        await _leave(talk)
        return False
    if said := await fault(talk, staff, before, after, outcome):
        _stand(talk, before, lead=(said,))
    return said is None


def _count(talk: Talk, form: str, events: Sequence[funnel.Event]) -> None:
    talk.turn.counts += [(form, *event) for event in events]


def repeat(talk: Talk, ask: Ask | None = None, lead: Sequence[str] = ()) -> None:
    """Put the question at hand once more, after the words of ``lead``."""
    progress = draft.load(talk.data)
    if progress is None:
        show_menu(talk, "form.gone")
    else:
        _stand(talk, progress, ask, lead)


def offer_resume(talk: Talk, progress: Progress) -> None:
    """Offer to go on with an unfinished form, from the question where it stopped."""
    talk.account.state = Stage.resume.state
    choices = [Choice(talk.text(f"choice.resume.{value}"), f"form:{value}") for value in RESUME_CHOICES]
    kind = talk.text(f"kind.{progress.form}")
    if progress.at in [q.key for q in draft.form_of(progress).questions]:
        number, count = progress.position(draft.form_of(progress))
        talk.say("form.offer_resume", choices, kind=kind, number=number, count=count)
    else:
        talk.say("form.offer_resume_end", choices, kind=kind)


def resume(talk: Talk) -> None:
    """Go on where the form stopped; with none open, with the one that was laid aside last."""
    aside: dict[str, Any] = talk.data.get("aside", {})
    if "draft" not in talk.data and aside:
        talk.data["draft"] = aside.pop(next(reversed(aside)))
    progress = draft.load(talk.data)
    if progress is None:
        show_menu(talk, "form.gone")
    else:
        _stand(talk, replace(progress, misses=0))


async def answers_on(talk: Talk, text: str) -> bool:
    """Go on with a plain answer to the question where the form stopped, said instead of "go on"."""
    progress = draft.load(talk.data)
    if progress is None or progress.at in STEPS or is_helping(progress):
        return False
    form = draft.form_of(progress)
    after, outcome = advance(form, replace(progress, misses=0), Typed(text), talk.today)
    if (
        form.question(progress.at).kind not in PLAIN
        or not isinstance(outcome, Ask)
        or outcome.taken not in (progress.at, "phone")
    ):
        return False
    await follow(talk, progress, after, outcome)
    return True


async def restart(talk: Talk) -> None:
    """Throw the unfinished form away and begin it again."""
    progress = draft.load(talk.data)
    draft.drop(talk.data)
    if progress is None:
        show_menu(talk, "form.gone")
    elif is_helping(progress):
        ask_agreement(talk, progress.form)
    else:
        await start(talk, progress.form)


def correct(talk: Talk, key: str) -> None:
    """Open one answer for correction from wherever the form stands; one that is not given yet comes in its turn."""
    progress = draft.load(talk.data)
    if progress is None:
        show_menu(talk, "form.gone")
    elif key in progress.answers:
        _stand(talk, fix(progress, key))
    else:
        _stand(talk, progress, lead=(talk.text("form.not_yet"),))


def is_stale(talk: Talk) -> bool:
    """Whether the person has been silent so long that the question may be forgotten."""
    return talk.account.active_at is not None and talk.now - talk.account.active_at > STALE_AFTER


async def finish_helped(talk: Talk, progress: Progress, who: str = "") -> None:
    """Keep a helped person's registration; ``who`` of those that look alike it is."""
    if await keep_helped(talk, progress, who):
        await _leave(talk)


async def _finish(talk: Talk, progress: Progress) -> None:
    """Keep the registration and say in one message: the number, who calls by when, and what else there is."""
    kept = await _keep(talk, progress)
    await _leave(talk)
    if progress.whom == "self":
        note_known(talk)
    lines = [
        _done(talk, progress, kept),
        *_who_calls(talk, progress),
        *_new_commune(talk, progress.answers.get("commune")),
    ]
    if progress.answers.get("loan_advice") == "yes":
        lines.append(talk.text("form.loan_noted"))
    show_menu(talk, "menu.after_form", lead=lines)


def _done(talk: Talk, progress: Progress, kept: Kept) -> str:
    kind, number = talk.text(f"kind.{progress.form}"), str(kept.number)
    if progress.whom == "other":
        return talk.text("helped.done", kind=kind, number=number, name=shown(talk, "name", progress.answers["name"]))
    return talk.text("form.renewed" if kept.renewed else "form.done", kind=kind, number=number)


def _who_calls(talk: Talk, progress: Progress) -> list[str]:
    """Who calls, by when, and where to ask; without a phone, that somebody writes or sends word."""
    office = talk.office.names[talk.lang]
    reachable = progress.answers.get("phone_owner") in ("own", "neighbour")
    call = "helped.promise_call" if progress.whom == "other" else "form.promise_call"
    promise = call if reachable else "form.promise_visit"
    lines = [talk.text(promise, office=office, day=talk.office.promise(talk.now))]
    if talk.office.phone:
        lines.append(talk.text("office.phone", office=office, phone=talk.office.phone))
    return lines


def _new_commune(talk: Talk, code: Any) -> list[str]:
    """What the commune is called now, where that is another name."""
    old = unit(code) if isinstance(code, str) else None
    new = successor(old) if old else None
    if old is None or new is None or new.name == old.name:
        return []
    return [talk.text("form.new_commune", place=display_name(new, talk.lang))]


async def _keep(talk: Talk, progress: Progress) -> Kept:
    answers = progress.answers
    person = {key: _word(draft.opened(value, talk.seal)) for key, value in answers.items() if key in PERSON_KEYS}
    identity_id = await talk.turn.identity_id()
    commune = answers.get("commune")
    kept = await keep_registration(
        talk.turn,
        talk.seal,
        identity_id=identity_id,
        kind=progress.form,
        person=person,
        answers={key: value for key, value in answers.items() if key not in PERSON_KEYS},
        commune=commune if isinstance(commune, str) and commune != ELSEWHERE else None,
        source=talk.account.source,
        promised_at=_end_of_day(talk),
        for_other=progress.whom == "other",
        now=talk.now,
    )
    await claim_files(talk.turn, kept.number)
    return kept


def _word(value: Any) -> Any:
    """What a column can hold: a spoken answer is nothing yet, until staff have listened to it."""
    return None if isinstance(value, dict) else value


def _end_of_day(talk: Talk) -> datetime:
    return datetime.combine(talk.office.promise(talk.now), time.max, talk.office.zone)


async def _leave(talk: Talk) -> None:
    draft.drop(talk.data)
    talk.account.state = None
    await expect_nothing(talk.turn)

"""What is kept about oneself: seeing it, correcting it, withdrawing a need, deleting everything."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import update

from content.forms import FORMS, PERSON_KEYS
from content.reading.years import read_birth_year
from db import person_talks
from db.case_steps import close_by_worker
from db.erase import erase, files_of
from db.linking import other_accounts, take_back_consent
from db.people import Consent
from db.register import is_unproven, known_answers, prove, registrations_of, worker_of
from db.registrations import CLOSED, Registration
from handlers import consent, linking
from handlers import kept as besides
from handlers.form import draft
from handlers.form.engine import SURE_CHOICES
from handlers.form.show import shown
from handlers.menu import entry, show_menu
from handlers.person import offer_person
from handlers.registration import is_known, note_known, start
from handlers.stage import Stage
from handlers.talk import Choice, Talk

TRIES = 3
"""Wrong years of birth before the person is sent to the office."""
SHUT_FOR = timedelta(hours=24)
"""How long nobody on this account can try again."""
SHOWN = 5


async def show_registrations(talk: Talk) -> None:
    """Each need with its status in plain words, and by when somebody calls."""
    talk.account.state = None
    identity_id = await talk.turn.identity_id()
    mine = await registrations_of(talk.turn.session, identity_id)
    merged = await is_unproven(talk.turn.session, identity_id)
    if not mine and not merged:
        below = (entry(talk, "staff_contact"), Choice(talk.text("button.menu"), "go:menu"))
        some = ("see", "delete") if await besides.kept(talk) else ()
        talk.say("my.none", [*(Choice(talk.text(f"my.{what}"), f"my:{what}") for what in some), _link(talk)], below)
        return
    worker = await worker_of(talk.turn.session, await talk.turn.identity_id())
    called = worker is not None and worker.phone is not None
    lines = [_line(talk, registration, called=called) for registration in mine[:SHOWN]]
    if merged:
        lines.append(talk.text("my.merged", see=talk.text("my.see")))
    choices = _to_withdraw(talk, mine)
    if len(choices) > 1:
        choices = [Choice(talk.text("my.withdraw_which"), "my:withdraw_which")]
    kept = [Choice(talk.text(f"my.{what}"), f"my:{what}") for what in ("see", "change", "delete")]
    talk.send("\n\n".join((talk.text("my.title"), *lines)), [*kept, _link(talk), *choices])


async def ask_which(talk: Talk) -> None:
    """Ask which of several open registrations is to be withdrawn."""
    choices = _to_withdraw(talk, await registrations_of(talk.turn.session, await talk.turn.identity_id()))
    below = (entry(talk, "my_registrations"), Choice(talk.text("button.menu"), "go:menu"))
    talk.say("my.withdraw_which_ask" if choices else "my.none", choices, below)


def _to_withdraw(talk: Talk, mine: Sequence[Registration]) -> list[Choice]:
    open_ones = [one for one in mine[:SHOWN] if one.status not in CLOSED]
    return [
        Choice(
            talk.text("my.withdraw", kind=talk.text(f"kind.{one.kind}"), number=str(one.id)), f"my:withdraw:{one.id}"
        )
        for one in open_ones
    ]


def _link(talk: Talk) -> Choice:
    return Choice(talk.text("link.open"), "link:show")


def _line(talk: Talk, registration: Registration, *, called: bool) -> str:
    day = registration.created_at.astimezone(talk.office.zone).date()
    line = talk.text(
        "my.line",
        kind=talk.text(f"kind.{registration.kind}"),
        number=str(registration.id),
        day=day,
        status=talk.text(f"status.{registration.status}"),
    )
    waits = registration.status == "new" or registration.next_at is None
    if not waits or registration.status in CLOSED or registration.promised_at is None:
        return line
    by = registration.promised_at.astimezone(talk.office.zone).date()
    in_time = "my.promise" if called else "form.promise_visit"
    key = in_time if by >= talk.today else "my.promise_late"
    return "\n".join((line, talk.text(key, office=talk.office.names[talk.lang], day=by)))


async def check_identity(talk: Talk, purpose: str) -> None:
    """Phones are shared: ask the year of birth before anything kept is shown or used."""
    worker = await worker_of(talk.turn.session, await talk.turn.identity_id())
    if worker is None and purpose == "see" and await besides.kept(talk):
        await _show_data(talk)  # nobody's year of birth is known, and all of it came from this chat
    elif worker is None:
        offer_person(talk, "my.none")
    elif is_known(talk, "checked_until") and not await is_unproven(talk.turn.session, await talk.turn.identity_id()):
        await _proceed(talk, purpose)
    elif worker.birth_year is None or _is_shut(talk):
        offer_person(talk, "my.check_failed")
    else:
        talk.data["check"] = purpose
        ask_year(talk)


def _is_shut(talk: Talk) -> bool:
    """Three wrong years shut the door for a day, however often it is knocked at."""
    count, until = talk.data.get("wrong_years", [0, ""])
    if until and datetime.fromisoformat(until) <= talk.now:
        talk.data.pop("wrong_years")
        return False
    return bool(count >= TRIES)


def ask_year(talk: Talk, key: str = "my.check") -> None:
    """Ask for the year of birth."""
    talk.account.state = Stage.identity_check.state
    talk.say(key, below=(Choice(talk.text("button.menu"), "go:menu"),))


async def take_year(talk: Talk, text: str) -> None:
    """Compare the year that was typed with the one that is kept."""
    worker = await worker_of(talk.turn.session, await talk.turn.identity_id())
    purpose = str(talk.data.get("check", "see"))
    year = read_birth_year(text, talk.today)
    if worker is not None and not _is_shut(talk) and year is not None and worker.birth_year == year:
        for key in ("check", "wrong_years"):
            talk.data.pop(key, None)
        talk.account.state = None
        note_known(talk, "checked_until")
        note_known(talk)
        await prove(talk.turn.session, await talk.turn.identity_id())
        await _proceed(talk, purpose)
        return
    count = talk.data.get("wrong_years", [0, ""])[0] + 1
    talk.data["wrong_years"] = [count, (talk.now + SHUT_FOR).isoformat()]
    if count < TRIES:
        ask_year(talk, "my.check_wrong")
        return
    talk.account.state = None
    offer_person(talk, "my.check_failed")


async def _proceed(talk: Talk, purpose: str) -> None:
    if purpose == "change":
        await _change(talk)
    elif purpose == "delete":
        ask_delete(talk)
    elif purpose.startswith("register:"):
        await start(talk, purpose.removeprefix("register:"))
    elif purpose.startswith("link:"):
        await linking.go_on(talk, purpose)
    else:
        await _show_data(talk)


async def _show_data(talk: Talk) -> None:
    identity_id = await talk.turn.identity_id()
    known = await known_answers(talk.turn.session, talk.seal, identity_id)
    lines = [_field(talk, key, known[key]) for key in PERSON_KEYS if key in known]
    for registration in await registrations_of(talk.turn.session, identity_id):
        lines.append(talk.text("my.need", kind=talk.text(f"kind.{registration.kind}")))
        lines += [_field(talk, key, value) for key, value in registration.answers.items()]
    what_next = ("change", "delete", "withdraw_consent") if known else ("delete", "withdraw_consent")
    choices = [Choice(talk.text(f"my.{what}"), f"my:{what}") for what in what_next]
    lines += besides.lines(talk, await besides.kept(talk))
    below = (Choice(talk.text("button.menu"), "go:menu"),)
    talk.send("\n".join((talk.text("my.data_title"), *lines)), choices, below)


def _field(talk: Talk, key: str, value: Any) -> str:
    return talk.text("my.field", field=talk.text(f"field.{key}"), value=shown(talk, key, value))


async def _change(talk: Talk) -> None:
    """Open the newest need's form with everything filled in, at its summary."""
    mine = await registrations_of(talk.turn.session, await talk.turn.identity_id())
    newest = next((r for r in mine if r.status not in CLOSED and r.kind in FORMS), None)
    if newest is None:
        offer_person(talk, "my.nothing_to_change")
        return
    await start(talk, newest.kind, known_more=newest.answers)


async def ask_withdraw(talk: Talk, number: int) -> None:
    """Ask once whether the need is really to be withdrawn."""
    registration = await _mine(talk, number)
    if registration is None:
        show_menu(talk, "button.old")
        return
    talk.data["withdrawing"] = number
    talk.account.state = Stage.withdrawing.state
    _ask_yes_no(talk, "my.withdraw_ask", "my:withdraw_sure", kind=talk.text(f"kind.{registration.kind}"))


async def take_withdraw(talk: Talk, answer: str) -> None:
    """Withdraw the need that was asked about, or leave it."""
    number = talk.data.pop("withdrawing", None)
    registration = await _mine(talk, number) if number else None
    talk.account.state = None
    if registration is None or answer != "yes":
        show_menu(talk, "my.left_as_is")
        return
    close_by_worker(talk.turn.session, registration, "withdrawn", talk.now)
    show_menu(talk, "my.withdrawn", kind=talk.text(f"kind.{registration.kind}"))


async def _mine(talk: Talk, number: int) -> Registration | None:
    mine: Sequence[Registration] = await registrations_of(talk.turn.session, await talk.turn.identity_id())
    return next((r for r in mine if r.id == number and r.status not in CLOSED), None)


async def begin_delete(talk: Talk) -> None:
    """Deleting asks no year, unless staff made one person of two: it may be somebody else's data."""
    if await is_unproven(talk.turn.session, await talk.turn.identity_id()):
        await check_identity(talk, "delete")
    else:
        ask_delete(talk)


def ask_delete(talk: Talk) -> None:
    """Say what deletion takes away, and ask once."""
    talk.account.state = Stage.deleting.state
    _ask_yes_no(talk, "delete.ask", "my:delete_sure")


def _ask_yes_no(talk: Talk, key: str, data: str, **values: str) -> None:
    choices = [Choice(talk.text(f"choice.sure.{value}"), f"{data}:{value}") for value in SURE_CHOICES]
    talk.send(talk.text(key, **values), choices)


async def take_delete(talk: Talk, answer: str) -> None:
    """Delete everything at once, and give a dated number as proof; or leave it."""
    talk.account.state = None
    if answer != "yes":
        show_menu(talk, "my.left_as_is")
        return
    for path in await files_of(talk.turn.session, await talk.turn.identity_id()):
        talk.turn.after.append(partial(talk.files.drop, path))
    others = await other_accounts(talk.turn.session, await talk.turn.identity_id())
    proof = await erase(
        talk.turn.session,
        await talk.turn.identity_id(),
        channel=talk.account.channel,
        reason="asked",
        now=talk.now,
    )
    for account in others:
        await linking.tell_account(talk, account, "link.erased")
    talk.say("delete.done", reference=proof.reference, day=talk.today)
    talk.turn.forget = True


def ask_withdraw_consent(talk: Talk) -> None:
    """Ask once whether the agreement is really to be taken back."""
    talk.account.state = Stage.unagreeing.state
    _ask_yes_no(talk, "consent.withdraw_ask", "my:unagree_sure")


async def take_withdraw_consent(talk: Talk, answer: str) -> None:
    """Take the agreement back at once, or leave it."""
    talk.account.state = None
    if answer == "yes":
        await withdraw_consent(talk)
    else:
        show_menu(talk, "my.left_as_is")


async def withdraw_consent(talk: Talk) -> None:
    """Take the agreement back: nothing is used any more; deletion is offered in the same breath."""
    await consent.withdraw(talk, talk.now)
    await _withdraw_elsewhere(talk)
    for registration in await registrations_of(talk.turn.session, await talk.turn.identity_id()):
        if registration.status not in CLOSED:
            close_by_worker(talk.turn.session, registration, "consent withdrawn", talk.now)
    draft.drop_all(talk.data)
    talk.data.pop(person_talks.KEY, None)
    await person_talks.end(talk.turn.session, await talk.turn.identity_id(), talk.now)
    talk.account.state = None
    talk.say("consent.withdrawn", [Choice(talk.text("my.delete"), "my:delete")], day=talk.today)
    show_menu(talk)


async def _withdraw_elsewhere(talk: Talk) -> None:
    """Take it back for the person's other accounts, which are told, and for what was agreed to at the desk."""
    session, identity_id = talk.turn.session, await talk.turn.identity_id()
    for account in await other_accounts(session, identity_id):
        await take_back_consent(session, account, talk.now)
        await person_talks.end(session, account.identity_id, talk.now)
        await linking.tell_account(talk, account, "link.unagreed")
    worker = await worker_of(session, identity_id)
    if worker is not None:
        spoken = Consent.worker_id == worker.id, Consent.withdrawn_at.is_(None)
        await session.execute(update(Consent).where(*spoken).values(withdrawn_at=talk.now))

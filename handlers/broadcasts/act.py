"""What is done with a broadcast from the chat: rehearsing, asking, releasing, handing back, pausing, cancelling."""

from db import broadcasting, release_asking, release_rules
from db.bounds import RELEASING
from db.broadcasting import SUBJECT, NeedsSecondPerson, NotNow
from db.broadcasts import Broadcast
from db.composing import OPEN
from db.record import note
from db.release_asking import WHYS
from db.release_rules import Stale
from db.staff import Staff
from handlers.broadcasts.show import below, notice_of, show, show_messages
from handlers.talk import Choice, Talk


async def rehearse(talk: Talk, staff: Staff, broadcast: Broadcast) -> None:
    """Send both languages here; then it may be released."""
    session = talk.turn.session
    try:
        broadcasting.rehearsed(broadcast, talk.now)
    except NotNow:
        await _overtaken(talk, staff, broadcast)
        return
    show_messages(talk, broadcast, await notice_of(talk, broadcast))
    note(session, staff, talk.now, "broadcast_rehearse", SUBJECT, broadcast.id, source="chat")
    await session.flush()
    await session.refresh(broadcast)
    await show(talk, staff, broadcast, lead=talk.text("broadcast.rehearsed"))


async def release(talk: Talk, staff: Staff, broadcast: Broadcast, seen: str) -> None:
    """Let it go as it was shown."""
    if staff.role not in RELEASING:
        talk.say("broadcast.office_releases", below=below(talk))
        return
    try:
        await release_rules.release(talk.turn.session, broadcast, staff, seen, talk.sending, talk.now)
    except Stale as stale:
        await show(talk, staff, broadcast, lead=talk.text(f"broadcast.{stale.why}"))
    except NeedsSecondPerson:
        await ask(talk, staff, broadcast)
    else:
        await show(talk, staff, broadcast, lead=talk.text("broadcast.released"))


async def ask(talk: Talk, staff: Staff, broadcast: Broadcast) -> None:
    """Have those who may release it told that it waits."""
    try:
        others = await release_asking.ask(talk.turn.session, broadcast, staff, talk.sending.served, talk.now)
    except Stale as stale:
        await show(talk, staff, broadcast, lead=talk.text(f"broadcast.{stale.why}"))
        return
    await show(talk, staff, broadcast, lead=talk.text("broadcast.asked" if others else "broadcast.nobody_else"))


def ask_why(talk: Talk, staff: Staff, broadcast: Broadcast) -> None:
    """Before it is handed back, its author deserves a reason."""
    if staff.role not in RELEASING:
        talk.say("broadcast.office_releases", below=below(talk))
        return
    whys = [Choice(talk.text(f"release.why.{why}"), f"bc:refuse:{broadcast.id}:{why}") for why in WHYS]
    talk.say("broadcast.ask_why", whys, below(talk), number=str(broadcast.id))


async def refuse(talk: Talk, staff: Staff, broadcast: Broadcast, why: str) -> None:
    """Hand it back to its author."""
    if staff.role not in RELEASING:
        talk.say("broadcast.office_releases", below=below(talk))
        return
    try:
        release_asking.refuse(talk.turn.session, broadcast, staff, why, talk.now)
    except NotNow:
        await _overtaken(talk, staff, broadcast)
        return
    talk.say("broadcast.refused", below=below(talk), number=str(broadcast.id))


async def pause_or_go_on(talk: Talk, staff: Staff, broadcast: Broadcast, deed: str) -> None:
    """Stop sending for now, or go on."""
    if not _may_stop(staff, broadcast):
        talk.say("broadcast.office_releases", below=below(talk))
        return
    try:
        act = broadcasting.pause if deed == "pause" else broadcasting.resume
        act(talk.turn.session, broadcast, staff, talk.now)
    except NotNow:
        await _overtaken(talk, staff, broadcast)
        return
    await show(talk, staff, broadcast, lead=talk.text(f"broadcast.{deed}_done"))


def ask_cancel(talk: Talk, staff: Staff, broadcast: Broadcast) -> None:
    """It can't be undone, so it is asked once more."""
    if not _may_stop(staff, broadcast):
        talk.say("broadcast.office_releases", below=below(talk))
        return
    sure = Choice(talk.text("broadcast.button.cancel_sure"), f"bc:cancel_sure:{broadcast.id}")
    keep = Choice(talk.text("broadcast.button.keep"), f"bc:see:{broadcast.id}")
    talk.say("broadcast.ask_cancel", [keep, sure], below(talk), number=str(broadcast.id))


async def cancel(talk: Talk, staff: Staff, broadcast: Broadcast) -> None:
    """End it."""
    if not _may_stop(staff, broadcast):
        talk.say("broadcast.office_releases", below=below(talk))
        return
    try:
        await broadcasting.cancel(talk.turn.session, broadcast, staff, talk.now)
    except NotNow:
        await _overtaken(talk, staff, broadcast)
        return
    await show(talk, staff, broadcast, lead=talk.text("broadcast.cancel_done"))


def _may_stop(staff: Staff, broadcast: Broadcast) -> bool:
    return staff.role in RELEASING or broadcast.state in OPEN


async def _overtaken(talk: Talk, staff: Staff, broadcast: Broadcast) -> None:
    await show(talk, staff, broadcast, lead=talk.text("broadcast.overtaken"))

"""Choosing what to hear of: kinds of notices, one's own commune, or nothing at all."""

from content.places import named
from db.notices import NOTICE_KINDS
from db.places import Place
from db.register import worker_of
from db.responses import follow, followed, is_muted, mute, own_places, unfollow, unmute
from handlers import consent
from handlers.talk import Choice, Talk

OWN = "own"
"""In the place of a kind: everything of one's own commune."""


async def show_following(talk: Talk, lead: str = "") -> None:
    """What is followed, each a tap away from being followed or not; and silence."""
    identity_id = await talk.turn.identity_id()
    wanted = await followed(talk.turn.session, identity_id)
    choices = [
        _toggle(talk, kind, talk.text(f"notices.kind.{kind}"), on=(kind, None) in wanted) for kind in NOTICE_KINDS
    ]
    if place := await _own_place(talk):
        own = await own_places(talk.turn.session, await worker_of(talk.turn.session, identity_id))
        on = any(kind is None and place_id in own for kind, place_id in wanted)
        choices.append(_toggle(talk, OWN, named(place.kind, place.name, talk.lang), on=on))
    muted = await is_muted(talk.turn.session, identity_id)
    silence = "unmute" if muted else "mute"
    below = (Choice(talk.text(f"notices.button.{silence}"), f"notice:{silence}"), _menu(talk))
    asked = talk.text("notices.follow.muted" if muted else "notices.follow.ask")
    talk.send("\n".join(filter(None, (lead, asked))), choices, below)


async def toggle(talk: Talk, what: str, *, on: bool) -> bool:
    """Follow, or follow no more; False when consent had to be asked for first."""
    if what != OWN and what not in NOTICE_KINDS:
        await show_following(talk)
        return True
    if not consent.has_consent(talk):
        consent.ask_consent(talk, f"notice:{'follow' if on else 'unfollow'}:{what}")
        return False
    session, identity_id = talk.turn.session, await talk.turn.identity_id()
    kind = what if what != OWN else None
    own = await own_places(session, await worker_of(session, identity_id)) if kind is None else None
    if not on:
        await unfollow(session, identity_id, kind, own)
    elif own is None:
        await follow(session, identity_id, talk.now, kind)
    else:
        for place_id in own:
            await follow(session, identity_id, talk.now, None, place_id)
    await show_following(talk, talk.text("notices.follow.on" if on else "notices.follow.off"))
    return True


async def be_silent(talk: Talk) -> None:
    """Send nothing unasked any more, whatever the person writes later about other things."""
    await mute(talk.turn.session, await talk.turn.identity_id(), talk.now)
    talk.say("notices.muted", [Choice(talk.text("notices.button.unmute"), "notice:unmute")], (_menu(talk),))


async def speak_again(talk: Talk) -> None:
    """Notices and reminders come again."""
    await unmute(talk.turn.session, await talk.turn.identity_id())
    await show_following(talk, talk.text("notices.unmuted"))


async def _own_place(talk: Talk) -> Place | None:
    worker = await worker_of(talk.turn.session, await talk.turn.identity_id())
    if worker is None or worker.place_id is None:
        return None
    return await talk.turn.session.get(Place, worker.place_id)


def _toggle(talk: Talk, what: str, name: str, *, on: bool) -> Choice:
    key, verb = ("notices.toggle.off", "unfollow") if on else ("notices.toggle.on", "follow")
    return Choice(talk.text(key, what=name), f"notice:{verb}:{what}")


def _menu(talk: Talk) -> Choice:
    return Choice(talk.text("button.menu"), "go:menu")

"""Changing a broadcast from the desk: composing, rehearsing in the sender's own chat, releasing, stopping."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from content.catalogue import LANGUAGES
from content.notices.telling import telling
from db import broadcasting, release_asking, release_rules
from db.audiences import Audience, UnknownGroup, groups, save_group
from db.broadcasting import NeedsSecondPerson, NotNow
from db.broadcasts import Broadcast
from db.notice_queries import read_notice
from db.notices import Notice
from db.people import Identity
from db.release_rules import mark
from db.staff import Staff, StaffIdentity
from desk.access import Viewer
from desk.broadcast_form import Plan
from desk.desk import Desk
from desk.notice_changes import Refused
from desk.record import note

SUBJECT = broadcasting.SUBJECT


async def locked(session: AsyncSession, number: int) -> Broadcast | None:
    """The broadcast, held for this transaction."""
    try:
        return await broadcasting.locked(session, number)
    except NoResultFound:
        return None


async def begin(session: AsyncSession, viewer: Viewer, notice: Notice, now: datetime) -> int:
    """A draft for a notice: for the people of its place, but those who were told already; returns its number."""
    places = () if notice.place_id is None else (notice.place_id,)
    audience = Audience(places=places, without_told=True)
    staff = await session.get_one(Staff, viewer.id)
    broadcast = await broadcasting.compose(session, notice.id, audience, staff, now, within=viewer.places)
    broadcast.useful_until = notice.over_at
    note(session, viewer, now, "broadcast_add", SUBJECT, broadcast.id, notice=notice.id)
    return broadcast.id


async def save(
    session: AsyncSession, viewer: Viewer, broadcast: Broadcast, audience: Audience | None, plan: Plan, now: datetime
) -> None:
    """Keep the form; whoever saves it is its author from now on. Raises ``Refused``.

    ``audience`` None leaves it as it is: a correction goes to those who were told.
    """
    if audience is not None:
        known = {one.id for one in await groups(session)}
        if not {*audience.groups, *audience.without_groups} <= known:
            raise Refused("broadcast.wrong_audience")
    before = Audience.model_validate(broadcast.audience)
    try:
        broadcasting.change_audience(broadcast, audience or before)
    except NotNow:
        raise Refused("broadcast.overtaken") from None
    broadcast.within = None if viewer.places is None else sorted(viewer.places)
    broadcast.created_by = viewer.id
    for name in ("start_at", "useful_until", "on_doubt", "on_holidays", "urgent", "urgent_why"):
        setattr(broadcast, name, getattr(plan, name))
    broadcast.repeat = plan.repeat.as_json() if plan.repeat else None
    note(session, viewer, now, "broadcast_save", SUBJECT, broadcast.id)


async def keep_group(session: AsyncSession, viewer: Viewer, broadcast: Broadcast, name: str, now: datetime) -> None:
    """Keep its audience under a name. Raises ``Refused``."""
    try:
        group = await save_group(session, name, Audience.model_validate(broadcast.audience), viewer.id, now)
    except UnknownGroup:
        raise Refused("broadcast.group_of_groups") from None
    note(session, viewer, now, "audience_save", "audience", group.id, name=name)


async def own_chat(session: AsyncSession, staff_id: int, served: tuple[str, ...]) -> tuple[str, int] | None:
    """The chat that was linked last, on a channel that is served: channel and number."""
    query = (
        select(Identity.channel, Identity.chat_id)
        .join(StaffIdentity)
        .where(StaffIdentity.staff_id == staff_id, Identity.channel.in_(served), Identity.blocked_at.is_(None))
        .order_by(StaffIdentity.linked_at.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return (row.channel, row.chat_id) if row else None


async def rehearse(session: AsyncSession, desk: Desk, viewer: Viewer, broadcast: Broadcast, now: datetime) -> None:
    """Send it to the viewer's own chat in both languages. Raises ``Refused``."""
    chat = await own_chat(session, viewer.id, desk.channels)
    if chat is None:
        raise Refused("broadcast.no_chat")
    notice = await read_notice(session, broadcast.notice_id)
    assert notice is not None, "a broadcast goes with its notice"
    messages = [message for lang in LANGUAGES for message in telling(notice, broadcast.words, lang, desk, now, chat[1])]
    try:
        await broadcasting.rehearse(session, broadcast, chat, messages, now)
    except NotNow:
        raise Refused("broadcast.overtaken") from None
    note(session, viewer, now, "broadcast_rehearse", SUBJECT, broadcast.id)


async def release(
    session: AsyncSession, desk: Desk, viewer: Viewer, broadcast: Broadcast, seen: str, now: datetime
) -> None:
    """Let it go, as it was looked at and rehearsed. Raises ``Refused``, ``NeedsSecondPerson``."""
    staff = await session.get_one(Staff, viewer.id)
    rules = release_rules.Rules(desk.channels, desk.second_person_above)
    try:
        await release_rules.release(session, broadcast, staff, seen, rules, now)
    except release_rules.Stale as stale:
        raise Refused(f"broadcast.{stale.why}") from None


async def ask(session: AsyncSession, desk: Desk, viewer: Viewer, broadcast: Broadcast, now: datetime) -> int:
    """Have those who may release it told; returns how many they are. Raises ``Refused``."""
    staff = await session.get_one(Staff, viewer.id)
    try:
        return await release_asking.ask(session, broadcast, staff, desk.channels, now)
    except release_rules.Stale as stale:
        raise Refused(f"broadcast.{stale.why}") from None


def refuse(session: AsyncSession, viewer: Viewer, broadcast: Broadcast, why: str, now: datetime) -> None:
    """Hand it back to its author. Raises ``Refused``."""
    try:
        release_asking.refuse(session, broadcast, viewer, why, now)
    except NotNow:
        raise Refused("broadcast.overtaken") from None


async def stop_or_go_on(session: AsyncSession, viewer: Viewer, broadcast: Broadcast, deed: str, now: datetime) -> int:
    """Pause, resume or cancel; returns how many will not be written to. Raises ``Refused``."""
    staff = await session.get_one(Staff, viewer.id)
    try:
        if deed == "pause":
            broadcasting.pause(session, broadcast, staff, now)
        elif deed == "resume":
            broadcasting.resume(session, broadcast, staff, now)
        else:
            return await broadcasting.cancel(session, broadcast, staff, now)
    except NotNow:
        raise Refused("broadcast.overtaken") from None
    return 0


__all__ = ["NeedsSecondPerson", "ask", "begin", "keep_group", "locked", "mark", "own_chat", "refuse", "rehearse",
           "release", "save", "stop_or_go_on"]  # fmt: skip

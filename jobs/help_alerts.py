"""Telling officers in their own chats of calls for a person and of reports: a number and a day, nothing personal."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from content.catalogue import tell
from content.numbered import message_to
from content.office import Office
from db import outbox
from db.bounds import Bounds
from db.help_requests import REPORT, Homes, homes_of, officers_chats, untold
from db.offers import offer
from db.people import Identity
from db.record import note
from db.registrations import HelpRequest
from db.staff import Staff
from jobs.nudges import EVENING, MORNING
from jobs.officer_alerts import AT_ONCE, BATCH


async def tell_of_calls(engine: AsyncEngine, office: Office, now: datetime) -> int:
    """Owe what is new to each chat whose officer may see it, by day; returns how many messages."""
    local = now.astimezone(office.zone)
    if not (MORNING <= local.time() < EVENING and office.works_on(local.date())):
        return 0
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        requests = await untold(session, now, BATCH)
        if not requests:
            return 0
        homes, theirs = await homes_of(session, requests), defaultdict[int, list[HelpRequest]](list)
        chats = await officers_chats(session)
        for request in requests:
            request.alert_at = None
            for staff, identity, bounds in chats:
                if _is_for(request, staff, bounds, homes):
                    theirs[identity.id].append(request)
        told = [(staff, identity, theirs[identity.id]) for staff, identity, _ in chats if identity.id in theirs]
        return sum([await _tell(session, office, *one, now) for one in told])


def _is_for(request: HelpRequest, staff: Staff, bounds: Bounds, homes: Homes) -> bool:
    """Whether an officer is told: whose it is, else all who may see it."""
    if request.owner_id is not None and request.owner_id != staff.id:
        return False
    return bounds.places is None or any(bounds.covers(*home) for home in homes.get(request.identity_id, ()))


async def _tell(
    session: AsyncSession,
    office: Office,
    staff: Staff,
    identity: Identity,
    requests: Sequence[HelpRequest],
    now: datetime,
) -> int:
    lang = identity.lang or staff.lang
    for request in requests:
        note(session, staff, now, "alert", "help_request", request.id)
    await session.flush()
    if len(requests) > AT_ONCE:
        await _owe(session, identity, lang, tell(lang, "officer.asked.many", count=len(requests)), (), now)
        return 1
    for request in requests:
        taps = [(tell(lang, f"officer.asked.{what}"), f"asked:{what}:{request.id}") for what in ("take", "done")]
        await _owe(session, identity, lang, _words(lang, office, request), taps, now)
    return len(requests)


def _words(lang: str, office: Office, request: HelpRequest) -> str:
    what = "report" if request.topic == REPORT else "call"
    by = (request.promised_at or request.created_at).astimezone(office.zone).date()
    return tell(lang, f"officer.asked.{'late' if request.level else 'new'}.{what}", number=str(request.id), day=by)


async def _owe(
    session: AsyncSession, identity: Identity, lang: str, words: str, taps: Sequence[tuple[str, str]], now: datetime
) -> None:
    connection = await session.connection()
    if taps:
        await offer(connection, identity.channel, identity.chat_id, taps)
    message = message_to(identity.chat_id, words, taps, lang)
    await outbox.owe(connection, identity.channel, identity.chat_id, message, now)

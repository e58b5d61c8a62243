"""A promise that was not kept: the case goes up a level, the next one is told, and so is the worker."""

from datetime import datetime, time

from aiogram.methods import SendMessage
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from content.catalogue import tell
from content.office import Office
from content.quiet import Manners, when_allowed
from db import outbox, proactive
from db.escalations import TOP, Standing, broken_calls, broken_promises, next_up
from db.help_requests import REPORT, homes_of
from db.ownership import give
from db.people import Identity
from db.person_talks import reachable
from db.record import SYSTEM, note
from db.registrations import HelpRequest, Registration
from db.staff import Staff

BATCH = 50


async def escalate(engine: AsyncEngine, office: Office, manners: Manners, now: datetime) -> int:
    """Move what is overdue up, at hours when workers may be written to; returns how many."""
    if when_allowed(now, manners) > now:
        return 0
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        cases = await broken_promises(session, now, BATCH)
        raised = [await _raise(session, office, manners, case, now) for case in cases]
        calls = await broken_calls(session, now, BATCH)
        homes = await homes_of(session, calls)
        for call in calls:
            place_id = homes[call.identity_id][0][0] if call.identity_id in homes else None
            raised.append(await _raise_call(session, office, manners, call, place_id, now))
        return sum(raised)


async def _raise(session: AsyncSession, office: Office, manners: Manners, case: Registration, now: datetime) -> bool:
    identity = await reachable(session, case)
    staff = await _above(session, office, manners, case, case.place_id, identity, now)
    if staff is None:
        return False
    case.next_at = None
    await give(session, SYSTEM, case, staff.id, now, cause="escalated")
    note(session, SYSTEM, now, "escalate", "registration", case.id, level=case.level)
    await _tell(session, office, identity, "case.escalated", case.id, now)
    return True


async def _raise_call(
    session: AsyncSession, office: Office, manners: Manners, call: HelpRequest, place_id: int | None, now: datetime
) -> bool:
    """The same for a call for a person and for a report: there is nothing to give but the request itself."""
    identity = await session.get_one(Identity, call.identity_id)
    account = identity if identity.blocked_at is None else None
    staff = await _above(session, office, manners, call, place_id, account, now)
    if staff is None:
        return False
    call.owner_id, call.taken_at, call.alert_at = staff.id, None, now
    note(session, SYSTEM, now, "escalate", "help_request", call.id, level=call.level)
    key = "abroad.report.escalated" if call.topic == REPORT else "person.escalated"
    await _tell(session, office, account, key, call.id, now)
    return True


async def _above(
    session: AsyncSession,
    office: Office,
    manners: Manners,
    late: Registration | HelpRequest,
    place_id: int | None,
    identity: Identity | None,
    now: datetime,
) -> Staff | None:
    """Whose it is from now on, with a new promise; None where nobody is above, or the worker can't be told today."""
    above = await next_up(session, Standing(late.level, late.owner_id, place_id))
    if above is None:
        # nobody is there to take it: no new promise is made, and the list shows it
        late.level = TOP
        note(session, SYSTEM, now, "escalate", late.__tablename__, late.id, level=TOP)
        return None
    if identity is not None and not await _may_write(session, identity, manners, now):
        return None
    late.level, staff = above
    late.promised_at = datetime.combine(office.promise(now), time.max, office.zone)
    return staff


async def _may_write(session: AsyncSession, identity: Identity, manners: Manners, now: datetime) -> bool:
    """Whether the worker's cap leaves room today; if not, the case waits with the word to them."""
    told = await proactive.told(await session.connection(), [identity.id], now)
    return when_allowed(now, manners, told[identity.id]) <= now


async def _tell(
    session: AsyncSession, office: Office, identity: Identity | None, key: str, number: int, now: datetime
) -> None:
    if identity is None or identity.muted_at is not None:
        return
    lang = identity.lang or "vi"
    values = {"number": str(number), "office": office.names[lang], "day": office.promise(now)}
    message = SendMessage(chat_id=identity.chat_id, text=tell(lang, key, **values))
    await session.flush()
    connection = await session.connection()
    await outbox.owe(connection, identity.channel, identity.chat_id, message, now)
    await proactive.note(connection, [identity.id], "escalation", now)

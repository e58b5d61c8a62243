"""A promise that was not kept: the case goes up a level, the next one is told, and so is the worker."""

from datetime import datetime, time

from aiogram.methods import SendMessage
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from content.catalogue import tell
from content.office import Office
from content.quiet import Manners, when_allowed
from db import outbox, proactive
from db.escalations import TOP, broken_promises, next_up
from db.ownership import give
from db.people import Identity
from db.person_talks import reachable
from db.record import SYSTEM, note
from db.registrations import Registration

BATCH = 50


async def escalate(engine: AsyncEngine, office: Office, manners: Manners, now: datetime) -> int:
    """Move what is overdue up, at hours when workers may be written to; returns how many."""
    if when_allowed(now, manners) > now:
        return 0
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        cases = await broken_promises(session, now, BATCH)
        return sum([await _raise(session, office, manners, case, now) for case in cases])


async def _raise(session: AsyncSession, office: Office, manners: Manners, case: Registration, now: datetime) -> bool:
    above = await next_up(session, case)
    if above is None:
        # nobody is there to take it: no new promise is made, and the list shows it
        case.level = TOP
        note(session, SYSTEM, now, "escalate", "registration", case.id, level=TOP)
        return False
    identity = await reachable(session, case)
    if identity is not None and not await _may_write(session, identity, manners, now):
        return False
    case.level, staff = above
    case.promised_at = datetime.combine(office.promise(now), time.max, office.zone)
    case.next_at = None
    await give(session, SYSTEM, case, staff.id, now, cause="escalated")
    note(session, SYSTEM, now, "escalate", "registration", case.id, level=case.level)
    if identity is not None and identity.muted_at is None:
        await _tell(session, office, identity, case, now)
    return True


async def _may_write(session: AsyncSession, identity: Identity, manners: Manners, now: datetime) -> bool:
    """Whether the worker's cap leaves room today; if not, the case waits with the word to them."""
    told = await proactive.told(await session.connection(), [identity.id], now)
    return when_allowed(now, manners, told[identity.id]) <= now


async def _tell(session: AsyncSession, office: Office, identity: Identity, case: Registration, now: datetime) -> None:
    lang = identity.lang or "vi"
    values = {"number": str(case.id), "office": office.names[lang], "day": office.promise(now)}
    message = SendMessage(chat_id=identity.chat_id, text=tell(lang, "case.escalated", **values))
    await session.flush()
    connection = await session.connection()
    await outbox.owe(connection, identity.channel, identity.chat_id, message, now)
    await proactive.note(connection, [identity.id], "escalation", now)

"""On the first of the month the list of the month before is made; in office hours those concerned are told of it."""

from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from content.catalogue import LANGUAGES, tell
from content.numbered import message_to
from content.office import Office
from db import outbox
from db.bounds import bounds_of
from db.monthly_glance import count_due
from db.monthly_making import first_of, kept_list, make_list, month_before
from db.monthly_reading import Numbers, hamlet_numbers
from db.offers import offer
from db.people import Identity
from db.staff import Staff, StaffIdentity

TOLD = ("commune", "hamlet")
"""Whose work the list is."""

_ANYBODY = text("SELECT EXISTS (SELECT 1 FROM registration WHERE created_at < :before)")
_UNTOLD = text("SELECT id, month FROM monthly_list WHERE told_at IS NULL AND month = :month FOR UPDATE SKIP LOCKED")
_TELLING = text("UPDATE monthly_list SET told_at = :now WHERE id = :id")


async def make_due_list(engine: AsyncEngine, office: Office, now: datetime) -> bool:
    """Make last month's list unless it is there; one that was missed while away is made up for. True when made."""
    month, begun = _last_month(office, now)
    async with engine.begin() as connection:
        if await kept_list(connection, month) is not None or not await connection.scalar(_ANYBODY, {"before": begun}):
            return False
        await make_list(connection, month, now, office.zone)
    return True


async def count_month(engine: AsyncEngine, office: Office, now: datetime) -> bool:
    """Count the month that goes on, where it is time to."""
    async with engine.begin() as connection:
        return await count_due(connection, now, office.zone)


async def tell_of_list(engine: AsyncEngine, office: Office, desk: str, now: datetime) -> int:
    """Tell each hamlet and commune officer with a linked chat, once and in office hours; returns how many were told."""
    if not office.is_open(now):
        return 0
    async with engine.begin() as connection:
        found = (await connection.execute(_UNTOLD, {"month": _last_month(office, now)[0]})).one_or_none()
        if found is None:
            return 0
        told = [await _tell(connection, found.id, found.month, *one, desk, now) for one in await _whom(connection)]
        await connection.execute(_TELLING, {"id": found.id, "now": now})
    return sum(told)


def _last_month(office: Office, now: datetime) -> tuple[date, datetime]:
    """The month that ended last, and the moment when it did."""
    local = now.astimezone(office.zone)
    begun = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return month_before(first_of(local.date())), begun


async def _whom(connection: AsyncConnection) -> list[tuple[Staff, Identity]]:
    query = (
        select(Staff, Identity)
        .join(StaffIdentity, StaffIdentity.staff_id == Staff.id)
        .join(Identity, Identity.id == StaffIdentity.identity_id)
        .where(Staff.role.in_(TOLD), Staff.disabled_at.is_(None), Identity.blocked_at.is_(None))
        .order_by(Identity.id)
    )
    async with AsyncSession(connection, expire_on_commit=False) as session:
        return [(row.Staff, row.Identity) for row in await session.execute(query)]


async def _tell(
    connection: AsyncConnection, number: int, month: date, staff: Staff, account: Identity, desk: str, now: datetime
) -> bool:
    async with AsyncSession(connection) as session:
        bounds = await bounds_of(session, staff)
    whole = sum((one.numbers for one in await hamlet_numbers(connection, number, bounds)), Numbers())
    if not whole.people and not whole.left:
        return False
    lang = account.lang if account.lang in LANGUAGES else LANGUAGES[0]
    numbers = {name: getattr(whole, name) for name in ("people", "new", "left")}
    link = f"{desk}/lists?month={month:%Y-%m}"
    words = tell(lang, "monthly.ready", month=str(month.month), year=str(month.year), link=link, **numbers)
    ways = [(tell(lang, "monthly.chat.open"), f"ml:{month:%Y-%m}:0")]
    await offer(connection, account.channel, account.chat_id, ways)
    message = message_to(account.chat_id, words, ways, lang)
    await outbox.owe(connection, account.channel, account.chat_id, message, now)
    return True

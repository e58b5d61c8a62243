"""Opening a session for somebody who has proved who they are."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from db.second_factor import factor_of
from db.staff import Staff, StaffSession
from db.staff_accounts import open_session
from desk.desk import Desk
from desk.record import note


async def enter(desk: Desk, session: AsyncSession, staff: Staff, now: datetime, way: str | None = None) -> str:
    """A session's token; notes the log-in with its second step, and when one was first asked for in vain."""
    over = StaffSession.staff_id == staff.id, StaffSession.expires_at <= now
    await session.execute(delete(StaffSession).where(*over))
    if way is None and staff.role in desk.second_roles and staff.second_asked_at is None:
        staff.second_asked_at = now
    detail = {"second": way} if way else {}
    note(session, staff, now, "login", "staff", staff.id, **detail)
    return await open_session(session, staff, now)


async def needs_code(session: AsyncSession, staff: Staff) -> bool:
    """Whether the account has set up a second step."""
    factor = await factor_of(session, staff.id)
    return factor is not None and factor.is_in_force

"""Linking codes that were wrong, counted in the database: by account, and over all of them, so that nobody guesses."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.alarms import end_alarm, raise_within
from db.base import Base, Born, Key

TRIES = 5
"""Wrong codes of one kind after which an account is not listened to for a day."""
SHUT_FOR = timedelta(hours=24)
OVERALL = 60
"""Wrong codes of everybody together after which no code is taken for an hour: new accounts cost nothing."""
COUNTED = timedelta(hours=1)
ALARM = "link_codes"


class WrongCode(Base):
    """One wrong code: of the kind that joins a worker's accounts, or that links an officer's chat."""

    __tablename__ = "wrong_code"
    __table_args__ = (Index("ix_wrong_code_identity_id", "identity_id", "kind"),)

    id: Mapped[Key]
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id", ondelete="SET NULL"))
    """Null when the account was deleted since: it counts for everybody still."""
    kind: Mapped[str]
    at: Mapped[Born] = mapped_column(index=True)


async def are_all_shut(session: AsyncSession, now: datetime) -> bool:
    """Whether so many codes were wrong of late that none is taken."""
    lately = select(func.count()).where(WrongCode.at > now - COUNTED)
    return (await session.scalar(lately) or 0) >= OVERALL


async def is_shut(session: AsyncSession, identity_id: int, kind: str, now: datetime) -> bool:
    """Whether this account has guessed too often today."""
    return await _of_one(session, identity_id, kind, now) >= TRIES


async def note_wrong(session: AsyncSession, identity_id: int, kind: str, now: datetime) -> bool:
    """Count one more; tells whether the account is shut by it. The one that shuts everybody out raises the alarm."""
    session.add(WrongCode(identity_id=identity_id, kind=kind, at=now))
    await session.flush()
    if await are_all_shut(session, now):
        await raise_within(await session.connection(), ALARM, now)
    return await is_shut(session, identity_id, kind, now)


async def forgive(session: AsyncSession, identity_id: int, kind: str) -> None:
    """A right code: what was mistyped before counts no more."""
    await session.execute(delete(WrongCode).where(WrongCode.identity_id == identity_id, WrongCode.kind == kind))


async def calm(engine: AsyncEngine, now: datetime) -> None:
    """Put the alarm out when codes are taken again."""
    async with AsyncSession(engine) as session:
        shut = await are_all_shut(session, now)
    if not shut:
        await end_alarm(engine, ALARM)


async def _of_one(session: AsyncSession, identity_id: int, kind: str, now: datetime) -> int:
    mine = WrongCode.identity_id == identity_id, WrongCode.kind == kind, WrongCode.at > now - SHUT_FOR
    return await session.scalar(select(func.count()).where(*mine)) or 0

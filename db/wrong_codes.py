"""Linking codes that were wrong, counted in the database by account, network address and together: nobody guesses."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.alarms import end_alarm, raise_within
from db.base import Base, Born, Key
from db.seal import Seal

TRIES = 5
"""Wrong codes of one kind after which an account is not listened to for a day."""
PER_NETWORK = 20
"""Wrong codes of one kind from one network address: new web chats cost nothing, but a village may share it."""
SHUT_FOR = timedelta(hours=24)
OVERALL = 60
"""Wrong codes of everybody together after which no code is taken for an hour."""
COUNTED = timedelta(hours=1)
ALARM = "link_codes"


class Guesser(NamedTuple):
    """Who types a code: the account, and the mark of the network address where it is known."""

    identity_id: int
    network: bytes | None = None

    @classmethod
    def at(cls, seal: Seal, identity_id: int, address: str) -> "Guesser":
        """The account at an address, of which only a mark under a key is kept."""
        key = seal.key_for("network addresses")
        return cls(identity_id, hmac.new(key, address.encode(), hashlib.sha256).digest() if address else None)


class WrongCode(Base):
    """One wrong code: of the kind that joins a worker's accounts, or that links an officer's chat."""

    __tablename__ = "wrong_code"
    __table_args__ = (
        Index("ix_wrong_code_identity_id", "identity_id", "kind"),
        Index("ix_wrong_code_network", "network", "kind"),
    )

    id: Mapped[Key]
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id", ondelete="SET NULL"))
    """Null when the account was deleted since: it counts for everybody still."""
    network: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The mark of the address it came from, where a channel tells; gone with the row after a day."""
    kind: Mapped[str]
    at: Mapped[Born] = mapped_column(index=True)


async def are_all_shut(session: AsyncSession, now: datetime) -> bool:
    """Whether so many codes were wrong of late that none is taken."""
    lately = select(func.count()).where(WrongCode.at > now - COUNTED)
    return (await session.scalar(lately) or 0) >= OVERALL


async def is_shut(session: AsyncSession, guesser: Guesser, kind: str, now: datetime) -> bool:
    """Whether this account, or its network address, has guessed too often today."""
    if await _count(session, kind, now, WrongCode.identity_id == guesser.identity_id) >= TRIES:
        return True
    known = guesser.network is not None
    return known and await _count(session, kind, now, WrongCode.network == guesser.network) >= PER_NETWORK


async def note_wrong(session: AsyncSession, guesser: Guesser, kind: str, now: datetime) -> bool:
    """Count one more; tells whether the account is shut by it. The one that shuts everybody out raises the alarm."""
    session.add(WrongCode(identity_id=guesser.identity_id, network=guesser.network, kind=kind, at=now))
    await session.flush()
    if await are_all_shut(session, now):
        await raise_within(await session.connection(), ALARM, now)
    return await is_shut(session, guesser, kind, now)


async def forgive(session: AsyncSession, identity_id: int, kind: str) -> None:
    """A right code: what was mistyped before counts no more."""
    await session.execute(delete(WrongCode).where(WrongCode.identity_id == identity_id, WrongCode.kind == kind))


async def calm(engine: AsyncEngine, now: datetime) -> None:
    """Put the alarm out when codes are taken again."""
    async with AsyncSession(engine) as session:
        shut = await are_all_shut(session, now)
    if not shut:
        await end_alarm(engine, ALARM)


async def _count(session: AsyncSession, kind: str, now: datetime, whose: ColumnElement[bool]) -> int:
    today = WrongCode.kind == kind, WrongCode.at > now - SHUT_FOR
    return await session.scalar(select(func.count()).where(whose, *today)) or 0

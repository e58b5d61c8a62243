"""The second step of the desk's log-in: what an account has for it, and what is counted so that nobody guesses."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, SmallInteger, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Moment
from db.seal import Seal
from db.staff import Staff

RECOVERY_CODES = 10
CODE_LIVES = timedelta(minutes=5)
DIGITS = 6
TRIES = 5
"""Wrong codes in a row after which short codes are refused for a while; five more double it."""
SHUT_FOR, LONGEST_SHUT = timedelta(minutes=15), timedelta(hours=24)
SENDS, SENDS_WITHIN = 3, timedelta(minutes=15)
"""Codes that one account may have sent to its chats within so long."""
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_HALF = 5
"""Two halves of five letters: about 49 bits, which nobody guesses, so they are never shut."""


class SecondFactor(Base):
    """What an account proves itself with besides the password, and how often somebody was wrong."""

    __tablename__ = "second_factor"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Of the authenticator app, sealed; not in force before ``app_since``."""
    app_since: Mapped[Moment | None]
    chat_since: Mapped[Moment | None]
    """Since when codes may go to the account's linked chats."""
    used_step: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The last half minute of which a code was taken: none is taken twice."""
    wrong: Mapped[int] = mapped_column(server_default="0")
    """Wrong codes in a row."""
    shut_until: Mapped[Moment | None]
    sent: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    sent_since: Mapped[Moment | None]

    @property
    def is_in_force(self) -> bool:
        """Whether a log-in needs it."""
        return self.app_since is not None or self.chat_since is not None

    def is_shut(self, now: datetime) -> bool:
        """Whether short codes were guessed too often of late."""
        return self.shut_until is not None and now < self.shut_until

    def count_wrong(self, now: datetime) -> bool:
        """Count one more wrong code; tells whether it shuts the short codes."""
        self.wrong = (self.wrong or 0) + 1
        if self.wrong % TRIES:
            return False
        doublings = min(self.wrong // TRIES - 1, 10)
        self.shut_until = now + min(SHUT_FOR * 2**doublings, LONGEST_SHUT)
        return True

    def forgive(self) -> None:
        """A right code: what was wrong before counts no more."""
        self.wrong, self.shut_until = 0, None


class RecoveryCode(Base):
    """A code on paper that stands in for the second factor once: its mark only."""

    __tablename__ = "recovery_code"

    mark: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)


class ChatCode(Base):
    """A code that was sent to an officer's chats, good for one log-in or session only."""

    __tablename__ = "chat_code"

    holder: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """The hash of the token of that log-in or session."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[Moment]


async def factor_of(session: AsyncSession, staff_id: int, *, lock: bool = False) -> SecondFactor | None:
    """What the account has; ``lock`` it where a code is taken, so that two requests can't use the same one."""
    query = select(SecondFactor).where(SecondFactor.staff_id == staff_id)
    found: SecondFactor | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def factor_for(session: AsyncSession, staff_id: int) -> SecondFactor:
    """The same to be changed, made where there is none."""
    await session.execute(insert(SecondFactor).values(staff_id=staff_id).on_conflict_do_nothing())
    factor = await factor_of(session, staff_id, lock=True)
    assert factor is not None, "it was just made"
    return factor


async def new_recovery_codes(session: AsyncSession, seal: Seal, staff_id: int) -> Sequence[str]:
    """Ten codes to be shown once; earlier ones are worth nothing from now on."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(2 * _HALF)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(mark=_recovery_mark(seal, staff_id, code), staff_id=staff_id) for code in codes)
    await session.flush()
    return [f"{code[:_HALF]}-{code[_HALF:]}" for code in codes]


async def codes_left(session: AsyncSession, staff_id: int) -> int:
    """How many recovery codes have not been used."""
    return len((await session.scalars(select(RecoveryCode.mark).where(RecoveryCode.staff_id == staff_id))).all())


async def use_recovery_code(session: AsyncSession, seal: Seal, staff_id: int, words: str) -> bool:
    """Use up a code; False for one that was never given, or was used."""
    mine = RecoveryCode.mark == _recovery_mark(seal, staff_id, words), RecoveryCode.staff_id == staff_id
    return await session.scalar(delete(RecoveryCode).where(*mine).returning(RecoveryCode.staff_id)) is not None


async def new_chat_code(
    session: AsyncSession, seal: Seal, factor: SecondFactor, holder: bytes, now: datetime
) -> str | None:
    """A code for one log-in or session, which takes the place of an earlier one; None when too many were sent."""
    if factor.sent_since is None or now - factor.sent_since >= SENDS_WITHIN:
        factor.sent, factor.sent_since = 0, now
    if factor.sent >= SENDS:
        return None
    factor.sent += 1
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    values = {"mark": _chat_mark(seal, holder, code), "expires_at": now + CODE_LIVES, "staff_id": factor.staff_id}
    query = insert(ChatCode).values(holder=holder, **values)
    await session.execute(query.on_conflict_do_update(index_elements=["holder"], set_=values))
    return code


async def use_chat_code(
    session: AsyncSession, seal: Seal, staff_id: int, holder: bytes, code: str, now: datetime
) -> bool:
    """Use up the code that was sent for this log-in or session; False for any other."""
    mine = ChatCode.holder == holder, ChatCode.staff_id == staff_id, ChatCode.expires_at > now
    right = ChatCode.mark == _chat_mark(seal, holder, code)
    return await session.scalar(delete(ChatCode).where(*mine, right).returning(ChatCode.staff_id)) is not None


async def forget_factor(session: AsyncSession, staff_id: int) -> bool:
    """Take everything away: the next log-in needs the password only. Tells whether there was anything."""
    for table in (RecoveryCode, ChatCode):
        await session.execute(delete(table).where(table.staff_id == staff_id))
    gone = delete(SecondFactor).where(SecondFactor.staff_id == staff_id).returning(SecondFactor.staff_id)
    return await session.scalar(gone) is not None


def ask_by(staff: Staff, now: datetime, grace: timedelta) -> datetime:
    """Until when an account that must have a second factor may put it off."""
    return (staff.second_asked_at or now) + grace


# Marks under a key: whoever reads the tables can't try all codes against them, nor carry one to another account.
def _recovery_mark(seal: Seal, staff_id: int, code: str) -> bytes:
    return _mark(seal, "recovery codes", f"{staff_id} {code}".encode())


def _chat_mark(seal: Seal, holder: bytes, code: str) -> bytes:
    return _mark(seal, "chat codes", holder + code.encode())


def _mark(seal: Seal, purpose: str, words: bytes) -> bytes:
    return hmac.new(seal.key_for(purpose), words, hashlib.sha256).digest()

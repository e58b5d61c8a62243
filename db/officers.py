"""Officers in their own chats: linking one with a code from the desk, and what they are to be told there."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.people import Identity
from db.record import note
from db.staff import Staff, StaffIdentity, StaffLinkCode

CODE_LIVES = timedelta(minutes=15)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 8
PREFIX = "CB"
"""What a code begins with, so that it is not taken for an answer."""


async def new_code(session: AsyncSession, staff_id: int, now: datetime) -> str:
    """A code for one account; an earlier one is worth nothing from now on."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    values = {"code_hash": _hash(code), "expires_at": now + CODE_LIVES}
    query = insert(StaffLinkCode).values(staff_id=staff_id, **values)
    await session.execute(query.on_conflict_do_update(index_elements=["staff_id"], set_=values))
    return f"{PREFIX}-{code[:4]}-{code[4:]}"


async def link(session: AsyncSession, code: str, identity_id: int, now: datetime) -> Staff | None:
    """Use up a code and link the chat; None for one that is wrong, too old, or of an account that is shut."""
    query = delete(StaffLinkCode).where(StaffLinkCode.code_hash == _hash(_bare(code)), StaffLinkCode.expires_at > now)
    staff_id = await session.scalar(query.returning(StaffLinkCode.staff_id))
    staff = await session.get(Staff, staff_id) if staff_id is not None else None
    if staff is None or staff.disabled_at is not None:
        return None
    values = {"staff_id": staff.id, "linked_at": now}
    linked = insert(StaffIdentity).values(identity_id=identity_id, **values)
    await session.execute(linked.on_conflict_do_update(index_elements=["identity_id"], set_=values))
    note(session, staff, now, "link_chat", "staff", staff.id, identity=identity_id)
    return staff


async def officer_at(session: AsyncSession, identity_id: int) -> Staff | None:
    """Whose chat this is; None for everybody else's, and for an account that is shut."""
    query = select(Staff).join(StaffIdentity).where(StaffIdentity.identity_id == identity_id)
    found: Staff | None = await session.scalar(query.where(Staff.disabled_at.is_(None)))
    return found


async def chats_of(session: AsyncSession, staff_id: int) -> Sequence[Any]:
    """The chats that an account has linked: number, channel, since when."""
    query = select(Identity.id, Identity.channel, StaffIdentity.linked_at).join(StaffIdentity)
    return (await session.execute(query.where(StaffIdentity.staff_id == staff_id).order_by(Identity.id))).all()


async def unlink(session: AsyncSession, staff_id: int, identity_id: int) -> bool:
    """Take a chat away from an account; alerts that wait for it go, too."""
    mine = StaffIdentity.staff_id == staff_id, StaffIdentity.identity_id == identity_id
    gone = await session.scalar(delete(StaffIdentity).where(*mine).returning(StaffIdentity.identity_id))
    waiting = text("DELETE FROM officer_alert WHERE identity_id = :id AND outgoing_id IS NULL")
    await session.execute(waiting, {"id": identity_id})
    return gone is not None


_ALERT = text(
    """
    INSERT INTO officer_alert (registration_id, identity_id, cause, cause_at, made_at)
    SELECT :registration, identity_id, :cause, :at, :made FROM staff_identity WHERE staff_id = :staff
    ON CONFLICT DO NOTHING
    """
)


async def alert(
    session: AsyncSession,
    registration_id: int,
    staff_id: int,
    cause: str,
    at: datetime,
    *,
    made_at: datetime | None = None,
) -> int:
    """Have an officer told of a case in each chat that they linked: rows of this transaction, sent by the clock.

    ``made_at``: now, where ``at`` is another moment. Returns how many are new.
    """
    await session.flush()
    values = {"registration": registration_id, "staff": staff_id, "cause": cause, "at": at, "made": made_at or at}
    connection = await session.connection()
    return (await connection.execute(_ALERT, values)).rowcount


def _bare(code: str) -> str:
    """A code's own letters. They may begin with the prefix's: only what is longer than a code carries it."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return signs.removeprefix(PREFIX) if len(signs) > _LENGTH else signs


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()

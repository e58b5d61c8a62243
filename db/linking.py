"""One person's accounts on several channels: joined by a short code that is used once, and taken apart again."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Moment
from db.people import Consent, Identity, WorkerIdentity
from db.seal import Seal

CODE_LIVES = timedelta(minutes=10)
DIGITS = 8
"""Too many to guess within their ten minutes, few enough to be carried from one screen to another."""


class LinkCode(Base):
    """A code that joins two accounts: its mark only, so that whoever reads the database can't use it."""

    __tablename__ = "link_code"

    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[str] = mapped_column(unique=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), index=True)
    """The account where it was typed: it joins nothing before whoever is kept said that it was they."""
    expires_at: Mapped[Moment]


@dataclass(frozen=True)
class LinkedAccount:
    """One of the accounts through which a person can be reached."""

    identity_id: int
    channel: str
    chat_id: int
    lang: str | None
    is_preferred: bool


async def new_code(session: AsyncSession, seal: Seal, identity_id: int, now: datetime) -> str:
    """Make an account's code; one that it had before is worth nothing from now on."""
    while True:
        code = str(secrets.choice(range(10 ** (DIGITS - 1), 10**DIGITS)))
        values = {"mark": _mark(seal, code), "expires_at": now + CODE_LIVES, "asked_by": None}
        taken = select(LinkCode).where(LinkCode.mark == values["mark"], LinkCode.identity_id != identity_id)
        if await session.scalar(taken) is None:
            break
    query = insert(LinkCode).values(identity_id=identity_id, **values)
    await session.execute(query.on_conflict_do_update(index_elements=["identity_id"], set_=values))
    return code


async def claim_code(session: AsyncSession, seal: Seal, code: str, asked_by: int, now: datetime) -> int | None:
    """The account that asked for a code, which nobody else can use from now on; None for one that is wrong or too old.

    From then on it waits, as long as a code lives, for a word of the person whom it would open.
    """
    fresh = LinkCode.mark == _mark(seal, code), LinkCode.asked_by.is_(None), LinkCode.expires_at > now
    waits = {"asked_by": asked_by, "expires_at": now + CODE_LIVES}
    found: int | None = await session.scalar(
        update(LinkCode).where(*fresh).values(**waits).returning(LinkCode.identity_id)
    )
    return found


async def is_waiting(session: AsyncSession, owner: int, asked_by: int, now: datetime) -> bool:
    """Whether a code of ``owner`` was typed at ``asked_by`` and still waits for a word."""
    waits = LinkCode.identity_id == owner, LinkCode.asked_by == asked_by, LinkCode.expires_at > now
    return await session.scalar(select(LinkCode.identity_id).where(*waits)) is not None


async def use_up(session: AsyncSession, owner: int) -> None:
    """A code has done what it was for, or can do nothing."""
    await session.execute(delete(LinkCode).where(LinkCode.identity_id == owner))


def _mark(seal: Seal, code: str) -> str:
    return hmac.new(seal.key_for("link codes"), code.encode(), hashlib.sha256).hexdigest()


async def accounts_of(session: AsyncSession, worker_id: int) -> Sequence[LinkedAccount]:
    """The person's own accounts: the preferred one first, then as they last wrote."""
    query = (
        select(Identity.id, Identity.channel, Identity.chat_id, Identity.lang, WorkerIdentity.preferred_at)
        .join(WorkerIdentity, WorkerIdentity.identity_id == Identity.id)
        .where(WorkerIdentity.worker_id == worker_id, WorkerIdentity.relation == "self")
        .order_by(WorkerIdentity.preferred_at.desc().nulls_last(), Identity.active_at.desc(), Identity.id)
    )
    rows = (await session.execute(query)).all()
    return [LinkedAccount(*row[:4], row.preferred_at is not None) for row in rows]


async def other_accounts(session: AsyncSession, identity_id: int) -> Sequence[LinkedAccount]:
    """The accounts that speak for the same person as this one does, which is not among them."""
    mine = WorkerIdentity.identity_id == identity_id, WorkerIdentity.relation == "self"
    worker_id = await session.scalar(select(WorkerIdentity.worker_id).where(*mine))
    them = await accounts_of(session, worker_id) if worker_id is not None else []
    return [account for account in them if account.identity_id != identity_id]


async def account(session: AsyncSession, identity_id: int) -> LinkedAccount | None:
    """An account by its number, linked or not."""
    query = select(Identity.id, Identity.channel, Identity.chat_id, Identity.lang).where(Identity.id == identity_id)
    row = (await session.execute(query)).one_or_none()
    return LinkedAccount(*row, False) if row is not None else None


async def link(session: AsyncSession, worker_id: int, identity_id: int) -> None:
    """Let one more account speak for the person; what it was to them before (a family's phone) gives way."""
    query = insert(WorkerIdentity).values(identity_id=identity_id, worker_id=worker_id, relation="self")
    keys = ["identity_id", "worker_id"]
    await session.execute(query.on_conflict_do_update(index_elements=keys, set_={"relation": "self"}))


async def unlink(session: AsyncSession, worker_id: int, gone: LinkedAccount) -> None:
    """Let an account speak for the person no more, and forget what its conversation knew of them."""
    both = WorkerIdentity.worker_id == worker_id, WorkerIdentity.identity_id == gone.identity_id
    await session.execute(delete(WorkerIdentity).where(*both))
    await session.execute(delete(LinkCode).where(LinkCode.identity_id == gone.identity_id))
    await forget_conversation(session, gone)


async def forget_conversation(session: AsyncSession, other: LinkedAccount) -> None:
    """Take what another account's conversation knows of its person out of it, between two of its turns."""
    # the turn's own lock: a turn that is under way would write back what it read
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:channel, :chat))")
    await session.execute(lock, {"channel": other.channel, "chat": other.chat_id})
    query = text("UPDATE identity SET data = data - CAST(:keys AS text[]), state = NULL WHERE id = :id")
    await session.execute(query, {"keys": list(KNOWS_THE_PERSON), "id": other.identity_id})


async def take_back_consent(session: AsyncSession, other: LinkedAccount, now: datetime) -> None:
    """A person who takes the agreement back does so for all of their accounts."""
    await forget_conversation(session, other)
    await session.execute(text("UPDATE identity SET data = data - 'consent' WHERE id = :id"), {"id": other.identity_id})
    mine = Consent.identity_id == other.identity_id, Consent.withdrawn_at.is_(None)
    await session.execute(update(Consent).where(*mine).values(withdrawn_at=now))


KNOWS_THE_PERSON = ("draft", "aside", "known_until", "checked_until", "linking", "check", "offered", "person")
"""Parts of a conversation's data that stand for, or tell of, the person who is kept."""


async def prefer(session: AsyncSession, worker_id: int, identity_id: int, now: datetime) -> None:
    """Reach the person through this account first; the others are for when it fails."""
    mine = WorkerIdentity.worker_id == worker_id
    await session.execute(update(WorkerIdentity).where(mine).values(preferred_at=None))
    chosen = WorkerIdentity.identity_id == identity_id
    await session.execute(update(WorkerIdentity).where(mine, chosen).values(preferred_at=now))

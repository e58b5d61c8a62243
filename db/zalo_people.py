"""People on the Official Account: their accounts by Zalo's id, and when they last did something."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

CHANNEL = "zalo_oa"


@dataclass(frozen=True, slots=True)
class Person:
    """An account as sending and hearing need it."""

    chat_id: int
    address: str
    lang: str | None
    interacted_at: datetime | None
    human_until: datetime | None


_COLUMNS = "chat_id, address, lang, interacted_at, human_until"
# An account that is there is only touched; the number is drawn where it is new, not at every message.
_HEAR = text(
    f"""
    WITH known AS (
        UPDATE identity SET interacted_at = greatest(interacted_at, :at), blocked_at = NULL
        WHERE channel = 'zalo_oa' AND address = :address RETURNING {_COLUMNS}
    ), new AS (
        INSERT INTO identity (channel, address, chat_id, interacted_at)
        SELECT 'zalo_oa', :address, nextval('web_chat_id'), :at WHERE NOT EXISTS (SELECT 1 FROM known)
        ON CONFLICT (channel, address) DO UPDATE SET interacted_at = excluded.interacted_at RETURNING {_COLUMNS}
    )
    SELECT * FROM known UNION ALL SELECT * FROM new
    """  # noqa: S608 - the columns are ours
)


async def hear_from(engine: AsyncEngine, address: str, at: datetime) -> Person:
    """Note that somebody did something, which opens the window; the account is made at the first sign of life."""
    async with engine.begin() as connection:
        row = (await connection.execute(_HEAR, {"address": address, "at": at})).one()
    return Person(*row)


async def person_at(engine: AsyncEngine, chat_id: int) -> Person | None:
    """The account with our own number; None when it was deleted."""
    query = text(f"SELECT {_COLUMNS} FROM identity WHERE channel = 'zalo_oa' AND chat_id = :chat AND address > ''")  # noqa: S608
    async with engine.connect() as connection:
        row = (await connection.execute(query, {"chat": chat_id})).one_or_none()
    return None if row is None else Person(*row)


async def person_of(engine: AsyncEngine, address: str) -> Person | None:
    """The account of a Zalo id, without making one."""
    query = text(f"SELECT {_COLUMNS} FROM identity WHERE channel = 'zalo_oa' AND address = :address")  # noqa: S608
    async with engine.connect() as connection:
        row = (await connection.execute(query, {"address": address})).one_or_none()
    return None if row is None else Person(*row)


async def leave_to_human(engine: AsyncEngine, address: str, until: datetime) -> None:
    """Somebody at the Official Account's own chat tool talks with the person: the bot keeps quiet for a while."""
    query = text("UPDATE identity SET human_until = :until WHERE channel = 'zalo_oa' AND address = :address")
    async with engine.begin() as connection:
        await connection.execute(query, {"until": until, "address": address})

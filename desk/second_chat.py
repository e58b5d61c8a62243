"""Words about the second step to an officer's own chats: codes to those that are safe, news to all of them."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.methods import SendMessage
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import login_words
from content.catalogue import LANGUAGES, tell
from db.outbox import owe
from db.people import Identity
from db.seal import Seal
from db.second_factor import CODE_LIVES, SecondFactor, new_chat_code
from db.staff import Staff, StaffIdentity

SAFE = ("telegram", "zalo_oa", "zalo_bot")
"""Not the web chat: it is open in the same browser that the password was typed into."""


async def chats_of(session: AsyncSession, staff_id: int) -> Sequence[Row[int, str, int, str | None]]:
    """Where an officer can be written to."""
    query = select(Identity.id, Identity.channel, Identity.chat_id, Identity.lang).join(StaffIdentity)
    mine = StaffIdentity.staff_id == staff_id, Identity.blocked_at.is_(None)
    return list(await session.execute(query.where(*mine).order_by(Identity.id)))


async def safe_chats(
    session: AsyncSession, staff_id: int, served: Sequence[str]
) -> Sequence[Row[int, str, int, str | None]]:
    """Those of them that a code may go to."""
    found = await chats_of(session, staff_id)
    return [chat for chat in found if chat.channel in SAFE and chat.channel in served]


async def send_code(
    session: AsyncSession,
    seal: Seal,
    staff: Staff,
    factor: SecondFactor,
    holder: bytes,
    served: Sequence[str],
    now: datetime,
) -> str | None:
    """Send a code for one log-in or session; returns the word for why not, or None."""
    chats = await safe_chats(session, staff.id, served)
    if not chats:
        return "second.no_chat"
    code = await new_chat_code(session, seal, factor, holder, now)
    if code is None:
        return "second.sent_often"
    minutes = int(CODE_LIVES.total_seconds()) // 60
    await _tell(session, chats, staff, login_words.CODE, now, code=code, minutes=minutes)
    return None


async def tell_chats(session: AsyncSession, staff: Staff, key: str, now: datetime, **values: object) -> None:
    """Tell an officer in each linked chat what was done with their log-in."""
    await _tell(session, await chats_of(session, staff.id), staff, key, now, **values)


async def _tell(
    session: AsyncSession,
    chats: Sequence[Row[int, str, int, str | None]],
    staff: Staff,
    key: str,
    now: datetime,
    **values: object,
) -> None:
    await session.flush()
    connection = await session.connection()
    for chat in chats:
        lang = next((one for one in (chat.lang, staff.lang) if one in LANGUAGES), LANGUAGES[0])
        message = SendMessage(chat_id=chat.chat_id, text=tell(lang, key, **values))
        await owe(connection, chat.channel, chat.chat_id, message, now)

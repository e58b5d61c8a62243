"""One gentle question to somebody who fell silent in the middle of a form, then silence."""

from datetime import datetime, time
from typing import Any

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from content.catalogue import tell
from content.office import Office
from db import outbox

MORNING, EVENING = time(7, 30), time(19, 30)
"""Nobody is written to unasked outside these hours."""
BATCH = 200

# Those who answered in the meantime, or with whom a person talks in the channel's own tool, get a later date; the
# others are taken off the list as they are written to.
_LATER = text(
    """
    UPDATE nudge n SET due_at = greatest(i.active_at + :patience, i.human_until) FROM identity i
    WHERE i.id = n.identity_id AND n.due_at <= :now AND greatest(i.active_at + :patience, i.human_until) > :now
    """
)
_TAKE = text(
    """
    DELETE FROM nudge WHERE identity_id IN (
        SELECT identity_id FROM nudge WHERE due_at <= :now ORDER BY due_at LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING identity_id
    """
)
_WHOM = text(
    """
    SELECT channel, chat_id, coalesce(lang, 'vi') AS lang, data -> 'draft' ->> 'form' AS form FROM identity
    WHERE id = ANY(:ids) AND blocked_at IS NULL AND muted_at IS NULL AND data ? 'draft' AND NOT data ? 'person'
    """
)


async def send_nudges(engine: AsyncEngine, office: Office, now: datetime) -> int:
    """Write to those whose silence is long enough, by day and on working days; returns to how many."""
    local = now.astimezone(office.zone)
    if not (MORNING <= local.time() < EVENING and office.works_on(local.date())):
        return 0
    sent = 0
    async with engine.begin() as connection:
        await connection.execute(_LATER, {"now": now, "patience": office.nudge_after})
        ids = list((await connection.execute(_TAKE, {"now": now, "batch": BATCH})).scalars())
        for row in (await connection.execute(_WHOM, {"ids": ids})).all():
            await _owe(connection, row, now)
            sent += 1
    return sent


async def _owe(connection: AsyncConnection, row: Any, now: datetime) -> None:
    kind = tell(row.lang, f"kind.{row.form}")
    buttons = [
        InlineKeyboardButton(
            text=tell(row.lang, "choice.numbered", number=str(n), label=tell(row.lang, f"choice.resume.{value}")),
            callback_data=f"form:{value}",
        )
        for n, value in enumerate(("resume", "later"), 1)
    ]
    markup = InlineKeyboardMarkup(inline_keyboard=[[button] for button in buttons])
    message = SendMessage(chat_id=row.chat_id, text=tell(row.lang, "form.nudge", kind=kind), reply_markup=markup)
    await outbox.owe(connection, row.channel, row.chat_id, message, now)

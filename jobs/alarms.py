"""Telling linked administrators in their own chat that something is broken, once a breakage."""

from datetime import datetime

from aiogram.methods import SendMessage
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from content.catalogue import LANGUAGES, tell
from db.outbox import owe

_UNTOLD = text("SELECT id, kind FROM alarm WHERE told_at IS NULL ORDER BY id FOR UPDATE SKIP LOCKED")
# Not on the channel that is broken.
_LISTENERS = text(
    """
    SELECT i.channel, i.chat_id, s.lang FROM staff_identity l JOIN staff s ON s.id = l.staff_id
    JOIN identity i ON i.id = l.identity_id
    WHERE s.role = 'administrator' AND s.disabled_at IS NULL AND i.blocked_at IS NULL
      AND NOT (starts_with(:kind, 'zalo') AND i.channel = 'zalo_oa') AND :kind <> 'channel_' || i.channel
    """
)


async def tell_alarms(engine: AsyncEngine, now: datetime) -> int:
    """Owe the messages of alarms that nobody was told of; one without a listener waits for the first."""
    told = 0
    async with engine.begin() as connection:
        for alarm in (await connection.execute(_UNTOLD)).all():
            listeners = (await connection.execute(_LISTENERS, {"kind": alarm.kind})).all()
            for chat in listeners:
                lang = chat.lang if chat.lang in LANGUAGES else LANGUAGES[0]
                words = SendMessage(chat_id=chat.chat_id, text=tell(lang, f"alarm.{alarm.kind}"))
                await owe(connection, chat.channel, chat.chat_id, words, now)
            if listeners:
                told += len(listeners)
                await connection.execute(
                    text("UPDATE alarm SET told_at = :now WHERE id = :id"), {"now": now, "id": alarm.id}
                )
    return told

"""What Zalo tells of our messages: that they arrived, that they were seen; folded into the ledger by the clock.

A receipt may be here before the ledger knows what Zalo calls the message, so it waits a while for that.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Moment

WAITS = timedelta(minutes=15)
"""After that a receipt belongs to an ordinary reply, of which nobody counts anything."""


class ZaloReceipt(Base):
    """One message by the number that Zalo gave it."""

    __tablename__ = "zalo_receipt"

    message_id: Mapped[str] = mapped_column(primary_key=True)
    delivered_at: Mapped[Moment | None]
    read_at: Mapped[Moment | None]
    created_at: Mapped[Born]


_NOTE = text(
    """
    INSERT INTO zalo_receipt AS r (message_id, delivered_at, read_at, created_at)
    SELECT DISTINCT message, CAST(:at AS timestamptz), CASE WHEN :seen THEN CAST(:at AS timestamptz) END,
           CAST(:now AS timestamptz)
    FROM unnest(CAST(:messages AS text[])) AS message
    ON CONFLICT (message_id) DO UPDATE SET delivered_at = least(r.delivered_at, excluded.delivered_at),
        read_at = least(r.read_at, excluded.read_at)
    """
)
# Who saw a message has got it. The same receipt may come again, and an older one after a newer: the first time counts.
_FOLD = text(
    """
    WITH known AS (
        SELECT r.message_id FROM zalo_receipt r WHERE r.created_at < :stale OR EXISTS (
            SELECT 1 FROM delivery d WHERE d.channel = 'zalo_oa' AND d.external_id = r.message_id)
        FOR UPDATE SKIP LOCKED
    ), taken AS (
        DELETE FROM zalo_receipt r USING known k WHERE r.message_id = k.message_id
        RETURNING r.message_id, r.delivered_at, r.read_at
    )
    UPDATE delivery d SET delivered_at = least(d.delivered_at, t.delivered_at), read_at = least(d.read_at, t.read_at)
    FROM taken t WHERE d.channel = 'zalo_oa' AND d.external_id = t.message_id
    """
)


async def note_receipts(
    engine: AsyncEngine, messages: Sequence[str], at: datetime, now: datetime, *, seen: bool
) -> None:
    """Keep that messages arrived, or were seen, at a moment."""
    async with engine.begin() as connection:
        await connection.execute(_NOTE, {"messages": list(messages), "at": at, "now": now, "seen": seen})


async def fold_receipts(engine: AsyncEngine, now: datetime) -> int:
    """Write receipts into the ledger's rows that they belong to; returns how many rows that were."""
    async with engine.begin() as connection:
        return (await connection.execute(_FOLD, {"stale": now - WAITS})).rowcount

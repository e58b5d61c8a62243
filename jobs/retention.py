"""Forgetting what has no more use: seen updates, delivered web messages, old log-ins, files without an owner."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.files import KEPT, FileStore
from db.imports import ImportJob
from db.made_files import MadeFile
from db.notices import NoticeFile
from db.proactive import COUNTED
from db.registrations import Attachment
from db.wrong_codes import SHUT_FOR

SEEN_UPDATES = timedelta(days=3)
"""Telegram repeats an update for up to 24 hours."""
WEB_MESSAGES = timedelta(days=30)
SPREADSHEETS = timedelta(days=1)
"""Of people, with what is wrong with them: read, taken in or left alone."""
DRAFTS = timedelta(days=90)
"""A form that was left unfinished for so long is forgotten."""
RATING_WORDS = timedelta(days=365)
"""What somebody added to a face; the face stays."""
IDLE_NEWCOMERS = timedelta(days=30)
"""Accounts that never agreed to anything and have been silent for so long."""

_OLD = (
    ("DELETE FROM seen_update WHERE seen_at < :before AND channel <> 'web'", SEEN_UPDATES),
    ("DELETE FROM seen_update WHERE seen_at < :before", WEB_MESSAGES),
    ("DELETE FROM outgoing WHERE channel = 'web' AND created_at < :before", WEB_MESSAGES),
    ("DELETE FROM proactive WHERE at < :before", 2 * COUNTED),
    ("DELETE FROM zalo_event WHERE done_at < :before", SEEN_UPDATES),
    ("DELETE FROM zalo_bot_event WHERE put_aside_at < :before", SEEN_UPDATES),
    ("DELETE FROM link_code WHERE expires_at < :before", timedelta(0)),
    ("DELETE FROM import_job WHERE made_at < :before AND state <> 'loading'", SPREADSHEETS),
    ("DELETE FROM wrong_code WHERE at < :before", SHUT_FOR),
    ("DELETE FROM staff_session WHERE expires_at < :before", timedelta(0)),
    ("UPDATE rating SET words = NULL WHERE rated_at < :before AND words IS NOT NULL", RATING_WORDS),
    ("DELETE FROM login_step WHERE expires_at < :before", timedelta(0)),
    ("DELETE FROM chat_code WHERE expires_at < :before", timedelta(0)),
    (
        "UPDATE identity SET data = data - 'draft' - 'aside', state = NULL "
        "WHERE active_at < :before AND (data ? 'draft' OR data ? 'aside')",
        DRAFTS,
    ),
    (
        "DELETE FROM identity i WHERE active_at < :before AND NOT EXISTS "
        "(SELECT 1 FROM consent c WHERE c.identity_id = i.id) AND NOT EXISTS "
        "(SELECT 1 FROM help_request h WHERE h.identity_id = i.id) AND NOT EXISTS "
        "(SELECT 1 FROM staff_identity s WHERE s.identity_id = i.id)",
        IDLE_NEWCOMERS,
    ),
)


async def forget_old(engine: AsyncEngine, store: FileStore, now: datetime) -> None:
    """Delete rows past their time, and files that no row speaks of (their owner was erased)."""
    async with engine.begin() as connection:
        for query, age in _OLD:
            await connection.execute(text(query), {"before": now - age})
    # a younger file may belong to a row that is just being written
    settled = store.names(now - timedelta(days=1))
    async with engine.connect() as connection:
        files = select(func.coalesce(Attachment.path, func.replace(Attachment.file_id, KEPT, "")))
        kept = select(NoticeFile.path), select(ImportJob.path), select(MadeFile.path)
        named = set((await connection.execute(files.union(*kept))).scalars())
    for name in settled - named:
        store.drop(name)

"""Recipients by the ten thousand, a notice, and its broadcast: what the benchmarks of sending stand on."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from bot.assembly import prepare
from db import broadcasting
from db.audiences import Audience
from db.notices import Notice, NoticeText

SERVED = ("telegram", "web")
TITLE = "Phiên giao dịch việc làm lưu động"

_PEOPLE = (
    """
    WITH account AS (
        INSERT INTO identity (channel, chat_id, lang)
        SELECT 'telegram', chat, CASE WHEN chat % 3 = 0 THEN 'km' ELSE 'vi' END
        FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) chat RETURNING id, chat_id, lang)
    INSERT INTO consent (identity_id, text_version, lang, channel) SELECT id, '1', lang, 'telegram' FROM account
    """,
    """
    INSERT INTO worker (name, birth_year, sex, hamlet)
    SELECT 'Thạch Thị ' || chat, 1960 + chat % 45, (ARRAY['female', 'male'])[1 + chat % 2], 'Ấp ' || chat % 20
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) chat
    """,
    """
    INSERT INTO worker_identity (identity_id, worker_id)
    SELECT i.id, w.id FROM identity i JOIN worker w ON w.name = 'Thạch Thị ' || i.chat_id
    WHERE i.chat_id BETWEEN :first AND :last
    """,
)


async def add_people(engine: AsyncEngine, count: int, first: int = 1) -> None:
    """People with chats ``first`` and following, each registered and reachable on Telegram."""
    await prepare(engine)
    async with engine.begin() as connection:
        for query in _PEOPLE:
            await connection.execute(text(query), {"first": first, "last": first + count - 1})
    async with engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(text("VACUUM (ANALYZE) worker, identity, worker_identity, consent"))


async def add_broadcast(engine: AsyncEngine, *, expand: bool = True, on_doubt: str = "uncertain") -> int:
    """A broadcast to everybody that may go at any hour; returns its number."""
    now = datetime.now(UTC)
    async with AsyncSession(engine) as session, session.begin():
        notice = Notice(kind="general", state="published", published_at=now)
        session.add(notice)
        await session.flush()
        for lang in ("vi", "km"):
            session.add(NoticeText(notice_id=notice.id, lang=lang, title=TITLE, body="Mời bà con tới dự."))
        broadcast = await broadcasting.compose(session, notice.id, Audience(), None, now)
        broadcast.urgent, broadcast.urgent_why, broadcast.on_doubt = True, "benchmark", on_doubt
        broadcasting.rehearsed(broadcast, now)
        await broadcasting.release(session, broadcast, None, SERVED, 0, now)
        if expand:
            await broadcasting.expand(session, broadcast, SERVED, now)
        return broadcast.id


async def counted(connection: AsyncConnection, broadcast: int) -> dict[str, int]:
    """The ledger by state."""
    query = text("SELECT state, count(*) AS n FROM delivery WHERE broadcast_id = :b GROUP BY state")
    return {row.state: row.n for row in await connection.execute(query, {"b": broadcast})}


async def ended(engine: AsyncEngine, broadcast: int) -> bool:
    """Whether nothing of it is left to be sent."""
    async with engine.connect() as connection:
        states = await counted(connection, broadcast)
    return bool(states) and not states.keys() & {"queued", "sending"}


async def outcome(engine: AsyncEngine, broadcast: int) -> dict[int, str]:
    """The state of each chat's row."""
    query = text(
        "SELECT i.chat_id, d.state FROM delivery d JOIN identity i ON i.id = d.identity_id WHERE d.broadcast_id = :b"
    )
    async with engine.connect() as connection:
        return {row.chat_id: row.state for row in await connection.execute(query, {"b": broadcast})}


async def erase(engine: AsyncEngine) -> None:
    """Take away the broadcasts of an earlier part, so that the next one is alone."""
    async with engine.begin() as connection:
        await connection.execute(text("TRUNCATE delivery, broadcast, proactive, pace CASCADE"))

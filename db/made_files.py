"""Files to take away that take longer than a page may: asked for, made by the clock, sealed, gone after a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Text, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Json, Key, Moment

STATES = ("waiting", "making", "ready", "failed")
HOLDS = timedelta(days=1)
"""After so long a file is forgotten, taken or not: what it says of people grows old."""
TRIES = 3
"""A file whose making was cut off so often is given up."""
MOST_WAITING = 3
"""Files that one person may have under way."""
_LOCK = text("SELECT pg_try_advisory_lock(hashtext('files to take away'))")
_UNLOCK = text("SELECT pg_advisory_unlock(hashtext('files to take away'))")


class MadeFile(Base):
    """One file for one member of staff: what was asked for, how far it is, and where it lies."""

    __tablename__ = "made_file"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_made_file_going_on", "id", postgresql_where=text("state IN ('waiting', 'making')")),
    )

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    """What it is a list of."""
    name: Mapped[str]
    """What the file is called."""
    asked: Mapped[bytes] = mapped_column(LargeBinary)
    """Columns, filters and dates, sealed: words that were searched for may be somebody's name."""
    sight: Mapped[Json]
    """What its owner might see when it was made; one who may see less by now does not get it."""
    lang: Mapped[str]
    state: Mapped[str]
    rows: Mapped[int] = mapped_column(server_default="0")
    """As many as there will be."""
    done: Mapped[int] = mapped_column(server_default="0")
    tries: Mapped[int] = mapped_column(server_default="0")
    path: Mapped[str | None]
    """The file in the store, sealed."""
    why: Mapped[str | None]
    """The desk's word for why it failed."""
    asked_at: Mapped[Born]
    ended_at: Mapped[Moment | None]


class ColumnChoice(Base):
    """The columns that somebody took last of a list, in their order."""

    __tablename__ = "column_choice"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    chosen_at: Mapped[Born]


async def last_columns(session: AsyncSession, staff_id: int, kind: str) -> Sequence[str]:
    """What somebody took last time; nothing for the first time."""
    found = await session.get(ColumnChoice, (staff_id, kind))
    return found.columns if found is not None else ()


async def remember_columns(
    session: AsyncSession, staff_id: int, kind: str, columns: Sequence[str], now: datetime
) -> None:
    """Keep what somebody took, for the next time."""
    values: dict[str, Any] = {"columns": list(columns), "chosen_at": now}
    kept = insert(ColumnChoice).values(staff_id=staff_id, kind=kind, **values)
    await session.execute(kept.on_conflict_do_update(index_elements=["staff_id", "kind"], set_=values))


async def files_of(session: AsyncSession, staff_id: int, now: datetime) -> Sequence[MadeFile]:
    """Somebody's files, the newest first; those that are past their time are as good as gone."""
    mine = select(MadeFile).where(MadeFile.staff_id == staff_id, MadeFile.asked_at > now - HOLDS)
    return (await session.scalars(mine.order_by(MadeFile.id.desc()))).all()


async def file_of(session: AsyncSession, staff_id: int, number: int, now: datetime) -> MadeFile | None:
    """One of somebody's own files."""
    mine = MadeFile.id == number, MadeFile.staff_id == staff_id, MadeFile.asked_at > now - HOLDS
    found: MadeFile | None = await session.scalar(select(MadeFile).where(*mine))
    return found


async def waiting_of(session: AsyncSession, staff_id: int) -> int:
    """How many of somebody's files are not made yet."""
    going_on = MadeFile.staff_id == staff_id, MadeFile.state.in_(("waiting", "making"))
    return await session.scalar(select(func.count()).where(*going_on)) or 0


async def anything_due(session: AsyncSession, now: datetime) -> bool:
    """Whether there is anything to make or to forget; a file whose making was cut off is to be made anew."""
    due = or_(MadeFile.state.in_(("waiting", "making")), MadeFile.asked_at <= now - HOLDS)
    return await session.scalar(select(MadeFile.id).where(due).limit(1)) is not None


async def try_lock(connection: AsyncConnection) -> bool:
    """Become the one who makes files, for as long as the connection lasts; False where another is it."""
    return bool(await connection.scalar(_LOCK))


async def unlock(connection: AsyncConnection) -> None:
    """Let another make the next file."""
    await connection.execute(_UNLOCK)


async def take_up(session: AsyncSession) -> MadeFile | None:
    """The file that has waited longest; one that was cut off comes first, and from the beginning. Commits the try."""
    waits = select(MadeFile).where(MadeFile.state.in_(("waiting", "making"))).order_by(MadeFile.id).limit(1)
    found: MadeFile | None = await session.scalar(waits.with_for_update(skip_locked=True))
    if found is None:
        return None
    found.state, found.done, found.tries = "making", 0, found.tries + 1
    await session.commit()
    return found


async def forget_made(session: AsyncSession, now: datetime) -> Sequence[str]:
    """Drop the files past their time; returns the names under which they lie in the store."""
    gone = delete(MadeFile).where(MadeFile.asked_at <= now - HOLDS).returning(MadeFile.path)
    return [path for path in await session.scalars(gone) if path is not None]

"""What the office put in place of a fact of the files: every correction is kept, the latest that is in force counts."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Key

SIGNAL = "facts"
"""Sent with every correction, so that each process tells it at once."""


class FactCorrection(Base):
    """A value with its source and the days on which it holds; without a value, people are told whom to ask."""

    __tablename__ = "fact_correction"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(index=True)
    value: Mapped[str | None]
    """As Python writes it: a decimal number, an ISO day, or the words."""
    source: Mapped[str]
    checked_on: Mapped[date]
    since: Mapped[date | None]
    until: Mapped[date | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"), index=True)
    actor: Mapped[str]
    created_at: Mapped[Born]


async def corrections(connection: AsyncConnection | AsyncSession, name: str | None = None) -> Sequence[FactCorrection]:
    """All corrections, or those of one fact, in the order in which they were made."""
    columns = FactCorrection.__table__.columns
    query = select(*columns).order_by(columns.id)
    if name is not None:
        query = query.where(columns.name == name)
    return [FactCorrection(**row._mapping) for row in await connection.execute(query)]


async def every_correction(engine: AsyncEngine) -> Sequence[FactCorrection]:
    """The same, on a connection of its own."""
    async with engine.connect() as connection:
        return await corrections(connection)


async def correct(session: AsyncSession, correction: FactCorrection) -> None:
    """Keep a correction; when the transaction commits, every process hears of it."""
    session.add(correction)
    await session.flush()
    await session.execute(select(func.pg_notify(SIGNAL, correction.name)))

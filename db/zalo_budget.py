"""Money on Zalo: each charge is reserved before it is made, and a month's total can't go over its budget."""

from datetime import date, datetime

from sqlalchemy import BigInteger, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Moment


class ZaloMonth(Base):
    """What a month has taken of its budget: reserved and spent together, in đồng."""

    __tablename__ = "zalo_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    taken: Mapped[int] = mapped_column(BigInteger, server_default="0")


class ZaloCharge(Base):
    """One message that may cost: ``reserved`` until it is known, then ``spent``, or ``free`` when it cost nothing."""

    __tablename__ = "zalo_charge"

    key: Mapped[str] = mapped_column(primary_key=True)
    """What it is for, so that the same message is never reserved twice."""
    month: Mapped[date] = mapped_column(index=True)
    price: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="reserved")
    settled_at: Mapped[Moment | None]
    created_at: Mapped[Born]


def month_of(day: date) -> date:
    """The month that a day's charges count in."""
    return day.replace(day=1)


async def reserve(connection: AsyncConnection, key: str, day: date, price: int, budget: int) -> bool:
    """Take ``price`` out of the month's budget, once a key; False when it would go over.

    In the caller's transaction: the month's row is locked until that ends, so two can't take the same last đồng.
    """
    month = month_of(day)
    values = {"key": key, "month": month, "price": price, "budget": budget}
    await connection.execute(text("INSERT INTO zalo_month (month) VALUES (:month) ON CONFLICT DO NOTHING"), values)
    await connection.execute(text("SELECT 1 FROM zalo_month WHERE month = :month FOR UPDATE"), values)
    held = await connection.scalar(text("SELECT state FROM zalo_charge WHERE key = :key"), values)
    if held in ("reserved", "spent"):
        return True
    taken = "UPDATE zalo_month SET taken = taken + :price WHERE month = :month AND taken + :price <= :budget"
    if not (await connection.execute(text(taken), values)).rowcount:
        return False
    await connection.execute(_CHARGE, values)
    return True


_CHARGE = text(
    """
    INSERT INTO zalo_charge (key, month, price) VALUES (:key, :month, :price)
    ON CONFLICT (key) DO UPDATE SET month = excluded.month, price = excluded.price, state = 'reserved',
        settled_at = NULL
    """
)


async def settle(connection: AsyncConnection, key: str, now: datetime, *, cost: int | None) -> None:
    """What a reserved message did cost; ``None`` or 0 gives the money back. Settling twice changes nothing."""
    query = text(
        """
        WITH settled AS (
            UPDATE zalo_charge c SET price = :cost, settled_at = :now,
                state = CASE WHEN cast(:cost AS integer) > 0 THEN 'spent' ELSE 'free' END
            FROM (SELECT key, price FROM zalo_charge WHERE key = :key AND state = 'reserved' FOR UPDATE) AS before
            WHERE c.key = before.key RETURNING c.month, before.price AS reserved
        )
        UPDATE zalo_month m SET taken = m.taken - s.reserved + :cost FROM settled s WHERE m.month = s.month
        """
    )
    await connection.execute(query, {"key": key, "now": now, "cost": cost or 0})


async def taken_in(connection: AsyncConnection, day: date) -> int:
    """What the day's month has taken so far, in đồng."""
    query = text("SELECT taken FROM zalo_month WHERE month = :month")
    return await connection.scalar(query, {"month": month_of(day)}) or 0


async def note_delivered(engine: AsyncEngine, key: str, now: datetime) -> None:
    """A template arrived: what was reserved for it is spent."""
    async with engine.begin() as connection:
        price = await connection.scalar(text("SELECT price FROM zalo_charge WHERE key = :key"), {"key": key})
        await settle(connection, key, now, cost=price)

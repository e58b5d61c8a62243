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
    """What it is for; an earlier try for the same that may have cost stands under the key and a number of its own."""
    month: Mapped[date] = mapped_column(index=True)
    price: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="reserved")
    settled_at: Mapped[Moment | None]
    created_at: Mapped[Born]


def month_of(day: date) -> date:
    """The month that a day's charges count in."""
    return day.replace(day=1)


async def reserve(connection: AsyncConnection, key: str, day: date, price: int, budget: int) -> bool:
    """Take ``price`` out of the month's budget for one try; False when it would go over.

    A try before this one, of which nobody knows whether Zalo charged it, stays paid for: Zalo may charge both.
    In the caller's transaction: the month's row is locked until that ends, so two can't take the same last đồng.
    """
    month = month_of(day)
    values = {"key": key, "month": month, "price": price, "budget": budget}
    await connection.execute(_MONTH, values)
    await connection.execute(text("SELECT 1 FROM zalo_month WHERE month = :month FOR UPDATE"), values)
    taken = "UPDATE zalo_month SET taken = taken + :price WHERE month = :month AND taken + :price <= :budget"
    if not (await connection.execute(text(taken), values)).rowcount:
        return False
    await connection.execute(_EARLIER, values)
    await connection.execute(_CHARGE, values)
    return True


async def charged(connection: AsyncConnection, key: str, day: date, price: int, now: datetime) -> None:
    """Zalo has charged a message that was thought to be free: what is spent is spent."""
    values = {"key": key, "month": month_of(day), "price": price, "now": now}
    await connection.execute(_MONTH, values)
    await connection.execute(text("UPDATE zalo_month SET taken = taken + :price WHERE month = :month"), values)
    await connection.execute(_EARLIER, values)
    await connection.execute(_CHARGE, values)
    await connection.execute(text("UPDATE zalo_charge SET state = 'spent', settled_at = :now WHERE key = :key"), values)


_MONTH = text("INSERT INTO zalo_month (month) VALUES (:month) ON CONFLICT DO NOTHING")
_EARLIER = text(
    """
    UPDATE zalo_charge SET state = 'spent', key = :key || '~' || (
        SELECT count(*) + 1 FROM zalo_charge o WHERE starts_with(o.key, :key || '~'))
    WHERE key = :key AND state <> 'free'
    """
)
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

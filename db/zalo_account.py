"""What Zalo tells of the Official Account: its plan, until when, and what is left of the plan's messages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Moment


class ZaloAccount(Base):
    """One app's Official Account, as it was when Zalo was last asked."""

    __tablename__ = "zalo_account"

    app: Mapped[str] = mapped_column(primary_key=True)
    oa: Mapped[str | None]
    """Zalo's number of the account."""
    name: Mapped[str | None]
    plan: Mapped[str | None]
    valid_until: Mapped[date | None]
    allowance_left: Mapped[int | None]
    """Messages outside of the free window that the plan still pays for this month; null: Zalo has not told."""
    allowance_whole: Mapped[int | None]
    read_at: Mapped[Moment | None]
    tried_at: Mapped[Moment | None]
    wanted_at: Mapped[Moment | None]
    """When somebody at the desk asked that it be read now."""
    failure: Mapped[str | None]
    """Why the last try failed; null: it did not."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What Zalo has told."""

    oa: str | None
    name: str | None
    plan: str | None
    valid_until: date | None
    allowance_left: int | None
    allowance_whole: int | None


async def keep_facts(engine: AsyncEngine, app: str, facts: Facts, now: datetime) -> None:
    """Keep what was read."""
    query = text(
        """
        INSERT INTO zalo_account (app, oa, name, plan, valid_until, allowance_left, allowance_whole, read_at, tried_at)
        VALUES (:app, :oa, :name, :plan, :valid_until, :left, :whole, :now, :now)
        ON CONFLICT (app) DO UPDATE SET oa = excluded.oa, name = excluded.name, plan = excluded.plan,
            valid_until = excluded.valid_until, allowance_left = excluded.allowance_left,
            allowance_whole = excluded.allowance_whole, read_at = excluded.read_at, tried_at = excluded.tried_at,
            failure = NULL
        """
    )
    values = {"oa": facts.oa, "name": facts.name, "plan": facts.plan, "valid_until": facts.valid_until,
              "left": facts.allowance_left, "whole": facts.allowance_whole}  # fmt: skip
    async with engine.begin() as connection:
        await connection.execute(query, values | {"app": app, "now": now})


async def keep_failure(engine: AsyncEngine, app: str, why: str, now: datetime) -> None:
    """Keep that Zalo did not tell; what it told before stays, with its date."""
    query = text(
        "INSERT INTO zalo_account (app, tried_at, failure) VALUES (:app, :now, :why) "
        "ON CONFLICT (app) DO UPDATE SET tried_at = excluded.tried_at, failure = excluded.failure"
    )
    async with engine.begin() as connection:
        await connection.execute(query, {"app": app, "now": now, "why": why})


async def note_allowance(engine: AsyncEngine, app: str, left: int) -> None:
    """A message was taken from the plan's own: so many are left."""
    query = text("UPDATE zalo_account SET allowance_left = :left WHERE app = :app")
    async with engine.begin() as connection:
        await connection.execute(query, {"app": app, "left": left})


async def want_reading(connection: AsyncConnection, now: datetime) -> bool:
    """Ask that the account be read soon; False where nobody has logged in."""
    query = text(
        "INSERT INTO zalo_account (app, wanted_at) SELECT app, :now FROM zalo_token WHERE access IS NOT NULL "
        "ON CONFLICT (app) DO UPDATE SET wanted_at = excluded.wanted_at"
    )
    return bool((await connection.execute(query, {"now": now})).rowcount)


async def account_state(connection: AsyncConnection) -> Any:
    """The row of the account; None where Zalo was never asked."""
    query = "SELECT * FROM zalo_account ORDER BY read_at DESC NULLS LAST LIMIT 1"
    return (await connection.execute(text(query))).one_or_none()


async def allowance_left(connection: AsyncConnection) -> int | None:
    """Messages that the plan still pays for, as last told; None where it is not known."""
    found: int | None = await connection.scalar(
        text("SELECT allowance_left FROM zalo_account ORDER BY read_at DESC NULLS LAST LIMIT 1")
    )
    return found

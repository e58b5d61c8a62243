"""Cases for an officer's chat, within the officer's bounds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.bounds import Bounds
from db.people import Identity, Worker
from db.places import Place
from db.registrations import Registration


def _cases(bounds: Bounds) -> Any:
    return (
        select(
            Registration.id,
            Registration.kind,
            Registration.status,
            Registration.due_at,
            Registration.owner_id,
            Worker.name,
            Worker.birth_year,
            Worker.phone,
            Worker.hamlet,
            Place.code,
            Place.version,
            Identity.lang,
        )
        .join(Worker, Worker.id == Registration.worker_id)
        .outerjoin(Place, Place.id == Registration.place_id)
        .outerjoin(Identity, Identity.id == Registration.identity_id)
        .where(bounds.registrations())
    )


async def case_of(session: AsyncSession, bounds: Bounds, number: int) -> Row[Any] | None:
    """One case, as far as it is within the bounds."""
    found: Row[Any] | None = (await session.execute(_cases(bounds).where(Registration.id == number))).one_or_none()
    return found


async def due_cases(
    session: AsyncSession, bounds: Bounds, owner_id: int, before: datetime, limit: int
) -> Sequence[Row[Any]]:
    """An owner's cases that are due before a moment, in the order of the work list."""
    mine = Registration.owner_id == owner_id, Registration.due_at < before
    order = (Registration.priority.desc(), Registration.due_at, Registration.id)
    query = _cases(bounds).where(*mine).order_by(*order)
    rows: Sequence[Row[Any]] = (await session.execute(query.limit(limit))).all()
    return rows


async def due_count(session: AsyncSession, bounds: Bounds, owner_id: int, before: datetime) -> int:
    """How many those are."""
    mine = Registration.owner_id == owner_id, Registration.due_at < before, bounds.registrations()
    return await session.scalar(select(func.count()).where(*mine)) or 0


async def after_case(
    session: AsyncSession, bounds: Bounds, owner_id: int, seen: Sequence[int], limit: int = 1
) -> Sequence[Row[Any]]:
    """The owner's next open cases that were not shown of late."""
    mine = Registration.owner_id == owner_id, Registration.due_at.is_not(None), Registration.id.not_in(seen)
    order = (Registration.priority.desc(), Registration.due_at, Registration.id)
    query = _cases(bounds).where(*mine).order_by(*order)
    rows: Sequence[Row[Any]] = (await session.execute(query.limit(limit))).all()
    return rows

"""Where a member of staff may register people: the communes of 2020 by code, and the hamlets that are theirs."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.bounds import Bounds
from db.hamlets import hamlet_named
from db.places import Place


async def home_communes(session: AsyncSession, bounds: Bounds) -> Sequence[str] | None:
    """The communes that are seen whole and those around single hamlets; None where the whole district is."""
    if bounds.places is None:
        return None
    parents = select(Place.parent_id).where(Place.id.in_(bounds.hamlets))
    around = or_(Place.id.in_(bounds.places), Place.id.in_(parents), Place.successor_id.in_(parents))
    return (await session.scalars(select(Place.code).where(Place.version == "2020", around).order_by(Place.name))).all()


async def home_hamlets(session: AsyncSession, bounds: Bounds) -> Sequence[str]:
    """The names of the single hamlets."""
    return (await session.scalars(select(Place.name).where(Place.id.in_(bounds.hamlets)).order_by(Place.name))).all()


async def find_home(session: AsyncSession, code: object, hamlet: str | None) -> tuple[int | None, int | None]:
    """The rows of a commune of 2020 and of the hamlet that is named there, as far as they are known."""
    place = await session.scalar(select(Place.id).where(Place.code == code, Place.version == "2020"))
    return place, await hamlet_named(session, place, hamlet)

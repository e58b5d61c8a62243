"""What somebody has ticked of the checklist for a contract to work abroad, kept for the next time."""

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born


class ContractCheck(Base):
    """The ticked points of one account; it goes with the account."""

    __tablename__ = "contract_check"

    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), primary_key=True)
    ticked: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}")
    updated_at: Mapped[Born]


async def ticked_by(session: AsyncSession, identity_id: int) -> frozenset[str]:
    """The points that the account has ticked."""
    found = await session.scalar(select(ContractCheck.ticked).where(ContractCheck.identity_id == identity_id))
    return frozenset(found or ())


async def keep_ticks(session: AsyncSession, identity_id: int, ticked: frozenset[str], now: datetime) -> None:
    """Write all ticked points."""
    values = {"ticked": sorted(ticked), "updated_at": now}
    query = insert(ContractCheck).values(identity_id=identity_id, **values)
    await session.execute(query.on_conflict_do_update(index_elements=[ContractCheck.identity_id], set_=values))

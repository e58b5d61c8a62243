"""What is kept of accounts besides registrations: calls for a person, reports, files, ticks of the checklist, faces."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.contract_checks import ContractCheck
from db.ratings import Rating
from db.registrations import Attachment, HelpRequest


@dataclass(frozen=True)
class Kept:
    """All of it, for the accounts of one person."""

    requests: Sequence[HelpRequest]
    files: int
    ticked: frozenset[str]
    ratings: Sequence[Rating] = ()

    def __bool__(self) -> bool:
        return bool(self.requests or self.files or self.ticked or self.ratings)


async def kept_of(session: AsyncSession, identities: Sequence[int]) -> Kept:
    """What is kept of these accounts, oldest first."""
    requests = select(HelpRequest).where(HelpRequest.identity_id.in_(identities)).order_by(HelpRequest.id)
    files = select(func.count()).where(Attachment.identity_id.in_(identities))
    ticks = select(ContractCheck.ticked).where(ContractCheck.identity_id.in_(identities))
    said = Rating.identity_id.in_(identities), Rating.score.is_not(None)
    ratings = (await session.scalars(select(Rating).where(*said).order_by(Rating.id))).all()
    ticked = {point for points in await session.scalars(ticks) for point in points}
    return Kept((await session.scalars(requests)).all(), await session.scalar(files) or 0, frozenset(ticked), ratings)

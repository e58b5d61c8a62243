"""What is kept of accounts besides registrations: calls for a person, reports, files, ticks of the checklist, faces."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.contract_checks import ContractCheck
from db.corrections import Correction
from db.people import WorkerIdentity
from db.ratings import Rating
from db.registrations import Attachment, HelpRequest


@dataclass(frozen=True)
class Kept:
    """All of it, for the accounts of one person."""

    requests: Sequence[HelpRequest]
    files: int
    ticked: frozenset[str]
    ratings: Sequence[Rating] = ()
    corrections: int = 0
    """How often answers were changed: what stood there before is kept, too (db/corrections.py)."""

    def __bool__(self) -> bool:
        return bool(self.requests or self.files or self.ticked or self.ratings or self.corrections)


async def kept_of(session: AsyncSession, identities: Sequence[int]) -> Kept:
    """What is kept of these accounts, oldest first."""
    requests = select(HelpRequest).where(HelpRequest.identity_id.in_(identities)).order_by(HelpRequest.id)
    files = select(func.count()).where(Attachment.identity_id.in_(identities))
    ticks = select(ContractCheck.ticked).where(ContractCheck.identity_id.in_(identities))
    said = Rating.identity_id.in_(identities), Rating.score.is_not(None)
    ratings = (await session.scalars(select(Rating).where(*said).order_by(Rating.id))).all()
    ticked = {point for points in await session.scalars(ticks) for point in points}
    mine = (
        WorkerIdentity.identity_id.in_(identities),
        WorkerIdentity.relation == "self",
        WorkerIdentity.merged_at.is_(None),
    )
    changed = select(func.count()).where(Correction.worker_id.in_(select(WorkerIdentity.worker_id).where(*mine)))
    return Kept(
        (await session.scalars(requests)).all(),
        await session.scalar(files) or 0,
        frozenset(ticked),
        ratings,
        await session.scalar(changed) or 0,
    )

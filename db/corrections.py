"""What was changed in what is kept of a person, by themselves or by who helps them: before and after, sealed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Key
from db.record import Actor
from db.seal import Seal, SealBroken

Changes = dict[str, list[Any]]
"""By the question's key: the answer before, and after."""


class Correction(Base):
    """One confirmed form that changed answers which were kept before; it goes when the person is erased."""

    __tablename__ = "correction"

    id: Mapped[Key]
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    """The need whose form it was."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    actor: Mapped[str]
    """Who told it: ``worker``, or the helper's name at the time."""
    changes: Mapped[bytes]
    created_at: Mapped[Born]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """The answers that are not the same any more; one that is missing is as good as none."""
    keys = dict.fromkeys((*after, *before))
    return {key: [before.get(key), after.get(key)] for key in keys if before.get(key) != after.get(key)}


def note_correction(
    session: AsyncSession, seal: Seal, actor: Actor, person: int, need: int, changes: Changes, now: datetime
) -> None:
    """Keep what a form changed."""
    sealed = seal.close(orjson.dumps(changes))
    who = {"staff_id": actor.id, "actor": actor.name}
    session.add(Correction(worker_id=person, registration_id=need, changes=sealed, created_at=now, **who))


async def corrections_of(
    session: AsyncSession, seal: Seal, registration_id: int, limit: int
) -> Sequence[tuple[Correction, Changes]]:
    """The newest corrections that came with a need; nothing of what another secret has sealed."""
    query = select(Correction).where(Correction.registration_id == registration_id)
    found = (await session.scalars(query.order_by(Correction.id.desc()).limit(limit))).all()
    return [(one, _opened(seal, one.changes)) for one in found]


def _opened(seal: Seal, sealed: bytes) -> Changes:
    try:
        changes: Changes = orjson.loads(seal.open(sealed))
    except SealBroken:
        return {}
    return changes

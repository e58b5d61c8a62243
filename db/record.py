"""The record of who looked at, changed or exported what; written in the transaction it tells of."""

from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from db.staff import AuditEntry


class Actor(Protocol):
    """Who acts: a member of staff, at the desk or from a chat, or nobody but the clock."""

    @property
    def id(self) -> int | None:
        """The account; None where no member of staff acted."""

    @property
    def name(self) -> str:
        """The name as it is now."""


class Someone(NamedTuple):
    """An actor by number and name."""

    id: int | None
    name: str


SYSTEM = Someone(None, "system")
WORKER = Someone(None, "worker")
"""The person whom a record is about, in a chat of their own."""


def note(
    session: AsyncSession,
    actor: Actor,
    now: datetime,
    action: str,
    subject: str,
    subject_id: int | None = None,
    **detail: Any,
) -> None:
    """Add one entry."""
    session.add(
        AuditEntry(
            staff_id=actor.id,
            actor=actor.name,
            action=action,
            subject=subject,
            subject_id=subject_id,
            detail=detail,
            created_at=now,
        )
    )

"""The record of who looked at, changed or exported what; written in the transaction it tells of."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.staff import AuditEntry
from desk.access import Viewer


def note(
    session: AsyncSession,
    viewer: Viewer,
    now: datetime,
    action: str,
    subject: str,
    subject_id: int | None = None,
    **detail: Any,
) -> None:
    """Add one entry."""
    session.add(
        AuditEntry(
            staff_id=viewer.id,
            actor=viewer.name,
            action=action,
            subject=subject,
            subject_id=subject_id,
            detail=detail,
            created_at=now,
        )
    )

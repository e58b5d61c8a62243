"""Changing the status of registrations, one or many, and taking the last change back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.case_steps import move
from db.registrations import Registration
from db.staff import AuditEntry
from db.taking_back import move_back, own_batch, still_stands
from desk.access import Viewer
from desk.statuses import Refused, check

MOST_AT_ONCE = 200
"""As many as a page may show."""


@dataclass(frozen=True)
class Changed:
    """What was done; ``token`` undoes it, ``refused`` says for which numbers it could not be."""

    token: str
    done: tuple[int, ...]
    refused: tuple[tuple[int, Refused], ...]


def in_sight(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that a registration is of the viewer's places."""
    return viewer.bounds.registrations()


async def change_status(
    session: AsyncSession,
    viewer: Viewer,
    now: datetime,
    ids: Sequence[int],
    wanted: str,
    reason: str,
    *,
    seen: str | None = None,
) -> Changed:
    """Move registrations on; those that can't go there stay. ``seen`` is the status that the person was looking at."""
    token = secrets.token_hex(8)
    done, refused = [], []
    for registration in await _locked(session, viewer, ids):
        try:
            if seen is not None and registration.status != seen:
                raise Refused("status.overtaken", current=registration.status)
            check(registration.status, wanted, reason)
        except Refused as error:
            refused.append((registration.id, error))
            continue
        move(session, viewer, registration, wanted, now, batch=token, reason=reason)
        done.append(registration.id)
    return Changed(token, tuple(done), tuple(refused))


async def undo(session: AsyncSession, viewer: Viewer, now: datetime, token: str) -> tuple[int, ...]:
    """Take back one's own change, where nothing has happened to the registration since; returns the numbers."""
    entries = await own_batch(session, viewer, token, now, AuditEntry.action == "status")
    undone = []
    for registration in await _locked(session, viewer, list(entries)):
        entry = entries[registration.id]
        if not still_stands(registration, entry):
            continue
        move_back(session, viewer, registration, entry, now)
        undone.append(registration.id)
    return tuple(undone)


async def _locked(session: AsyncSession, viewer: Viewer, ids: Sequence[int]) -> Sequence[Registration]:
    query = select(Registration).where(Registration.id.in_(ids[:MOST_AT_ONCE]), in_sight(viewer))
    return (await session.scalars(query.order_by(Registration.id).with_for_update())).all()

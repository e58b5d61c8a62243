"""Calls for a person at the desk, one or many at once: taken, handed back, ended; and the last of it taken back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.bounds import EVERYWHERE, LOOKING
from db.help_requests import end, leave, reopen, take
from db.registrations import HelpRequest
from db.staff import AuditEntry, Staff
from db.taking_back import own_batch
from desk.access import Viewer
from desk.changes import MOST_AT_ONCE
from desk.record import note


@dataclass(frozen=True)
class Asked:
    """What came of it: how many were changed, and of how many that was somebody else's to do."""

    done: int
    refused: int


Step = Callable[[AsyncSession, Viewer, HelpRequest, datetime, str], Awaitable[bool]]
"""One change of one request, under the mark of what is done together; False where it is not theirs to do."""


async def in_hand(session: AsyncSession, viewer: Viewer, ids: Sequence[int]) -> Sequence[HelpRequest]:
    """Those of the numbers that are of the viewer's places, locked."""
    mine = HelpRequest.id.in_(ids[:MOST_AT_ONCE]), viewer.bounds.help_requests()
    return (await session.scalars(select(HelpRequest).where(*mine).order_by(HelpRequest.id).with_for_update())).all()


async def take_one(session: AsyncSession, viewer: Viewer, asked: HelpRequest, now: datetime, token: str) -> bool:
    """Take it, unless somebody has it or it is over."""
    return asked.done_at is None and await take(session, viewer, asked, now, batch=token) is None


async def leave_one(session: AsyncSession, viewer: Viewer, asked: HelpRequest, now: datetime, token: str) -> bool:
    """Hand it back: one's own, and for the district anybody's."""
    if asked.owner_id is None or asked.done_at is not None:
        return False
    if asked.owner_id != viewer.id and viewer.role not in EVERYWHERE:
        return False
    await leave(session, viewer, asked, now, batch=token)
    return True


async def end_one(session: AsyncSession, viewer: Viewer, asked: HelpRequest, now: datetime, token: str) -> bool:
    """Note that the person was reached."""
    if asked.done_at is None:
        await end(session, viewer, asked, now, batch=token)
        await session.flush()
    return True


async def open_one(session: AsyncSession, viewer: Viewer, asked: HelpRequest, now: datetime, _: str) -> bool:
    """Open it again, with those that were ended together with it."""
    if asked.done_at is not None:
        await reopen(session, asked)
        note(session, viewer, now, "help_reopen", "help_request", asked.id)
    return True


STEPS: dict[str, Step] = {"take": take_one, "leave": leave_one, "done": end_one, "again": open_one}


async def change(
    session: AsyncSession, viewer: Viewer, requests: Sequence[HelpRequest], what: str, now: datetime, token: str
) -> Asked:
    """Do one of ``STEPS`` to all of them."""
    done = [await STEPS[what](session, viewer, asked, now, token) for asked in requests]
    return Asked(sum(done), len(done) - sum(done))


async def undo(session: AsyncSession, viewer: Viewer, now: datetime, token: str) -> int:
    """Take back one's own change where nothing has happened to the request since; returns how many."""
    entries = await own_batch(session, viewer, token, now, AuditEntry.subject == "help_request")
    undone = 0
    for asked in await in_hand(session, viewer, list(entries)):
        if await _put_back(session, asked, entries[asked.id]):
            note(session, viewer, now, "undo", "help_request", asked.id, undone=entries[asked.id].action)
            undone += 1
    return undone


async def _put_back(session: AsyncSession, asked: HelpRequest, entry: AuditEntry) -> bool:
    """Whether it stood as the change had left it, and now stands as before."""
    if entry.action == "help_done" and asked.done_at == entry.created_at:
        await reopen(session, asked)
        return True
    if asked.done_at is not None:
        return False
    before = entry.detail.get("owner_before")
    if entry.action == "help_take" and (asked.owner_id, asked.taken_at) == (entry.staff_id, entry.created_at):
        asked.owner_id, asked.taken_at = before, None
        return True
    if entry.action == "help_leave" and asked.owner_id is None and await _may_have(session, before):
        taken = entry.detail["taken_before"]
        asked.owner_id, asked.taken_at = before, datetime.fromisoformat(taken) if taken else None
        return True
    return False


async def _may_have(session: AsyncSession, staff_id: int | None) -> bool:
    staff = await session.get(Staff, staff_id) if staff_id is not None else None
    return staff is not None and staff.disabled_at is None and staff.role not in LOOKING

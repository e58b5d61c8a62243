"""What a release is bound to, at the desk and in a chat: it goes as it was looked at and rehearsed, or not at all."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from db import broadcasting
from db.audiences import UnknownGroup
from db.broadcasting import NotNow
from db.broadcasts import Broadcast
from db.notices import Notice
from db.staff import Staff


@dataclass(frozen=True)
class Rules:
    """What is configured: the channels that are served, and to how many people one person alone may send."""

    served: tuple[str, ...]
    second_person_above: int


class Stale(Exception):
    """It must be looked at again; ``why`` is the word for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def mark(broadcast: Broadcast) -> str:
    """Changes with anything that is decided by a release, so that nobody releases what they have not seen."""
    names = ("audience", "within", "words", "start_at", "repeat", "useful_until", "on_doubt", "on_holidays", "urgent",
             "urgent_why", "created_by", "rehearsed_at")  # fmt: skip
    words = json.dumps([getattr(broadcast, name) for name in names], sort_keys=True, default=str)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


async def release(
    session: AsyncSession, broadcast: Broadcast, staff: Staff, seen: str, rules: Rules, now: datetime
) -> None:
    """Let it go if it is as ``seen`` and rehearsed. Raises ``Stale``, ``db.broadcasting.NeedsSecondPerson``."""
    notice = await session.get_one(Notice, broadcast.notice_id, with_for_update={"read": True})
    if notice.state != "published" and not broadcast.corrects:
        raise Stale("not_published")
    if broadcast.rehearsed_at is not None and notice.updated_at > broadcast.rehearsed_at:
        raise Stale("changed_since")
    if seen != mark(broadcast):
        raise Stale("overtaken")
    try:
        await broadcasting.release(session, broadcast, staff, rules.served, rules.second_person_above, now)
    except NotNow:
        raise Stale("overtaken") from None
    except UnknownGroup:
        raise Stale("wrong_audience") from None

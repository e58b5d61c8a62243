"""Broadcasts as a chat begins and finds them: for a notice, with an audience that needs no form."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import broadcasting
from db.audiences import Audience
from db.broadcasts import Broadcast
from db.notice_queries import NoticeRow
from db.notices import Notice, NoticeText
from db.record import note
from db.staff import Staff

NEEDS = {"job_fair": ("job",), "overseas": ("overseas",), "course": ("training",)}
"""Whom each kind of notice concerns: the needs that people registered; the general ones concern everybody."""
OPEN = ("draft", "rehearsed")
"""The states in which it is composed."""
UNDER_WAY = (*OPEN, "released", "running", "paused")


def audience_of(notice: NoticeRow) -> Audience:
    """The people of a notice's own place and kind, but those who were told already."""
    places = () if notice.place is None else (notice.place.id,)
    return Audience.model_validate({"places": places, "kinds": NEEDS.get(notice.kind, ()), "without_told": True})


def audience_of_group(number: int) -> Audience:
    """The people of a saved group, but those who were told already."""
    return Audience(groups=(number,), without_told=True)


async def begin(
    session: AsyncSession,
    notice: NoticeRow,
    audience: Audience,
    staff: Staff,
    now: datetime,
    *,
    within: Collection[int] | None,
) -> Broadcast:
    """A draft; the one that the same person began for the same people, where there is one: taps come twice."""
    mine = Broadcast.created_by == staff.id, Broadcast.notice_id == notice.id, Broadcast.state.in_(OPEN)
    for begun in await session.scalars(select(Broadcast).where(*mine, ~Broadcast.corrects).order_by(Broadcast.id)):
        if Audience.model_validate(begun.audience) == audience:
            return begun
    broadcast = await broadcasting.compose(session, notice.id, audience, staff, now, within=within)
    broadcast.useful_until = notice.over_at
    note(session, staff, now, "broadcast_add", broadcasting.SUBJECT, broadcast.id, notice=notice.id, source="chat")
    return broadcast


async def under_way(
    session: AsyncSession, kinds: Collection[str], lang: str, *, limit: int, offset: int
) -> Sequence[Any]:
    """The broadcasts of these kinds of notices that are not over, newest first: rows of number, state and title."""
    title = select(NoticeText.title).where(NoticeText.notice_id == Broadcast.notice_id, NoticeText.lang == lang)
    query = (
        select(Broadcast.id, Broadcast.state, title.scalar_subquery().label("title"))
        .join(Notice, Notice.id == Broadcast.notice_id)
        .where(Notice.kind.in_(kinds), Broadcast.state.in_(UNDER_WAY))
        .order_by(Broadcast.id.desc())
    )
    return (await session.execute(query.limit(limit).offset(offset))).all()

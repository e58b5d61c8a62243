"""Keeping what people answer to notices, what they follow, and whether they want silence."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.notices import Follow, Mute, Response
from db.people import Worker
from db.places import Place


async def keep_answer(
    session: AsyncSession, notice_id: int, identity_id: int, worker_id: int | None, answer: str, now: datetime
) -> None:
    """Write an answer over the account's earlier one; a wish to be called leaves the earlier one as it is."""
    anew: dict[str, Any] = {"worker_id": worker_id, "answered_at": now}
    anew |= {"call_asked_at": now} if answer == "call_me" else {"answer": answer}
    first = {"notice_id": notice_id, "identity_id": identity_id, "answer": answer} | anew
    query = insert(Response).values(**first)
    await session.execute(query.on_conflict_do_update(index_elements=["notice_id", "identity_id"], set_=anew))


async def answer_of(session: AsyncSession, notice_id: int, identity_id: int) -> str | None:
    """What this account answered last."""
    query = select(Response.answer).where(Response.notice_id == notice_id, Response.identity_id == identity_id)
    found: str | None = await session.scalar(query)
    return found


async def count_answers(session: AsyncSession, notice_id: int) -> dict[str, int]:
    """How many gave each answer; ``call_me`` counts everybody who wants to be called."""
    query = select(Response.answer, func.count(), func.count(Response.call_asked_at))
    rows = (await session.execute(query.where(Response.notice_id == notice_id).group_by(Response.answer))).all()
    counts = {answer: number for answer, number, _ in rows if answer != "call_me"}
    calls = sum(called for _, _, called in rows)
    return counts | ({"call_me": calls} if calls else {})


async def own_places(session: AsyncSession, worker: Worker | None) -> frozenset[int]:
    """The person's commune, of the old map and of the new."""
    if worker is None or worker.place_id is None:
        return frozenset()
    query = select(Place.successor_id).where(Place.id == worker.place_id)
    return frozenset(filter(None, (worker.place_id, await session.scalar(query))))


async def followed(session: AsyncSession, identity_id: int) -> set[tuple[str | None, int | None]]:
    """The kinds and places that the account wants to hear of."""
    query = select(Follow.kind, Follow.place_id).where(Follow.identity_id == identity_id)
    return {(kind, place_id) for kind, place_id in (await session.execute(query)).all()}


async def follow(
    session: AsyncSession, identity_id: int, now: datetime, kind: str | None = None, place_id: int | None = None
) -> None:
    """Follow a kind, a place, or both together."""
    query = insert(Follow).values(identity_id=identity_id, kind=kind, place_id=place_id, created_at=now)
    await session.execute(query.on_conflict_do_nothing())


async def unfollow(
    session: AsyncSession, identity_id: int, kind: str | None = None, places: Collection[int] | None = None
) -> None:
    """Follow a kind, or places, no more."""
    what = Follow.kind.is_not_distinct_from(kind)
    where = Follow.place_id.in_(places) if places is not None else Follow.place_id.is_(None)
    await session.execute(delete(Follow).where(Follow.identity_id == identity_id, what, where))


async def is_muted(session: AsyncSession, identity_id: int) -> bool:
    """Whether the account wants nothing unasked."""
    return await session.get(Mute, identity_id) is not None


async def mute(session: AsyncSession, identity_id: int, now: datetime) -> None:
    """Send this account nothing unasked from now on."""
    await session.execute(insert(Mute).values(identity_id=identity_id, muted_at=now).on_conflict_do_nothing())


async def unmute(session: AsyncSession, identity_id: int) -> None:
    """The account may be written to again."""
    await session.execute(delete(Mute).where(Mute.identity_id == identity_id))

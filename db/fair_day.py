"""The day of a job fair: who said that they come, who came, and those who come unannounced."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.bounds import Bounds
from db.fairs import Attendance
from db.hamlets import hamlet_named
from db.notices import Notice, NoticeText, Response
from db.people import Consent, Worker
from db.priority import MOST, is_difficult
from db.registrations import Registration
from db.twins import note_twins

AROUND = timedelta(days=60)
"""Fairs so long before and after today are listed."""
COMING = ("come", "maybe")
CALLED_WITHIN = timedelta(days=3)
"""By when somebody who registers at the fair is called."""


async def fairs(session: AsyncSession, now: datetime) -> Sequence[Any]:
    """Published fairs around today, the nearest first, with how many come and came."""
    said = select(func.count()).where(Response.notice_id == Notice.id, Response.answer == "come").scalar_subquery()
    came = select(func.count()).where(Attendance.notice_id == Notice.id).scalar_subquery()
    query = (
        select(Notice.id, Notice.starts_at, Notice.place_id, NoticeText.title, said.label("said"), came.label("came"))
        .outerjoin(NoticeText, (NoticeText.notice_id == Notice.id) & (NoticeText.lang == "vi"))
        .where(Notice.kind == "job_fair", Notice.state == "published")
        .where(Notice.starts_at.between(now - AROUND, now + AROUND))
        .order_by(func.abs(func.extract("epoch", Notice.starts_at - now)))
        .limit(50)
    )
    return (await session.execute(query)).all()


async def fair(session: AsyncSession, number: int) -> Any:
    """One published fair with its title, or None."""
    query = (
        select(Notice.id, Notice.starts_at, Notice.place_id, NoticeText.title)
        .outerjoin(NoticeText, (NoticeText.notice_id == Notice.id) & (NoticeText.lang == "vi"))
        .where(Notice.id == number, Notice.kind == "job_fair", Notice.state == "published")
    )
    return (await session.execute(query)).one_or_none()


_PERSON = (Worker.id, Worker.name, Worker.birth_year, Worker.phone, Worker.place_id, Worker.hamlet)


async def expected(session: AsyncSession, number: int, bounds: Bounds, limit: int) -> Sequence[Any]:
    """Who said that they come, or came without a word, by given name: each with when they came."""
    answer = select(Response.worker_id, func.min(Response.answer).label("answer")).where(
        Response.notice_id == number, Response.answer.in_(COMING), Response.worker_id.is_not(None)
    )
    said = answer.group_by(Response.worker_id).subquery()
    came = select(Attendance).where(Attendance.notice_id == number).subquery()
    known = select(said.c.worker_id).union(select(came.c.worker_id))
    given = func.fold_text(func.regexp_replace(func.coalesce(Worker.name, ""), "^.* ", ""))
    query = (
        select(*_PERSON, said.c.answer, came.c.came_at, came.c.way)
        .outerjoin(said, said.c.worker_id == Worker.id)
        .outerjoin(came, came.c.worker_id == Worker.id)
        .where(Worker.id.in_(known), bounds.workers())
        .order_by(given, Worker.name, Worker.id)
        .limit(limit)
    )
    return (await session.execute(query)).all()


async def found(session: AsyncSession, number: int, words: str, bounds: Bounds, limit: int = 20) -> Sequence[Any]:
    """People by name without accents or by phone, of whom some may not have said that they come."""
    came = select(Attendance).where(Attendance.notice_id == number).subquery()
    query = select(*_PERSON, came.c.came_at, came.c.way).outerjoin(came, came.c.worker_id == Worker.id)
    for word in words.split():
        query = query.where(Worker.search.contains(word, autoescape=True))
    query = query.where(bounds.workers()).order_by(Worker.id.desc()).limit(limit)
    return (await session.execute(query)).all()


async def person(session: AsyncSession, worker_id: int, bounds: Bounds) -> Worker | None:
    """Somebody within the bounds."""
    worker: Worker | None = await session.scalar(select(Worker).where(Worker.id == worker_id, bounds.workers()))
    return worker


async def check_in(session: AsyncSession, number: int, worker_id: int, way: str, staff_id: int, now: datetime) -> bool:
    """Note that somebody came; False when that was noted already."""
    query = insert(Attendance).values(notice_id=number, worker_id=worker_id, way=way, staff_id=staff_id, came_at=now)
    done = query.on_conflict_do_nothing(index_elements=["notice_id", "worker_id"]).returning(Attendance.id)
    return await session.scalar(done) is not None


async def take_back(session: AsyncSession, number: int, worker_id: int) -> bool:
    """Somebody was checked in by mistake."""
    mine = Attendance.notice_id == number, Attendance.worker_id == worker_id
    return await session.scalar(delete(Attendance).where(*mine).returning(Attendance.id)) is not None


async def walk_in(
    session: AsyncSession, bounds: Bounds, facts: dict[str, Any], kind: str, lang: str, now: datetime
) -> Registration:
    """Write somebody who came unannounced and agreed, with what they look for.

    Who has this phone is known already, where staff at the door may see them; elsewhere it is a likely twin, of whom
    those learn who may see both.
    """
    worker = await _known(session, facts, bounds)
    if worker is None:
        worker = Worker(**facts, created_at=now, updated_at=now)
        worker.hamlet_id = await hamlet_named(session, worker.place_id, worker.hamlet)
        session.add(worker)
        await session.flush()
    await _agreed(session, worker.id, lang, now)
    same = Registration.worker_id == worker.id, Registration.kind == kind, Registration.due_at.is_not(None)
    registration: Registration | None = await session.scalar(select(Registration).where(*same).limit(1))
    if registration is None:
        difficult = await is_difficult(session, worker.place_id, now.date())
        registration = Registration(worker_id=worker.id, place_id=worker.place_id, hamlet_id=worker.hamlet_id,
                                    kind=kind, status="new", answers={}, source="fair",
                                    priority=min(MOST, worker.points + difficult),
                                    promised_at=now + CALLED_WITHIN, created_at=now,
                                    updated_at=now, fresh_at=now)  # fmt: skip
        registration.twin_id = await note_twins(session, worker)
        session.add(registration)
        await session.flush()
    return registration


async def _agreed(session: AsyncSession, worker_id: int, lang: str, now: datetime) -> None:
    """Keep that they agreed: also of who was known, since they may have taken an earlier agreement back."""
    spoken = Consent.worker_id == worker_id, Consent.withdrawn_at.is_(None)
    if await session.scalar(select(Consent.id).where(*spoken).limit(1)) is None:
        given = {"text_version": "spoken at a fair", "lang": lang, "channel": "desk", "given_at": now}
        session.add(Consent(worker_id=worker_id, **given))


async def _known(session: AsyncSession, facts: dict[str, Any], bounds: Bounds) -> Worker | None:
    """The person, where phone and year of birth say so."""
    if not facts.get("phone"):
        return None
    same = Worker.phone == facts["phone"], Worker.birth_year == facts["birth_year"], bounds.workers()
    worker: Worker | None = await session.scalar(select(Worker).where(*same).order_by(Worker.id).limit(1))
    return worker

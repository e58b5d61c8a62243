"""Reading notices with their words, files, place and officer: one, or what is coming, nearest first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Date, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from db.notices import Notice
from db.staff import Staff

UNDATED_FOR = timedelta(days=60)
"""News without a date is shown for so long after its publication."""


@dataclass(frozen=True)
class Words:
    """The words in one language."""

    title: str
    body: str
    venue: str


@dataclass(frozen=True)
class PlaceName:
    """The commune that a notice is for."""

    id: int
    kind: str
    name: str


@dataclass(frozen=True)
class FileRow:
    """A file that is kept for a notice."""

    id: int
    lang: str | None
    kind: str
    name: str
    mime: str
    size: int
    path: str


@dataclass(frozen=True)
class NoticeRow:
    """A notice as it stands, apart from the session that read it."""

    id: int
    kind: str
    state: str
    starts_at: datetime | None
    ends_at: datetime | None
    deadline: datetime | None
    when_at: datetime | None
    over_at: datetime | None
    place: PlaceName | None
    map_url: str | None
    details: Mapping[str, Any]
    officer_id: int | None
    officer: str | None
    """The name of whom people meet there."""
    texts: Mapping[str, Words]
    files: Sequence[FileRow]
    published_at: datetime | None
    cancelled_at: datetime | None
    version: int


_WHOLE = (joinedload(Notice.place), selectinload(Notice.texts), selectinload(Notice.files))


async def read_notice(session: AsyncSession, number: int) -> NoticeRow | None:
    """The notice with this number."""
    query = select(Notice, Staff.name).outerjoin(Staff, Staff.id == Notice.officer_id).where(Notice.id == number)
    row = (await session.execute(query.options(*_WHOLE))).one_or_none()
    return _row(row[0], row[1]) if row is not None else None


async def coming(
    session: AsyncSession,
    now: datetime,
    zone: str,
    *,
    kinds: Collection[str] = (),
    own: Collection[int] = (),
    limit: int,
    offset: int = 0,
) -> list[NoticeRow]:
    """What is published and not over, the nearest day first, of one day the reader's ``own`` places first.

    ``kinds``: of these only; none are all.
    """
    day = cast(func.timezone(zone, Notice.when_at), Date)
    near = case((Notice.place_id.in_(own), 0), else_=1)
    query = (
        select(Notice, Staff.name)
        .outerjoin(Staff, Staff.id == Notice.officer_id)
        .where(*_ahead(now), *([Notice.kind.in_(kinds)] if kinds else []))
        .order_by(day.nulls_last(), near, Notice.when_at.nulls_last(), Notice.id)
        .limit(limit)
        .offset(offset)
    )
    return [_row(*row) for row in (await session.execute(query.options(*_WHOLE))).all()]


async def count_coming(session: AsyncSession, now: datetime) -> dict[str, int]:
    """How many lie ahead, by kind."""
    query = select(Notice.kind, func.count().label("number")).where(*_ahead(now)).group_by(Notice.kind)
    return {row.kind: row.number for row in await session.execute(query)}


def _ahead(now: datetime) -> tuple[Any, ...]:
    undated = Notice.over_at.is_(None) & (Notice.published_at > now - UNDATED_FOR)
    return Notice.state == "published", or_(Notice.over_at > now, undated)


def _row(notice: Notice, officer: str | None) -> NoticeRow:
    place = notice.place
    return NoticeRow(
        id=notice.id,
        kind=notice.kind,
        state=notice.state,
        starts_at=notice.starts_at,
        ends_at=notice.ends_at,
        deadline=notice.deadline,
        when_at=notice.when_at,
        over_at=notice.over_at,
        place=PlaceName(place.id, place.kind, place.name) if place else None,
        map_url=notice.map_url,
        details=notice.details,
        officer_id=notice.officer_id,
        officer=officer,
        texts={text.lang: Words(text.title, text.body, text.venue) for text in notice.texts},
        files=[FileRow(f.id, f.lang, f.kind, f.name, f.mime, f.size, f.path) for f in notice.files],
        published_at=notice.published_at,
        cancelled_at=notice.cancelled_at,
        version=notice.version,
    )

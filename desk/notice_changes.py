"""Writing notices: a new draft, saving, publication, cancellation; each with its entry in the record."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from content.catalogue import LANGUAGES
from content.notices.publication import faults
from db.broadcasting import withdraw
from db.notice_queries import NoticeRow, read_notice
from db.notices import Notice, NoticeChange, NoticeText
from db.staff import Staff
from desk.access import Viewer
from desk.record import note


class Refused(Exception):
    """It can't be done; ``key`` is the word that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


async def add_draft(session: AsyncSession, viewer: Viewer, kind: str, now: datetime) -> int:
    """Begin a notice; returns its number."""
    notice = Notice(kind=kind, created_by=viewer.id, officer_id=viewer.id, created_at=now, updated_at=now)
    session.add(notice)
    await session.flush()
    session.add_all(NoticeText(notice_id=notice.id, lang=lang) for lang in LANGUAGES)
    note(session, viewer, now, "notice_add", "notice", notice.id)
    return notice.id


async def save(
    session: AsyncSession, viewer: Viewer, draft: NoticeRow, seen: int, now: datetime
) -> NoticeChange | None:
    """Keep a draft; of a published notice, returns what was changed. Raises ``Refused``.

    ``seen`` is the version that the form was made from. A published notice stays one that may be published.
    """
    notice = await locked(session, draft.id)
    before = await read_notice(session, draft.id)
    assert before is not None, "it has just been locked"
    if notice.version != seen:
        raise Refused("notice.overtaken")
    if notice.state == "cancelled":
        raise Refused("notice.is_cancelled")
    if notice.state == "published" and any(fault.reason != "past" for fault in faults(draft, now)):
        raise Refused("notice.stays_whole")
    changed = _differences(before, draft)
    _write(notice, draft, now)
    note(session, viewer, now, "notice_save", "notice", notice.id, fields=sorted(changed))
    if notice.state != "published" or not changed:
        return None
    return _change(session, viewer, notice, changed, now)


async def publish(session: AsyncSession, viewer: Viewer, number: int, now: datetime) -> None:
    """Let workers read it. Raises ``Refused`` while anything is missing."""
    notice = await locked(session, number)
    row = await read_notice(session, number)
    if row is None or notice.state != "draft":
        raise Refused("notice.overtaken")
    if faults(row, now):
        raise Refused("notice.not_whole")
    notice.state, notice.published_at, notice.published_by, notice.updated_at = "published", now, viewer.id, now
    notice.version += 1
    note(session, viewer, now, "notice_publish", "notice", number)


async def cancel(session: AsyncSession, viewer: Viewer, number: int, now: datetime) -> NoticeChange:
    """Call a published notice off, for good. Raises ``Refused``."""
    notice = await locked(session, number)
    if notice.state != "published":
        raise Refused("notice.overtaken")
    notice.state, notice.cancelled_at, notice.updated_at = "cancelled", now, now
    notice.version += 1
    note(session, viewer, now, "notice_cancel", "notice", number)
    await withdraw(session, number, await session.get_one(Staff, viewer.id), now)
    return _change(session, viewer, notice, {"state": ("published", "cancelled")}, now)


async def locked(session: AsyncSession, number: int) -> Notice:
    """The notice, held for this transaction."""
    query = select(Notice).where(Notice.id == number).options(selectinload(Notice.texts)).with_for_update(of=Notice)
    return (await session.execute(query)).scalar_one()


def _change(
    session: AsyncSession, viewer: Viewer, notice: Notice, changed: dict[str, tuple[Any, Any]], now: datetime
) -> NoticeChange:
    change = NoticeChange(
        notice_id=notice.id,
        staff_id=viewer.id,
        before={name: was for name, (was, _) in changed.items()},
        after={name: becomes for name, (_, becomes) in changed.items()},
        changed_at=now,
    )
    session.add(change)
    return change


def _write(notice: Notice, draft: NoticeRow, now: datetime) -> None:
    for name in ("starts_at", "ends_at", "deadline", "map_url", "officer_id"):
        setattr(notice, name, getattr(draft, name))
    notice.place_id = draft.place.id if draft.place else None
    notice.details = dict(draft.details)
    for text in notice.texts:
        words = draft.texts[text.lang]
        text.title, text.body, text.venue = words.title, words.body, words.venue
    notice.version, notice.updated_at = notice.version + 1, now


def _differences(before: NoticeRow, after: NoticeRow) -> dict[str, tuple[Any, Any]]:
    """The fields that changed, as they were and as they become, in what JSON can keep."""
    was, becomes = _plain(before), _plain(after)
    return {name: (was[name], becomes[name]) for name in was if was[name] != becomes[name]}


def _plain(row: NoticeRow) -> dict[str, Any]:
    dates = {name: getattr(row, name) for name in ("starts_at", "ends_at", "deadline")}
    place = row.place.id if row.place else None
    venue = {lang: words.venue for lang, words in row.texts.items()} | {"place": place}
    texts = {name: {lang: getattr(words, name) for lang, words in row.texts.items()} for name in ("title", "body")}
    plain = {name: moment.astimezone().isoformat() if moment else None for name, moment in dates.items()}
    return plain | texts | {"venue": venue, "map_url": row.map_url, "details": dict(row.details)}

"""What happened to a case, newest first: what staff and the clock did, and what the worker changed, from and to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.corrections import Changes, corrections_of
from db.keep import SEALED
from db.seal import Seal
from db.staff import AuditEntry
from desk.access import Viewer
from desk.answers import choice, label, phone_for
from desk.people_columns import reason_words
from desk.placebook import PlaceBook
from desk.words import word

MOST = 50


class Changed(NamedTuple):
    """One answer in words, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened."""

    created_at: datetime
    actor: str
    action: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    changes: Sequence[Changed] = ()

    @property
    def reason(self) -> str:
        """Why it was closed, in words."""
        return reason_words(self.detail.get("reason"))


async def entries_of(session: AsyncSession, registration_id: int) -> Sequence[AuditEntry]:
    """The record's newest entries about a case."""
    query = select(AuditEntry).where(AuditEntry.subject == "registration", AuditEntry.subject_id == registration_id)
    return (await session.scalars(query.order_by(AuditEntry.id.desc()).limit(MOST))).all()


async def history_of(
    session: AsyncSession, viewer: Viewer, book: PlaceBook, seal: Seal, number: int, entries: Sequence[AuditEntry]
) -> list[HistoryLine]:
    """The record's entries and the corrections together, each answer as this viewer may read it."""
    lines = [HistoryLine(one.created_at, one.actor, one.action, one.detail) for one in entries]
    for one, changes in await corrections_of(session, seal, number, MOST):
        said = tuple(_told(viewer, book, changes))
        lines.append(HistoryLine(one.created_at, one.actor, "correct", changes=said))
    return sorted(lines, key=lambda line: line.created_at, reverse=True)[:MOST]


def _told(viewer: Viewer, book: PlaceBook, changes: Changes) -> Iterator[Changed]:
    for key, (before, after) in changes.items():
        if key not in SEALED or viewer.sees_private:
            yield Changed(label(key), _words(viewer, book, key, before), _words(viewer, book, key, after))


def _words(viewer: Viewer, book: PlaceBook, key: str, value: Any) -> str:
    if value is None:
        return word("person.unsaid")
    if isinstance(value, dict):
        return word("person.spoken")
    if key == "phone":
        return phone_for(viewer, str(value))
    if key == "commune":
        return book.name(book.id_of(str(value))) or choice(key, value)
    return choice(key, value)

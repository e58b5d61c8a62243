"""The state's list of firms that may send workers abroad: each loaded list is kept whole, the newest one counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Computed, Date, ForeignKey, Index, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Key, Moment

STATUSES = ("licensed", "suspended", "revoked")
CANDIDATES = 30
"""So many firms whose names resemble what was typed are looked at more closely."""


class LicenceList(Base):
    """One list as of a day; it counts once somebody has accepted it."""

    __tablename__ = "licence_list"

    id: Mapped[Key]
    listed_on: Mapped[date] = mapped_column(Date)
    source: Mapped[str]
    """The name of the file that it came from."""
    loaded_by: Mapped[str]
    accepted_at: Mapped[Moment | None]
    created_at: Mapped[Born]


class Licence(Base):
    """One firm in one list."""

    __tablename__ = "licence"
    __table_args__ = (
        Index("ix_licence_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        Index("ix_licence_list_id_number_key", "list_id", "number_key"),
    )

    id: Mapped[Key]
    list_id: Mapped[int] = mapped_column(ForeignKey("licence_list.id", ondelete="CASCADE"))
    number: Mapped[str]
    number_key: Mapped[str]
    """The number without spaces, signs and accents, to be compared."""
    name: Mapped[str]
    short_name: Mapped[str | None]
    status: Mapped[str]
    since: Mapped[date | None] = mapped_column(Date)
    address: Mapped[str | None]
    phone: Mapped[str | None]
    note: Mapped[str | None]
    search: Mapped[str] = mapped_column(
        Computed("fold_text(coalesce(name, '') || ' ' || coalesce(short_name, ''))", persisted=True)
    )


@dataclass(frozen=True)
class Looked:
    """What the newest list holds that may be meant."""

    listed_on: date
    here: Sequence[Licence]


async def current_list(session: AsyncSession) -> LicenceList | None:
    """The accepted list of the newest day; None while there is none."""
    found: LicenceList | None = await session.scalar(_accepted().limit(1))
    return found


async def accepted_lists(session: AsyncSession) -> Sequence[tuple[LicenceList, int]]:
    """Every accepted list with its number of firms, newest first."""
    firms = select(func.count()).where(Licence.list_id == LicenceList.id).scalar_subquery()
    rows = await session.execute(_accepted().add_columns(firms))
    return [(row[0], row[1]) for row in rows]


async def drafts(session: AsyncSession) -> Sequence[LicenceList]:
    """Lists that were uploaded and wait for a decision."""
    waiting = LicenceList.accepted_at.is_(None)
    return (await session.scalars(select(LicenceList).where(waiting).order_by(LicenceList.id.desc()))).all()


async def firms_of(session: AsyncSession, list_id: int) -> Sequence[Licence]:
    """The firms of one list, by name."""
    return (await session.scalars(select(Licence).where(Licence.list_id == list_id).order_by(Licence.name))).all()


async def keep_list(
    session: AsyncSession,
    rows: Iterable[Mapping[str, Any]],
    *,
    listed_on: date,
    source: str,
    loaded_by: str,
    now: datetime,
) -> LicenceList:
    """Write a list with its firms; it counts only after ``accept``."""
    kept = LicenceList(listed_on=listed_on, source=source, loaded_by=loaded_by, created_at=now)
    session.add(kept)
    await session.flush()
    await session.execute(insert(Licence), [{"list_id": kept.id, **row} for row in rows])
    return kept


async def accept(session: AsyncSession, kept: LicenceList, now: datetime) -> None:
    """Let a list count from now on."""
    kept.accepted_at = now
    await session.flush()


async def discard(session: AsyncSession, kept: LicenceList) -> None:
    """Throw a list away that was never accepted."""
    await session.execute(delete(LicenceList).where(LicenceList.id == kept.id, LicenceList.accepted_at.is_(None)))


async def look_up(session: AsyncSession, name: str, number_keys: Sequence[str]) -> Looked | None:
    """Firms that a typed name or number may mean; None while no list is accepted."""
    newest = await current_list(session)
    if newest is None:
        return None
    query = _resembling(await _folded(session, name), number_keys).where(Licence.list_id == newest.id)
    return Looked(newest.listed_on, (await session.scalars(query)).all())


async def look_back(
    session: AsyncSession, name: str, number_keys: Sequence[str], before: date
) -> Sequence[tuple[Licence, date]]:
    """The same in lists of earlier days: each firm once, with the last day on which it was listed."""
    lists = select(LicenceList.id).where(LicenceList.accepted_at.is_not(None), LicenceList.listed_on < before)
    query = _resembling(await _folded(session, name), number_keys).where(Licence.list_id.in_(lists))
    query = query.join(LicenceList, LicenceList.id == Licence.list_id).add_columns(LicenceList.listed_on)
    last: dict[str, tuple[Licence, date]] = {}
    for firm, day in (await session.execute(query)).all():
        if firm.number_key not in last or day > last[firm.number_key][1]:
            last[firm.number_key] = (firm, day)
    return list(last.values())


def _accepted() -> Any:
    accepted = LicenceList.accepted_at.is_not(None)
    newest_first = LicenceList.listed_on.desc(), LicenceList.accepted_at.desc()
    return select(LicenceList).where(accepted).order_by(*newest_first)


async def _folded(session: AsyncSession, words: str) -> str:
    """The words as the table's search column has them; folded once, not for every row."""
    folded: str | None = await session.scalar(select(func.fold_text(words)))
    return folded or ""


def _resembling(typed: str, number_keys: Sequence[str]) -> Any:
    """By number exactly, or by folded name as far as trigrams see; ``%>`` finds a short name inside a long one."""
    near = or_(Licence.search.op("%")(typed), Licence.search.op("%>")(typed))
    likeness = func.greatest(func.similarity(Licence.search, typed), func.word_similarity(typed, Licence.search))
    bare = func.substring(Licence.number_key, r"^\d+")
    by_number = or_(Licence.number_key.in_(number_keys), bare.in_(number_keys))
    order = by_number.desc(), likeness.desc(), Licence.id.desc()
    return select(Licence).where(or_(by_number, near)).order_by(*order).limit(CANDIDATES)


async def firm_in(session: AsyncSession, firm_id: int) -> tuple[Licence, LicenceList] | None:
    """One firm of an accepted list, with its list."""
    query = select(Licence, LicenceList).join(LicenceList, LicenceList.id == Licence.list_id)
    row = (await session.execute(query.where(Licence.id == firm_id, LicenceList.accepted_at.is_not(None)))).first()
    return (row[0], row[1]) if row else None

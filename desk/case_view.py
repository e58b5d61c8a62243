"""What a case's page shows of its follow-up: owner, day, order, calls, notes, and what was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.appointments import of_case
from db.cases import OUTCOMES, CaseCall, CaseMessage, CaseNote, PersonTalk, ReadyAnswer
from db.keep import SEALED
from db.people import Identity
from db.person_talks import open_talk, reachable
from db.priority import grounds_of, is_difficult
from db.ratings import Rating
from db.register import open_field
from db.registrations import CLOSED, Registration
from db.reminders import Appointment, WishCheck
from db.seal import Seal, SealBroken
from db.staff import Staff
from db.words_search import SOURCES
from desk.access import Viewer
from desk.cases import colleagues_of
from desk.page import number_of

_MOST = 100
_AFTER = 10
"""What is shown of a long talk after the words that were searched for."""


@dataclass(frozen=True)
class CaseView:
    """The follow-up of one registration."""

    owner: Staff | None
    colleagues: Sequence[Any]
    calls: Sequence[CaseCall]
    notes: Sequence[CaseNote]
    messages: Sequence[CaseMessage]
    talk: PersonTalk | None
    account: Identity | None
    answers: Sequence[ReadyAnswer]
    grounds: Sequence[str]
    appointments: Sequence[Appointment]
    wishes: Sequence[WishCheck]
    """When it was asked whether this is still wanted, and what came of it."""
    rating: Rating | None
    """How the worker found the help, where that was asked."""
    is_open: bool
    outcomes: Sequence[str] = OUTCOMES


At = tuple[str, int] | None
"""One message, note or call that is to be seen, however old it is: what it is, and its number."""


def read_at(given: str) -> At:
    """Which one an address asks for, as ``message-12``; None for none and for nonsense."""
    what, _, number = given.partition("-")
    found = number_of(number)
    return (what, found) if what in SOURCES and found is not None else None


async def case_view(
    session: AsyncSession, viewer: Viewer, found: Registration, seal: Seal, now: datetime, at: At = None
) -> CaseView:
    """Read it."""
    account = await reachable(session, found)
    return CaseView(
        owner=await session.get(Staff, found.owner_id) if found.owner_id is not None else None,
        colleagues=await colleagues_of(session, found),
        calls=await _of_case(session, CaseCall, found.id, _upto(at, "call")),
        notes=await _of_case(session, CaseNote, found.id, _upto(at, "note")),
        messages=list(reversed(await _of_case(session, CaseMessage, found.id, _upto(at, "message")))),
        talk=await open_talk(session, account.id) if account is not None else None,
        account=account,
        answers=(await session.scalars(select(ReadyAnswer).order_by(ReadyAnswer.name))).all(),
        grounds=await _grounds(session, found, seal, now) if viewer.sees_private else (),
        appointments=await of_case(session, found.id),
        wishes=await _of_case(session, WishCheck, found.id),
        rating=await session.scalar(select(Rating).where(Rating.registration_id == found.id)),
        is_open=found.status not in CLOSED,
    )


def _upto(at: At, what: str) -> int | None:
    return at[1] if at is not None and at[0] == what else None


async def _of_case(session: AsyncSession, kind: Any, number: int, upto: int | None = None) -> Sequence[Any]:
    """The newest of the case; where one that is older is asked for, those from it back, with a few after it."""
    query = select(kind).where(kind.registration_id == number).order_by(kind.id.desc()).limit(_MOST)
    newest = (await session.scalars(query)).all()
    if upto is None or len(newest) < _MOST or newest[-1].id <= upto:
        return newest
    after = select(kind.id).where(kind.registration_id == number, kind.id > upto).order_by(kind.id).limit(_AFTER)
    last = max(await session.scalars(after), default=upto)
    return (await session.scalars(query.where(kind.id <= last))).all()


async def _grounds(session: AsyncSession, found: Registration, seal: Seal, now: datetime) -> Sequence[str]:
    """Why the case stands where it does, for those who may open the sealed answers."""
    try:
        person = {key: open_field(seal, getattr(found.worker, key)) for key in SEALED}
    except SealBroken:
        return ()
    return grounds_of(person, difficult=await is_difficult(session, found.place_id, now.date()))

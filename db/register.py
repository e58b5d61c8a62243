"""Keeping a registration: the worker with what is known, the need, and a look for the same person kept twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, and_, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.hamlets import hamlet_named
from db.ownership import settle_owner
from db.people import Worker, WorkerIdentity
from db.places import Place
from db.priority import DIFFICULT, MOST, is_difficult, points_of
from db.record import SYSTEM, Actor
from db.registrations import CLOSED, Registration
from db.seal import Seal
from db.turn import Turn
from db.twins import note_twins

PERSON_FIELDS = (
    "name",
    "birth_year",
    "sex",
    "phone",
    "phone_owner",
    "hamlet",
    "schooling",
    "work_state",
    "idle_time",
)
SEALED_FIELDS = ("household", "ethnicity")
_KNOWN = (*PERSON_FIELDS, *SEALED_FIELDS, "commune")


@dataclass(frozen=True)
class Kept:
    """What was written: a new registration, or an open one of the same kind brought up to date."""

    registration: Registration
    renewed: bool


async def keep_registration(
    session: AsyncSession,
    seal: Seal,
    *,
    identity_id: int | None,
    kind: str,
    person: dict[str, Any],
    answers: dict[str, Any],
    commune: str | None,
    source: str | None,
    promised_at: datetime,
    for_other: bool,
    now: datetime,
    helper: Actor | None = None,
    worker: Worker | None = None,
) -> Kept:
    """Write the worker and the need of one confirmed form; ``for_other``: of somebody else on the same phone.

    Whom a ``helper`` of the staff registers has no account with us: the helper's own is not theirs. ``worker`` is
    somebody who is known already.
    """
    place_id, registration, difficult = await _place_id(session, commune), None, None
    if worker is not None:
        registration = await _open_one(session, worker.id, kind)
        person = await answers_of(session, seal, worker) | {key: value for key, value in person.items() if value}
    elif identity_id is None:
        worker = Worker()
        session.add(worker)
        await session.flush()
    elif for_other:
        worker = await _new_worker(session, identity_id, "family")
    else:
        asked = {"identity": identity_id, "kind": kind, "place": place_id, "today": now.date()}
        row = (await session.execute(_STANDING, asked)).one_or_none()
        worker, registration, difficult = row or (await _new_worker(session, identity_id, "self"), None, None)
    _describe(worker, person, place_id, seal, now)
    worker.hamlet_id = await hamlet_named(session, place_id, worker.hamlet)
    await session.flush()
    # everything is asked before anything is set: each question would write first what was set until then
    if difficult is None:
        difficult = await is_difficult(session, place_id, now.date())
    twin_id = await note_twins(session, worker)
    renewed = registration is not None
    if registration is None:
        registration = Registration(worker_id=worker.id, kind=kind, created_at=now, source=source)
        session.add(registration)
    registration.identity_id = identity_id or registration.identity_id
    registration.place_id, registration.hamlet_id = place_id, worker.hamlet_id
    registration.next_at, registration.level = None, 0
    registration.priority = min(MOST, worker.points + difficult)
    registration.answers, registration.updated_at, registration.fresh_at = answers, now, now
    registration.promised_at = promised_at
    registration.helper_id = helper.id if helper else registration.helper_id
    registration.twin_id = twin_id
    await session.flush()
    await settle_owner(session, helper or SYSTEM, registration, now)
    return Kept(registration, renewed)


async def worker_of(session: AsyncSession, identity_id: int) -> Worker | None:
    """The person who writes from this account, as far as one has registered."""
    worker: Worker | None = await session.scalar(_WORKER_OF, {"identity": identity_id})
    return worker


async def is_unproven(session: AsyncSession, identity_id: int) -> bool:
    """Whether staff made one person of two, and nobody has shown here since to be that person."""
    return await session.scalar(_UNPROVEN, {"identity": identity_id}) is not None


async def prove(session: AsyncSession, identity_id: int) -> None:
    """Whoever writes from this account has shown to be the person."""
    mine = WorkerIdentity.identity_id == identity_id, WorkerIdentity.relation == "self"
    await session.execute(update(WorkerIdentity).where(*mine).values(merged_at=None))


_UNPROVEN = select(WorkerIdentity.merged_at).where(
    WorkerIdentity.identity_id == bindparam("identity"),
    WorkerIdentity.relation == "self",
    WorkerIdentity.merged_at.is_not(None),
)
# Made once: putting a query together takes as long as running it.
_WORKER_OF = (
    select(Worker)
    .join(WorkerIdentity)
    .where(WorkerIdentity.identity_id == bindparam("identity"), WorkerIdentity.relation == "self")
)
_IS_OPEN = Registration.kind == bindparam("kind"), Registration.status.not_in(CLOSED)
_OPEN_ONE = (
    select(Registration)
    .where(Registration.worker_id == bindparam("worker"), *_IS_OPEN)
    .order_by(Registration.id.desc())
    .limit(1)
)
_STANDING = (
    _WORKER_OF.outerjoin(Registration, and_(Registration.worker_id == Worker.id, *_IS_OPEN))
    .add_columns(Registration, DIFFICULT.scalar_subquery() > 0)
    .order_by(Registration.id.desc())
    .limit(1)
)
"""The person at an account, an open registration of the kind, and whether the commune is a difficult one."""
_KNOWN_HERE = f"""
    SELECT {", ".join(f"w.{name}" for name in (*PERSON_FIELDS, *SEALED_FIELDS))}, p.code AS commune,
           here.merged_at IS NOT NULL AS unproven
    FROM worker_identity here
    JOIN worker w ON w.id = here.worker_id
    LEFT JOIN place p ON p.id = w.place_id AND p.version = '2020'
    WHERE here.identity_id = $1 AND here.relation = 'self'
"""  # noqa: S608 - made of our own column names


async def known_answers(session: AsyncSession, seal: Seal, identity_id: int) -> dict[str, Any]:
    """What the person told in earlier registrations, as a form's answers; empty when nothing is kept."""
    worker = await worker_of(session, identity_id)
    return await answers_of(session, seal, worker) if worker is not None else {}


async def known_here(turn: Turn, seal: Seal) -> tuple[dict[str, Any], bool]:
    """What the person told, as ``known_answers``, and whether it ``is_unproven`` that the person writes.

    Asked at the beginning of every form: by the driver's own means, without a session.
    """
    row = await turn.fetchrow(_KNOWN_HERE, await turn.identity_id())
    if row is None:
        return {}, False
    known = {name: open_field(seal, row[name]) if name in SEALED_FIELDS else row[name] for name in _KNOWN}
    return {name: value for name, value in known.items() if value is not None}, row["unproven"]


async def answers_of(session: AsyncSession, seal: Seal, worker: Worker) -> dict[str, Any]:
    """What is kept of a person, as a form's answers."""
    codes = {number: code for code, number in (await _places(session)).items()}
    code = codes.get(worker.place_id) if worker.place_id else None
    known = {name: getattr(worker, name) for name in PERSON_FIELDS}
    known |= {name: open_field(seal, getattr(worker, name)) for name in SEALED_FIELDS}
    known["commune"] = code
    return {name: value for name, value in known.items() if value is not None}


def open_field(seal: Seal, sealed: bytes | None) -> str | None:
    """Open a sealed column."""
    return seal.open(sealed).decode() if sealed is not None else None


async def registrations_of(session: AsyncSession, identity_id: int) -> list[Registration]:
    """The registrations of this account's people, newest first; of somebody merged, those that came from here."""
    query = (
        select(Registration)
        .join(WorkerIdentity, WorkerIdentity.worker_id == Registration.worker_id)
        .where(WorkerIdentity.identity_id == identity_id)
        .where(or_(WorkerIdentity.merged_at.is_(None), Registration.identity_id == identity_id))
        .order_by(Registration.created_at.desc(), Registration.id.desc())
    )
    return list(await session.scalars(query))


async def _place_id(session: AsyncSession, code: str | None) -> int | None:
    return (await _places(session)).get(code) if code is not None else None


async def _places(session: AsyncSession) -> Mapping[str, int]:
    """The rows of the communes of 2020 by their codes; read once an engine, since they never change."""
    database = session.get_bind().engine
    if database not in _known_places:
        query = select(Place.code, Place.id).where(Place.version == "2020")
        _known_places[database] = {row.code: row.id for row in await session.execute(query)}
    return _known_places[database]


_known_places: WeakKeyDictionary[Engine, Mapping[str, int]] = WeakKeyDictionary()


async def _new_worker(session: AsyncSession, identity_id: int, relation: str) -> Worker:
    worker = Worker()
    session.add(worker)
    await session.flush()
    session.add(WorkerIdentity(identity_id=identity_id, worker_id=worker.id, relation=relation))
    return worker


def _describe(worker: Worker, person: dict[str, Any], place_id: int | None, seal: Seal, now: datetime) -> None:
    for name in PERSON_FIELDS:
        setattr(worker, name, person.get(name))
    for name in SEALED_FIELDS:
        value = person.get(name)
        if value != open_field(seal, getattr(worker, name)):
            setattr(worker, name, seal.close(value.encode()) if value is not None else None)
    worker.points = points_of(person)
    worker.place_id, worker.updated_at = place_id, now


async def _open_one(session: AsyncSession, worker_id: int, kind: str) -> Registration | None:
    found: Registration | None = await session.scalar(_OPEN_ONE, {"worker": worker_id, "kind": kind})
    return found

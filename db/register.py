"""Keeping a registration: the worker with what is known, the need, and a look for the same person kept twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Engine, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.corrections import Changes, differences, note_correction
from db.keep import SEALED, TOLD, keep
from db.ownership import settle_owner
from db.people import Worker, WorkerIdentity
from db.places import Place
from db.priority import points_of
from db.record import SYSTEM, WORKER, Actor
from db.registrations import Registration
from db.seal import Seal, SealBroken
from db.turn import Turn

_KNOWN = (*TOLD, *SEALED, "commune")


@dataclass(frozen=True)
class Kept:
    """What was written: a new registration, or an open one of the same kind brought up to date."""

    number: int
    worker_id: int
    renewed: bool


async def keep_registration(
    where: AsyncSession | Turn,
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
    somebody who is known already. A conversation gives its turn, and needs no session then.
    """
    if worker is not None:
        session = _session(where)
        person = await answers_of(session, seal, worker) | {key: value for key, value in person.items() if value}
    codes = await _places(where)
    row = await keep(
        where,
        {name: person.get(name) for name in TOLD}
        | {name: seal.close(person[name].encode()) if person.get(name) else None for name in SEALED}
        | {"points": points_of(person), "place_id": codes.get(commune) if commune is not None else None}
        | {"identity_id": identity_id, "worker_id": worker.id if worker is not None else None}
        | {"own": worker is None and not for_other, "relation": "family" if for_other else "self"}
        | {"kind": kind, "answers": orjson.dumps(answers).decode(), "source": source, "promised_at": promised_at}
        | {"helper_id": helper.id if helper else None, "now": now, "today": now.date()},
    )
    if row["given"]:
        session = _session(where)
        registration = await session.get_one(Registration, row["id"], populate_existing=True)
        await settle_owner(session, helper or SYSTEM, registration, now)
    changes = _changes(seal, row, codes, person | {"commune": commune}, answers)
    if changes:
        note_correction(_session(where), seal, helper or WORKER, row["worker_id"], row["id"], changes, now)
    return Kept(row["id"], row["worker_id"], row["renewed"])


def _changes(
    seal: Seal, row: Mapping[str, Any], codes: Mapping[str, int], person: Mapping[str, Any], answers: Mapping[str, Any]
) -> Changes:
    """What the form changed in what was kept of the person, and of an open need."""
    if row["person_before"] is None:
        return {}
    was = orjson.loads(row["person_before"])
    before = {name: was[name] for name in TOLD}
    before |= {name: _word_of(seal, was[name]) for name in SEALED}
    before["commune"] = next((code for code, number in codes.items() if number == was["place_id"]), None)
    changes = differences(before, {name: person.get(name) for name in before})
    if row["need_before"] is None:
        return changes
    return changes | differences(orjson.loads(row["need_before"]), orjson.loads(orjson.dumps(answers)))


def _word_of(seal: Seal, sealed: str | None) -> str | None:
    """A sealed column out of JSON, which writes bytes as PostgreSQL does; one that won't open was not known."""
    try:
        return open_field(seal, bytes.fromhex(sealed.removeprefix("\\x"))) if sealed is not None else None
    except SealBroken:
        return None


def _session(where: AsyncSession | Turn) -> AsyncSession:
    return where.session if isinstance(where, Turn) else where


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
_KNOWN_HERE = f"""
    SELECT {", ".join(f"w.{name}" for name in (*TOLD, *SEALED))}, p.code AS commune,
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
    known = {name: open_field(seal, row[name]) if name in SEALED else row[name] for name in _KNOWN}
    return {name: value for name, value in known.items() if value is not None}, row["unproven"]


async def answers_of(session: AsyncSession, seal: Seal, worker: Worker) -> dict[str, Any]:
    """What is kept of a person, as a form's answers."""
    codes = {number: code for code, number in (await _places(session)).items()}
    code = codes.get(worker.place_id) if worker.place_id else None
    known = {name: getattr(worker, name) for name in TOLD}
    known |= {name: open_field(seal, getattr(worker, name)) for name in SEALED}
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


async def _places(where: AsyncSession | Turn) -> Mapping[str, int]:
    """The rows of the communes of 2020 by their codes; read once an engine, since they never change."""
    engine = where.engine.sync_engine if isinstance(where, Turn) else where.get_bind().engine
    if engine not in _known_places:
        query = select(Place.code, Place.id).where(Place.version == "2020")
        _known_places[engine] = {row.code: row.id for row in await _session(where).execute(query)}
    return _known_places[engine]


_known_places: WeakKeyDictionary[Engine, Mapping[str, int]] = WeakKeyDictionary()

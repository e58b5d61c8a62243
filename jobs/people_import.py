"""Reading spreadsheets of people and taking them in, batch by batch: a crash loses nothing and adds nobody twice."""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

import orjson
from anyio import to_process
from anyio.to_thread import run_sync
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from content.consent_text import TEXT_VERSION
from content.office import Office
from content.people_sheet import NoPeople, PersonRow, RowFault, read_people
from db.bounds import LOOKING, PRIVATE, Bounds, bounds_of
from db.files import FileStore
from db.hamlets import hamlet_named
from db.imports import ImportedRow, ImportJob, ended, next_job
from db.people import Consent
from db.places import Place
from db.record import Actor, Someone, note
from db.register import keep_registration
from db.seal import Seal, SealBroken
from db.staff import Staff

BATCH = 200
"""Rows in one transaction: when it is cut off, those that were done stay, and the rest follow."""
MARKS = 5_000
"""So many marks are looked for at once."""
SOURCE = "import"


@dataclass(frozen=True)
class Taking:
    """What spreadsheets are taken in with."""

    engine: AsyncEngine
    files: FileStore
    seal: Seal
    office: Office


@dataclass(frozen=True)
class Read:
    """A spreadsheet that was read: rows to take in, how many are in already, and what is wrong."""

    rows: Sequence[PersonRow]
    known: int
    faults: Sequence[RowFault]


@dataclass(frozen=True)
class _Loader:
    """Whose file it is, as they may see people now."""

    actor: Actor
    bounds: Bounds


async def work_on_imports(taking: Taking, now: datetime) -> bool:
    """Do all that waits for one spreadsheet; False where none waits."""
    async with AsyncSession(taking.engine, expire_on_commit=False) as session, session.begin():
        job = await next_job(session)
        loader = await _loader(session, job.staff_id) if job is not None else None
    if job is None:
        return False
    if loader is None:
        await _fail(taking, job, "import.not_allowed", now)
        return True
    try:
        content = await run_sync(taking.files.open, job.path)
        # in a process of its own: half a minute of it in a thread would make the chat slow for everybody
        day = now.astimezone(taking.office.zone).date()
        rows, faults = await to_process.run_sync(read_people, content, day, cancellable=True)
    except NoPeople as error:
        await _fail(taking, job, str(error), now)
        return True
    except (FileNotFoundError, SealBroken):
        await _fail(taking, job, "import.file_wrong", now)
        return True
    read = await _sort_out(taking, loader, rows, faults)
    if job.state == "reading":
        await _report(taking, job, loader, read, now)
    else:
        await _take_in(taking, job, loader, read, now)
    return True


async def _loader(session: AsyncSession, staff_id: int) -> _Loader | None:
    """Somebody who may take people in, still."""
    staff = await session.get_one(Staff, staff_id)
    if staff.disabled_at is not None or staff.role in LOOKING or staff.role not in PRIVATE:
        return None
    return _Loader(Someone(staff.id, staff.name), await bounds_of(session, staff))


async def _fail(taking: Taking, job: ImportJob, why: str, now: datetime) -> None:
    async with AsyncSession(taking.engine) as session, session.begin():
        found = await session.get(ImportJob, job.id, with_for_update=True)
        if found is not None:
            ended(found, "failed", now, why)
    await run_sync(taking.files.drop, job.path)


async def _report(taking: Taking, job: ImportJob, loader: _Loader, read: Read, now: datetime) -> None:
    """Say what would come of it; nothing else is kept."""
    faults = orjson.dumps([[one.row, one.column, one.key, one.value] for one in read.faults])
    async with AsyncSession(taking.engine) as session, session.begin():
        found = await session.get(ImportJob, job.id, with_for_update=True)
        if found is None or found.state != "reading":
            return  # another file took its place meanwhile
        found.state, found.report = "looked", taking.seal.close(faults)
        found.rows, found.known, found.faults = len(read.rows), read.known, len(read.faults)
        note(session, loader.actor, now, "import_look", "registration", count=len(read.rows))


async def _take_in(taking: Taking, job: ImportJob, loader: _Loader, read: Read, now: datetime) -> None:
    """Take in what is not in yet, and let the file go."""
    before = job.rows - len(read.rows)  # of an earlier run that was cut off
    for at, rows in enumerate(_parts(read.rows, BATCH)):
        async with AsyncSession(taking.engine) as session, session.begin():
            added = sum([await _take(taking, session, loader, row, now) for row in rows])
            note(session, loader.actor, now, "import", "registration", count=added)
            found = await session.get_one(ImportJob, job.id)
            found.done = max(0, before) + at * BATCH + len(rows)
    async with AsyncSession(taking.engine) as session, session.begin():
        ended(await session.get_one(ImportJob, job.id), "done", now)
    await run_sync(taking.files.drop, job.path)


async def _sort_out(taking: Taking, loader: _Loader, rows: Sequence[PersonRow], faults: Sequence[RowFault]) -> Read:
    """Part the rows into those of the loader's places that are not in yet, and the rest."""
    async with AsyncSession(taking.engine) as session:
        communes = dict((await session.execute(select(Place.code, Place.id).where(Place.version == "2020"))).all())
        mine = [row for row in rows if await _is_seen(session, loader.bounds, communes.get(row.commune), row)]
        known = await _known(taking, session, mine)
    seen = {row.number for row in mine}
    foreign = [RowFault(row.number, "commune", "import.not_yours", "") for row in rows if row.number not in seen]
    new = [row for row in mine if _mark(taking, row) not in known]
    return Read(new, len(mine) - len(new), sorted([*faults, *foreign], key=lambda fault: fault.row))


async def _is_seen(session: AsyncSession, bounds: Bounds, place_id: int | None, row: PersonRow) -> bool:
    """Whether the person lives in the loader's places."""
    if bounds.covers(place_id) or not bounds.hamlets:
        return bounds.covers(place_id)
    return bounds.covers(place_id, await hamlet_named(session, place_id, row.person.get("hamlet")))


async def _known(taking: Taking, session: AsyncSession, rows: Sequence[PersonRow]) -> set[str]:
    found: set[str] = set()
    for some in _parts(rows, MARKS):
        marks = [_mark(taking, row) for row in some]
        found |= set(await session.scalars(select(ImportedRow.mark).where(ImportedRow.mark.in_(marks))))
    return found


def _mark(taking: Taking, row: PersonRow) -> str:
    return hmac.new(taking.seal.key_for("imported rows"), row.key.encode(), hashlib.sha256).hexdigest()


async def _take(taking: Taking, session: AsyncSession, loader: _Loader, row: PersonRow, now: datetime) -> bool:
    """Keep one row with its agreement; False when it was taken in meanwhile."""
    mark = _mark(taking, row)
    first = insert(ImportedRow).values(mark=mark, imported_at=now).on_conflict_do_nothing().returning(ImportedRow.mark)
    if await session.scalar(first) is None:
        return False
    promised_at = datetime.combine(taking.office.promise(now), time.max, taking.office.zone)
    kept = await keep_registration(
        session, taking.seal, identity_id=None, kind=row.kind, person=dict(row.person), answers=dict(row.need),
        commune=row.commune, source=SOURCE, promised_at=promised_at, for_other=True, now=now, helper=loader.actor,
    )  # fmt: skip
    (await session.get_one(ImportedRow, mark)).registration_id = kept.number
    agreed = {"text_version": TEXT_VERSION, "lang": row.lang, "channel": "paper", "given_at": now}
    session.add(Consent(worker_id=kept.worker_id, helper_id=loader.actor.id, taken=row.consent, **agreed))
    return True


def _parts(rows: Sequence[PersonRow], size: int) -> Iterator[Sequence[PersonRow]]:
    return (rows[at : at + size] for at in range(0, len(rows), size))

"""Making the files that wait: one at a time, told how far it is, sealed when ready; begun anew where it was cut off."""

import logging
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
from anyio.to_thread import run_sync
from sqlalchemy.ext.asyncio import AsyncSession
from starlette_admin.i18n import set_locale

from db.export_queries import count_taken
from db.made_files import TRIES, MadeFile, forget_made, take_up, try_lock, unlock
from db.seal import SealBroken
from db.staff import Staff
from desk.access import Viewer, viewer_of
from desk.desk import Desk
from desk.export import ROWS_LIMIT
from desk.made_files import sight_of
from desk.monthly_file import TooLong
from desk.monthly_taking import NoList, write_month
from desk.people_file import write_people
from desk.record import note
from desk.taking import Asked, settled

log = logging.getLogger(__name__)
STEP = 2_000
"""After so many rows more it is told how far the file is."""
Tell = Callable[[int, int], Awaitable[None]]
"""Is told how many rows are written, of how many."""


class Refused(Exception):
    """Its owner may not have it any more; ``why`` is the desk's word for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def make_next(desk: Desk) -> bool:
    """Forget what is past its time, and make the file that has waited longest. False where none waits or another
    process is at it."""
    async with desk.session() as session:
        old = await forget_made(session, desk.clock())
    for path in old:
        await run_sync(desk.files.drop, path)
    async with desk.engine.connect() as lock:
        if not await try_lock(lock):
            return False
        try:
            async with AsyncSession(desk.engine, expire_on_commit=False) as session:
                job = await take_up(session)
            if job is not None:
                await _make(desk, job)
            return job is not None
        finally:
            await unlock(lock)


async def _make(desk: Desk, job: MadeFile) -> None:
    if job.tries > TRIES:
        await _end(desk, job, "failed", why="files.why.cut_off")
        return
    set_locale(job.lang)
    with tempfile.TemporaryDirectory(prefix="vieclam-") as folder:
        file = Path(folder) / job.name
        try:
            count, told = await _write(desk, job, file)
        except Refused as refused:
            await _end(desk, job, "failed", why=refused.why)
        except TooLong:
            await _end(desk, job, "failed", why="monthly.too_long")
        except (NoList, SealBroken):
            await _end(desk, job, "failed", why="files.why.gone")
        else:
            path = await run_sync(_seal, desk, file)
            if not await _end(desk, job, "ready", path=path, rows=count, told=told):
                await run_sync(desk.files.drop, path)


def _seal(desk: Desk, file: Path) -> str:
    return desk.files.keep(file.read_bytes())


async def _write(desk: Desk, job: MadeFile, file: Path) -> tuple[int, Mapping[str, Any]]:
    """Write the file as its owner may see people now; returns its rows, and what the record keeps of it."""
    viewer = await _viewer(desk, job)
    asked = orjson.loads(desk.seal.open(job.asked))
    tell = _teller(desk, job)
    if job.kind == "monthly_list":
        count = await write_month(desk, viewer, asked, file, tell)
        return count, asked
    async with desk.session() as session:
        book = await desk.book(session)
    chosen = Asked.kept(asked).seen_by(viewer)
    async with desk.engine.connect() as connection:
        taken = await settled(connection, chosen.taken(viewer, book, desk.clock(), desk.zone))
        whole = await count_taken(connection, taken, ROWS_LIMIT)
    await tell(0, whole)
    return await write_people(desk, viewer, chosen, book, file, lambda done: tell(done, whole)), chosen.for_record()


async def _viewer(desk: Desk, job: MadeFile) -> Viewer:
    """Who asked, as they are now; raises ``Refused``."""
    async with desk.session() as session:
        staff = await session.get(Staff, job.staff_id)
        viewer = await viewer_of(session, staff) if staff is not None and staff.disabled_at is None else None
    if viewer is None or not viewer.may_export or sight_of(viewer) != job.sight:
        raise Refused("files.why.not_yours")
    return viewer


def _teller(desk: Desk, job: MadeFile) -> Tell:
    last = -STEP

    async def tell(done: int, whole: int) -> None:
        nonlocal last
        if done - last < STEP:
            return
        last = done
        async with desk.session() as session:
            found = await session.get(MadeFile, job.id)
            if found is None:
                raise Refused("files.why.gone")  # its owner let it go
            found.done, found.rows = done, whole

    return tell


async def _end(
    desk: Desk, job: MadeFile, state: str, *, why: str | None = None, path: str | None = None, rows: int = 0,
    told: Mapping[str, Any] | None = None,
) -> bool:  # fmt: skip
    """Write down how it ended, with the record of it; False where nobody wants it any more."""
    now = desk.clock()
    async with desk.session() as session:
        found = await session.get(MadeFile, job.id, with_for_update=True)
        if found is None:
            return False
        found.state, found.why, found.path, found.ended_at = state, why, path, now
        found.rows = found.done = rows
        if told is not None:
            staff = await session.get_one(Staff, job.staff_id)
            note(session, staff, now, "export", job.kind, count=rows, file=job.id, **told)
        if why is not None:
            log.warning("File %d of %s was not made: %s", job.id, job.kind, why)
    return True

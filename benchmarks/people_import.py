"""A spreadsheet of 25,000 people with 500 faults: exactly those are named, the rest is taken in once, through a crash.

``python -m benchmarks.people_import [--data DIR]``: reads the file alone, then the whole way through a database: the
look, the taking in by a process of its own that is killed half-way, and by the next one that goes on.
"""

import argparse
import asyncio
import io
import logging
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio
import orjson
from openpyxl.workbook.workbook import Workbook
from sqlalchemy import URL, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.assembly import office_of, prepare
from bot.settings import Settings
from content.people_sheet import EXAMPLE, HEADINGS, MOST_ROWS, read_people
from db import embedded
from db.engine import ensure_database, make_engine
from db.files import FileStore
from db.imports import ImportJob
from db.seal import Seal
from db.signals import hearing
from db.staff import Staff
from jobs.people_import import Taking, work_on_imports

SEAL = Seal("benchmark")
FAULTS = 500
EVERY = MOST_ROWS // FAULTS
_TELLING = (
    """CREATE OR REPLACE FUNCTION tell_done() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_notify('import_done', NEW.done::text); RETURN NULL; END $$""",
    "CREATE OR REPLACE TRIGGER tell_done AFTER UPDATE OF done ON import_job FOR EACH ROW EXECUTE FUNCTION tell_done()",
)
_SYLLABLES = ("An", "Bình", "Chi", "Dung", "Giang", "Hạnh", "Khánh", "Lan", "Minh", "Nga", "Oanh", "Phúc", "Quyên")
_COMMUNES = ("Hàm Giang", "Tập Sơn", "Đại An", "Tân Sơn", "Long Hiệp", "Ngãi Xuyên", "Kim Sơn", "Thanh Sơn")
_HAMLETS = ("ấp Chợ", "ấp Cây Da", "ấp Trà Tro", "ấp Xoài Rùm")


def main() -> None:
    """Make the file, read it, take it in, and compare what is reported with what was put in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--go-on", nargs=2, metavar=("ADDRESS", "FILES"), help="what the process does that is killed")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    if options.go_on:
        asyncio.run(_work(*options.go_on))
        return
    content = sheet()
    begun = time.perf_counter()
    rows, faults = read_people(content, date(2026, 11, 24))
    took = time.perf_counter() - begun
    _compare([fault.row for fault in faults], len(rows))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(content):,} bytes, {len(rows):,} rows, exactly the {len(faults)} faults: {took:.1f} s, {memory} MB")
    with TemporaryDirectory(prefix="vieclam-bench-") as made:
        data = options.data or Path(made)
        data.chmod(0o755)  # the embedded server gives up root's rights and must still come in
        address = embedded.start(data)
        _whole(asyncio.run(ensure_database(address, "import_bench")), data / "files", content)


def _compare(reported: list[int], rows: int) -> None:
    wanted = [at + 2 for at in range(0, MOST_ROWS, EVERY)]
    if reported != wanted or rows != MOST_ROWS - FAULTS:
        raise SystemExit(f"Reported beside what is wrong: {sorted(set(reported) ^ set(wanted))}")


def _whole(url: URL, directory: Path, content: bytes) -> None:
    """The look and the taking in, with a crash between."""
    begun = time.perf_counter()
    asyncio.run(_look(url, directory, content))
    print(f"looked at, with the database: {time.perf_counter() - begun:.1f} s; exactly the {FAULTS} faults", flush=True)
    begun = time.perf_counter()
    given = [sys.executable, "-m", "benchmarks.people_import", "--go-on", url.render_as_string(False), str(directory)]
    asyncio.run(_half_way(url, given))
    half = _done(url)
    print(f"killed at {half:,} rows after {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    subprocess.run(given, check=True)
    took = time.perf_counter() - begun
    _count(url)
    left = MOST_ROWS - FAULTS - half
    print(f"the next process took in the other {left:,} in {took:.0f} s; nobody twice, nobody lost")


async def _half_way(url: URL, given: Sequence[str]) -> None:
    """Let a process take rows in, and kill it when the database tells of half of them."""
    engine, half = make_engine(url), asyncio.Event()

    def hear(done: str) -> None:
        if int(done) >= MOST_ROWS // 2:
            half.set()

    async def kill(child: asyncio.subprocess.Process) -> None:
        await half.wait()
        child.kill()

    async with hearing(engine, "import_done", hear) as connection:
        for statement in _TELLING:
            await connection.execute(text(statement))
        child = await asyncio.create_subprocess_exec(*given)
        async with anyio.create_task_group() as group:
            group.start_soon(kill, child)
            await child.wait()
            group.cancel_scope.cancel()
    await engine.dispose()


async def _look(url: URL, directory: Path, content: bytes) -> None:
    """Read it as the clock does, and say so."""
    engine = make_engine(url)
    await prepare(engine)
    taking = _taking(engine, directory)
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(text("TRUNCATE worker, staff, imported_row, registration CASCADE"))
        staff = Staff(login="bench", name="Bench", role="office", password="-")  # noqa: S106 - nobody logs in
        session.add(staff)
        await session.flush()
        session.add(ImportJob(staff_id=staff.id, path=taking.files.keep(content), state="reading"))
    await work_on_imports(taking, datetime.now(UTC))
    async with AsyncSession(engine) as session, session.begin():
        job = (await session.scalars(select(ImportJob))).one()
        assert job.report is not None
        _compare([row for row, *_ in orjson.loads(SEAL.open(job.report))], job.rows)
        job.state = "loading"
    await engine.dispose()


async def _work(address: str, directory: str) -> None:
    engine = make_engine(make_url(address))
    await work_on_imports(_taking(engine, Path(directory)), datetime.now(UTC))
    await engine.dispose()


def _taking(engine: AsyncEngine, directory: Path) -> Taking:
    return Taking(engine, FileStore(directory, SEAL), SEAL, office_of(Settings()))


async def _ask(url: URL, query: str) -> tuple[Any, ...]:
    engine = make_engine(url)
    async with engine.connect() as connection:
        found = tuple((await connection.execute(text(query))).one())
    await engine.dispose()
    return found


def _done(url: URL) -> int:
    return int(asyncio.run(_ask(url, "SELECT count(*) FROM registration"))[0])


def _count(url: URL) -> None:
    """Each row is there once, with its agreement, and nothing else."""
    query = """SELECT (SELECT count(*) FROM registration), (SELECT count(DISTINCT worker_id) FROM registration),
        (SELECT count(*) FROM worker), (SELECT count(*) FROM consent), (SELECT count(*) FROM imported_row),
        (SELECT state || done FROM import_job)"""
    found, good = asyncio.run(_ask(url, query)), MOST_ROWS - FAULTS
    if found != (good, good, good, good, good, f"done{good}"):
        raise SystemExit(f"Not each once: {found}")


def sheet() -> bytes:
    """The spreadsheet."""
    book: Any = Workbook(write_only=True)  # type: ignore[no-untyped-call]  # has no types
    page = book.create_sheet()
    page.append(list(HEADINGS.values()))
    for row in _rows():
        page.append([row[key] for key in HEADINGS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows() -> Iterator[dict[str, Any]]:
    good, count = dict(zip(HEADINGS, EXAMPLE, strict=True)), len(_SYLLABLES)
    for at in range(MOST_ROWS):
        name = " ".join(("Thạch", *(_SYLLABLES[at // count**power % count] for power in range(4))))
        row = good | {
            "name": name,
            "commune": _COMMUNES[at % len(_COMMUNES)],
            "birth_year": 1960 + at % 40,
            "hamlet": _HAMLETS[at % len(_HAMLETS)],
        }
        if at % EVERY == 0:
            row |= {"consent": ""} if at // EVERY % 2 else {"phone": "12"}
        yield row


if __name__ == "__main__":
    main()

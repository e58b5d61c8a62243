"""Monthly lists and reports: a list of 100,000 people made, written and opened again; the pages at a million.

``python -m benchmarks.reports --data DIR [--people 100000] [--registrations 1000000]`` fills a database a size (once).
"""

import argparse
import asyncio
import logging
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from zoneinfo import ZoneInfo

from openpyxl.reader.excel import load_workbook
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from bot.assembly import prepare
from db import embedded
from db.bounds import Bounds
from db.engine import ensure_database, make_engine
from db.invented_people import fill
from db.monthly_making import first_of, make_list
from db.registrations import Registration
from db.report_queries import Period, happened, reached, waits
from db.seal import Seal
from desk.access import Viewer
from desk.monthly_file import write_list
from desk.placebook import PlaceBook, read_places
from desk.reports import Asked, read_report

ROUNDS = 15
ZONE, SEAL = ZoneInfo("Asia/Ho_Chi_Minh"), Seal("benchmark")
CLERK = Viewer(0, "", "", "office", "vi", False, None)


async def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--registrations", type=int, default=1_000_000)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    address = embedded.start(options.data)
    people = options.people * 10 // 9 + 1
    for size, measure in ((people, _list), (options.registrations, _reports)):
        engine = make_engine(await ensure_database(address, f"reports_bench_{size}"))
        await _filled(engine, size)
        await measure(engine)
        await engine.dispose()


async def _filled(engine: AsyncEngine, size: int) -> None:
    await prepare(engine)
    async with AsyncSession(engine) as session:
        if await session.scalar(select(func.count()).select_from(Registration)):
            return
    began = time.perf_counter()
    await fill(engine, size, now=datetime.now(UTC), seal=SEAL)
    print(f"filled {size:,} registrations in {time.perf_counter() - began:.0f} s")


async def _list(engine: AsyncEngine) -> None:
    now = datetime.now(UTC)
    async with engine.connect() as connection, AsyncSession(connection) as session:
        people = await session.scalar(text("SELECT count(*) FROM worker"))
        book = await read_places(session)
        # everybody is without work and everybody's need is open: as long a list as there can be
        await connection.execute(text("ALTER TABLE registration DISABLE TRIGGER USER"))
        await connection.execute(text("UPDATE worker SET work_state = 'none' WHERE work_state <> 'none'"))
        await connection.execute(text("DELETE FROM step WHERE status IN ('placed', 'enrolled', 'departed', 'closed')"))
        await connection.execute(text("UPDATE registration SET status = 'contacted' WHERE due_at IS NULL"))
        print("| a list of a whole data set | |\n| --- | ---: |")
        print(f"| people | {people:,} |")
        began = time.perf_counter()
        number = await make_list(connection, first_of(now.astimezone(ZONE).date()), now, ZONE)
        print(f"| made in the database, s | {time.perf_counter() - began:.1f} |")
        await _write(connection, number, book)
        await connection.rollback()


async def _write(connection: AsyncConnection, number: int, book: PlaceBook) -> None:
    with TemporaryDirectory(prefix="vieclam-bench-") as folder, _Memory() as memory:
        file, began = Path(folder) / "list.xlsx", time.perf_counter()
        lines = await write_list(connection, number, file, "xlsx", bounds=Bounds(None), viewer=CLERK, book=book,
                                 seal=SEAL, office="", zone=ZONE)  # fmt: skip
        print(f"| lines | {lines:,} |\n| workbook written, s | {time.perf_counter() - began:.1f} |")
        print(f"| workbook, MB | {file.stat().st_size / 1e6:.1f} |")
        print(f"| memory added while writing, MB | {memory.added():.0f} |")
        await _compare(connection, number, file)
        place = next(iter(book.units.values())).id
        for unit in book.units.values():
            if unit.version == "2020":
                place = unit.id
        paper, began = Path(folder) / "list.pdf", time.perf_counter()
        bounds = Bounds(frozenset((place,)))
        await connection.execute(text("DELETE FROM monthly_entry WHERE worker_id % 4 <> 0"))
        pages = await write_list(connection, number, paper, "pdf", bounds=bounds, viewer=CLERK, book=book,
                                 seal=SEAL, office="", zone=ZONE)  # fmt: skip
        print(f"| PDF of one commune, lines | {pages:,} |\n| PDF written, s | {time.perf_counter() - began:.1f} |")


async def _compare(connection: AsyncConnection, number: int, file: Path) -> None:
    """Open the workbook again and compare every name and year with the database."""
    query = text(
        "SELECT w.name, w.birth_year FROM monthly_entry e JOIN worker w ON w.id = e.worker_id WHERE list_id = :id"
    )
    wanted = sorted((row[0], row[1]) for row in await connection.execute(query, {"id": number}))
    book = load_workbook(file, read_only=True)  # type: ignore[no-untyped-call]  # openpyxl has no types
    rows = [row for sheet in book.worksheets[2:] for row in sheet.iter_rows(min_row=8, values_only=True)]
    found = sorted((row[1], row[2]) for row in rows if len(row) > 2 and row[1])
    book.close()
    print(f"| opened again, the same people as in SQL | {'yes' if found == wanted else 'NO'} |")


class _Memory:
    """Watches how much this process takes beyond what it had."""

    def __enter__(self) -> "_Memory":
        self._done, self._most, self._before = Event(), 0, _resident()
        self._watcher = Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            self._most = max(self._most, _resident())

    def added(self) -> float:
        """Megabytes."""
        return max(self._most - self._before, 0) / 1e6


def _resident() -> int:
    """Bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


async def _reports(engine: AsyncEngine) -> None:
    async with AsyncSession(engine) as session:
        book = await read_places(session)
        count = await session.scalar(select(func.count()).select_from(Registration))
    year = datetime.now(UTC).year
    period = Period(date(year, 1, 1), date(year + 1, 1, 1))
    commune = frozenset((next(unit.id for unit in book.units.values() if unit.version == "2020"),))
    cases: dict[str, Callable[[AsyncSession], Awaitable[object]]] = {
        "results by six dimensions": partial(reached, period=period),
        "what happened, by need": partial(happened, period=period),
        "days until the first call": partial(waits, period=period),
        "whole report, district": lambda session: read_report(session, CLERK, Asked(year, None, None), book),
        "whole report, one commune's officer": lambda session: read_report(
            session, Viewer(0, "", "", "commune", "vi", False, commune), Asked(year, None, None), book
        ),
    }
    print(f"\n| a year's report at {count:,} registrations | median, ms | worst, ms |\n| --- | ---: | ---: |")
    for name, ask in cases.items():
        times = []
        for _ in range(ROUNDS):
            async with AsyncSession(engine) as session:
                began = time.perf_counter()
                await ask(session)
                times.append((time.perf_counter() - began) * 1000)
        print(f"| {name} | {statistics.median(times):.0f} | {max(times):.0f} |")


if __name__ == "__main__":
    asyncio.run(main())

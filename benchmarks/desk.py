"""How quick the desk is: lists, filters and search at 10,000, 100,000 and a million registrations.

``python -m benchmarks.desk --data DIR [--sizes 10000,100000]`` fills a database a size (once), then asks the real
ASGI desk through a logged-in client, and the same queries alone.
"""

import argparse
import asyncio
import logging
import math
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
from argon2 import PasswordHasher
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from starlette.applications import Starlette
from starlette.datastructures import QueryParams

from bot.assembly import prepare
from db import embedded
from db.desk_queries import page
from db.engine import ensure_database, make_engine
from db.files import FileStore
from db.invented_district import CHANNEL, NAMES, OFFICERS
from db.invented_notices import publish
from db.invented_people import fill
from db.monthly_glance import count_due
from db.monthly_making import first_of, make_list, month_before
from db.places import Place
from db.registrations import Registration
from db.seal import Seal
from db.staff import Staff
from db.staff_accounts import set_places
from desk.access import Viewer
from desk.app import ZONE, make_desk
from desk.listing import Listing
from desk.placebook import read_places
from desk.registrations import SIZE

ROUNDS = 15
PASSWORD = "benchmark-only"  # noqa: S105 - nothing is protected here
CASES = {
    "first page": "",
    "place": "place={place}",
    "kind": "kind=overseas",
    "status": "status=referred",
    "month": "month={month}",
    "place + kind + status": "place={place}&kind=loan&status=matched",
    "kind + status + month": "kind=training&status=referred&month={month}",
    "new commune + kind": "place={new_place}&kind=overseas",
    "rare name": "q={rare}",
    "rare name, no accents, in a place": "q={rare}&place={place}",
    "very common name": "q=nguyen",
    "two common words": "q=thach+thi",
    "phone": "q={phone}",
    "phone in part": "q={part}",
    "nothing fits": "q=khong+co+ai+ten+nay",
}
WORK = {
    "work: my own": "tab=mine",
    "work: nobody's": "tab=nobodys",
    "work: overdue": "tab=overdue",
    "work: all that is open": "tab=open",
    "work: all that is open, a far page": "tab=open&after=0-{far}-1",
    "work: nobody's, of a place and kind": "tab=nobodys&place={place}&kind=loan",
}
"""The list of what is to be done; without the queries alone, for it asks four."""
DAILY = {
    "one case": "/registration/500",
    "first page of the day": "/",
    "who waits for a call": "/help",
    "the same person twice": "/twins",
    "unfinished forms": "/unfinished",
    "for somebody without a phone": "/assisted?kind=job",
    "monthly lists: this month": "/lists?month={this_month}",
    "monthly lists: the last one kept": "/lists",
    "reports: the year": "/reports",
    "the workload of a year": "/workload",
    "one officer's overdue cases": "/cases?tab=overdue&owner={officer}",
    "reports: a month of a place": "/reports?month={number_of_month}&place={place}",
    "who can be reached": "/reach",
    "notices": "/notices",
    "one notice": "/notice/{fair}",
    "answers to a notice": "/notice/{fair}/answers",
    "fairs": "/fairs",
    "one fair": "/fair/{fair}",
    "one fair: a search at the door": "/fair/{fair}?q=nguyen",
    "broadcasts": "/broadcasts",
    "the composer": "/broadcast/{draft}",
    "facts": "/facts",
    "rules and ready answers": "/setup",
    "the record": "/audit",
}
"""The other pages that officers open every day."""


# An officer a commune has the tenth of its open cases, and has done what was done there.
_OWNED = """
UPDATE registration r SET owner_id = p.staff_id FROM staff_place p
WHERE p.place_id = r.place_id AND r.due_at IS NOT NULL AND r.id % 10 = 0
"""
_WORKED = """
INSERT INTO staff_tally (month, staff_id, event, wait, n)
SELECT month_of(s.at), p.staff_id, e.event, CASE WHEN e.waits THEN waited_band(s.at - r.created_at) END, count(*)
FROM step s JOIN registration r ON r.id = s.registration_id JOIN staff_place p ON p.place_id = r.place_id
JOIN (VALUES ('contacted', 'called', true), ('contacted', 'reply', true), ('contacted', 'in_time', false),
             ('placed', 'placed', false), ('closed', 'closed', false), ('contacted', 'rated.good', false))
     e (status, event, waits) ON e.status = s.status
GROUP BY 1, 2, 3, 4
"""


async def main() -> None:
    """Measure every size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--prefix", default="desk_bench_")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    address = embedded.start(options.data)
    results = {}
    for size in map(int, options.sizes.split(",")):
        engine = make_engine(await ensure_database(address, f"{options.prefix}{size}"))
        await _filled(engine, size)
        results[size] = await _measure(engine)
        await engine.dispose()
    _print(results)


async def _filled(engine: AsyncEngine, size: int) -> None:
    await prepare(engine)
    now = datetime.now(UTC)
    async with AsyncSession(engine) as session:
        filled = await session.scalar(select(func.count()).select_from(Registration))
    began = time.perf_counter()
    if not filled:
        await fill(engine, size, now=now)
        print(f"filled {size:,} in {time.perf_counter() - began:.0f} s")
    async with engine.begin() as connection:
        if not await connection.scalar(text("SELECT count(*) FROM notice")):
            await publish(connection, now, CHANNEL)
        if not await connection.scalar(text("SELECT count(*) FROM staff_tally")):
            await connection.execute(text(OFFICERS), {"names": list(NAMES), "now": now})
            await connection.execute(text(_OWNED))
            await connection.execute(text(_WORKED))
    began = time.perf_counter()
    async with engine.begin() as connection:
        await make_list(connection, month_before(first_of(now.astimezone(ZONE).date())), now, ZONE)
    kept, began = time.perf_counter() - began, time.perf_counter()
    async with engine.begin() as connection:
        await count_due(connection, now, ZONE)
    print(f"the list of last month made in {kept:.0f} s, this month counted in {time.perf_counter() - began:.0f} s")


async def _measure(engine: AsyncEngine) -> dict[str, tuple[float, float, float]]:
    """Per case: median of the page, slowest page, median of its queries alone; in milliseconds."""
    queries = {name: query.format(**await _examples(engine)) for name, query in CASES.items()}
    places = await _accounts(engine)
    found = {}
    for login in places:
        async with _client(engine) as client:
            await _log_in(client, login)
            for name, query in queries.items():
                if login == "bench-commune" and name not in ("first page", "status", "very common name", "rare name"):
                    continue
                pages = await _times(partial(_get, client, query))
                alone = await _times(partial(_ask, engine, places[login], query))
                label = name if login == "bench-office" else f"{name}, one commune's officer"
                found[label] = (statistics.median(pages), max(pages), statistics.median(alone))
            found |= await _work(engine, client, login)
    return found


async def _work(engine: AsyncEngine, client: httpx.AsyncClient, login: str) -> dict[str, tuple[float, float, float]]:
    """The same for the list of work, and for one case's page."""
    examples = await _examples(engine)
    paths = {name: f"/desk/cases?{query.format(**examples)}" for name, query in WORK.items()}
    examples |= await _notices(engine, client, login)
    paths |= {name: f"/desk{path.format(**examples)}" for name, path in DAILY.items()}
    found = {}
    for name, path in paths.items():
        if (await client.get(path)).status_code in (403, 404):
            continue  # not this role's, or of another place
        pages = await _times(partial(_get_page, client, path))
        label = name if login == "bench-office" else f"{name}, one commune's officer"
        found[label] = (statistics.median(pages), max(pages), float("nan"))
    return found


async def _notices(engine: AsyncEngine, client: httpx.AsyncClient, login: str) -> dict[str, str]:
    """A fair that is to come, and a draft of a broadcast of it."""
    now = datetime.now(UTC)
    async with engine.connect() as connection:
        query = text("SELECT max(id) FROM notice WHERE kind = 'job_fair'")
        fair = await connection.scalar(query)
        drafts = text("SELECT max(id) FROM broadcast WHERE state = 'draft'")
        draft = await connection.scalar(drafts)
        officer = await connection.scalar(text("SELECT min(staff_id) FROM staff_tally"))
    if draft is None and login == "bench-office":
        form = {"csrftoken": client.cookies["starlette_admin_csrftoken"], "notice": str(fair)}
        begun = await client.post("/desk/broadcasts/add", data=form)
        draft = begun.headers["location"].rpartition("/")[2]
    return {
        "officer": str(officer),
        "fair": str(fair),
        "draft": str(draft),
        "this_month": f"{now:%Y-%m}",
        "number_of_month": str(now.month),
    }


async def _get_page(client: httpx.AsyncClient, path: str) -> None:
    (await client.get(path)).raise_for_status()


async def _times(ask: Callable[[], Awaitable[None]]) -> list[float]:
    await ask()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await ask()
        times.append((time.perf_counter() - began) * 1000)
    return times


async def _get(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/desk/registrations?{query}")
    answer.raise_for_status()


async def _ask(engine: AsyncEngine, places: frozenset[int] | None, query: str) -> None:
    viewer = Viewer(0, "", "", "office", "vi", False, places)
    async with AsyncSession(engine) as session:
        book = await read_places(session)
        wanted = Listing.read(QueryParams(query)).wanted(viewer, book, datetime.now(UTC), ZONE)
        await page(session, wanted, SIZE)


async def _examples(engine: AsyncEngine) -> dict[str, str]:
    """Values that exist: a rare name with its phone, a place, last month."""
    async with engine.connect() as connection:
        rare = (
            await connection.exec_driver_sql(
                "SELECT phone FROM worker WHERE name LIKE 'Hồ Hữu Lộc' AND phone IS NOT NULL LIMIT 1"
            )
        ).scalar_one_or_none()
        place = (
            await connection.exec_driver_sql(
                "SELECT p.id, p.successor_id FROM place p WHERE code = '29491' AND version = '2020'"
            )
        ).one()
    phone = f"0{(rare or '+84912345678')[3:]}"
    last = datetime.now(UTC)
    month = f"{last.year - (last.month == 1)}-{(last.month - 2) % 12 + 1:02}"
    far = int((last - timedelta(days=30)).timestamp() * 1_000_000)
    return {"far": str(far), "rare": "ho+huu+loc",
            "phone": phone, "part": f"{phone[:4]}+{phone[4:7]}", "place": str(place.id),
            "new_place": str(place.successor_id), "month": month}  # fmt: skip


async def _accounts(engine: AsyncEngine) -> dict[str, frozenset[int] | None]:
    """An office clerk and a commune officer of a 2025 commune, with the places they see."""
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        old = (await session.execute(select(Place).where(Place.code == "29467", Place.version == "2020"))).scalar_one()
        assert old.successor_id is not None
        merged = set(await session.scalars(select(Place.id).where(Place.successor_id == old.successor_id)))
        for login, role, place in (
            ("bench-office", "administrator", None),
            ("bench-commune", "commune", old.successor_id),
        ):
            if not await session.scalar(select(Staff.id).where(Staff.login == login)):
                password = PasswordHasher().hash(PASSWORD)
                staff = Staff(login=login, name=login, role=role, password=password, must_change=False)
                session.add(staff)
                await session.flush()
                if place is not None:
                    await set_places(session, staff.id, [place])
    return {"bench-office": None, "bench-commune": frozenset(merged | {old.successor_id})}


def _client(engine: AsyncEngine) -> httpx.AsyncClient:
    app, seal = Starlette(), Seal("benchmark")
    desk = make_desk(
        engine,
        seal,
        FileStore(Path("unused"), seal),
        secret="benchmark",  # noqa: S106 - nothing is protected here
        clock=lambda: datetime.now(UTC),
        title={"vi": "Đo", "km": "វាស់"},
        secure=False,
    )
    desk.mount_to(app)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench.test")


async def _log_in(client: httpx.AsyncClient, login: str) -> None:
    await client.get("/desk/login")
    form = {"csrftoken": client.cookies["starlette_admin_csrftoken"], "username": login, "password": PASSWORD}
    await client.post("/desk/login", data=form)


def _print(results: dict[int, dict[str, tuple[float, float, float]]]) -> None:
    sizes = list(results)
    print("| list of registrations |" + "".join(f" {size:,} page | worst | SQL |" for size in sizes))
    print("| --- |" + " ---: | ---: | ---: |" * len(sizes))
    for name in results[sizes[0]]:
        cells = "".join("".join(f" {_ms(one)} |" for one in results[size][name]) for size in sizes)
        print(f"| {name} |{cells}")


def _ms(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.0f}"


if __name__ == "__main__":
    asyncio.run(main())

"""The monthly list: who is on it, what changed, that it stays as it was made, and that its sums are right."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from db.bounds import Bounds
from db.invented_people import fill
from db.monthly_making import NoSuchMonth, make_list, month_after, month_before
from db.monthly_reading import Numbers, entries, hamlet_numbers
from db.people import Worker
from db.registrations import Registration
from desk.access import Viewer
from desk.monthly_file import Form, write_list
from desk.placebook import read_places
from tests.reports import workbooks
from tests.reports.conftest import OCTOBER, SEAL, TAP_SON, ZONE, Register

FIRST_OF_NOVEMBER = datetime(2026, 10, 31, 17, 5, tzinfo=UTC)
FIRST_OF_DECEMBER = datetime(2026, 11, 30, 17, 5, tzinfo=UTC)
ALL = Bounds(None)
CLERK = Viewer(0, "", "", "office", "vi", False, None)


async def made(engine: AsyncEngine, month: date, now: datetime) -> int:
    async with engine.begin() as connection:
        return await make_list(connection, month, now, ZONE)


async def people(connection: AsyncConnection, number: int, bounds: Bounds = ALL) -> dict[str, Any]:
    return {row.name: row async for batch in entries(connection, number, bounds) for row in batch}


async def whole(connection: AsyncConnection, number: int, bounds: Bounds = ALL) -> Numbers:
    return sum((one.numbers for one in await hamlet_numbers(connection, number, bounds)), Numbers())


async def written(connection: AsyncConnection, number: int, file: Path, form: Form, viewer: Viewer = CLERK) -> int:
    async with AsyncSession(connection) as session:
        book = await read_places(session)
    return await write_list(
        connection, number, file, form, bounds=viewer.bounds, viewer=viewer, book=book, seal=SEAL, office="", zone=ZONE
    )


def test_months() -> None:
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_before(date(2026, 1, 1)) == date(2025, 12, 1)


async def test_who_is_on_it(engine: AsyncEngine, connection: AsyncConnection, register: Register) -> None:
    await register("Thạch Một", work_state="none")
    await register("Kim Hai", work_state="under")
    await register("Sơn Ba", work_state="working", kind="training", answers={"course_wanted": "sửa xe"})
    await register("Lê Bốn", work_state="working")
    await register("Trần Năm", work_state="none", status="closed")
    await register("Võ Sáu", work_state="none", at=FIRST_OF_NOVEMBER)
    found = await people(connection, await made(engine, date(2026, 10, 1), FIRST_OF_NOVEMBER))
    assert {name: (row.work_state, row.learns, row.wish) for name, row in found.items()} == {
        "Thạch Một": ("none", False, "may mặc"),
        "Kim Hai": ("under", False, "may mặc"),
        "Sơn Ba": (None, True, "sửa xe"),
    }


async def test_who_found_work_is_without_it_no_more(
    engine: AsyncEngine, connection: AsyncConnection, register: Register
) -> None:
    worker = await register("Thạch Một", work_state="none", status="placed")
    async with AsyncSession(engine) as session, session.begin():
        session.add(Registration(worker_id=worker, kind="job", answers={}, created_at=OCTOBER, updated_at=OCTOBER))
    assert await people(connection, await made(engine, date(2026, 10, 1), FIRST_OF_NOVEMBER)) == {}


async def test_a_list_that_is_made_late_is_of_the_end_of_its_month(
    engine: AsyncEngine, connection: AsyncConnection, register: Register
) -> None:
    worker = await register("Thạch Một", work_state="none")
    async with AsyncSession(engine) as session, session.begin():
        placed = update(Registration).where(Registration.worker_id == worker)
        await session.execute(placed.values(status="placed", updated_at=FIRST_OF_NOVEMBER))
    found = await people(connection, await made(engine, date(2026, 10, 1), FIRST_OF_DECEMBER))
    assert [(row.work_state, row.status) for row in found.values()] == [("none", "new")]
    later = await people(connection, await made(engine, date(2026, 11, 1), FIRST_OF_DECEMBER))
    assert [(row.change, row.left_to) for row in later.values()] == [("left", "placed")]


async def test_one_hamlet_however_it_is_written(
    engine: AsyncEngine, connection: AsyncConnection, register: Register
) -> None:
    for hamlet in ("Ấp Chợ", "ấp chợ", "Chợ", "Ấp Chợ", "cho"):
        await register("Thạch Một", hamlet=hamlet)
    await register("Kim Hai", hamlet=None)
    number = await made(engine, date(2026, 10, 1), FIRST_OF_NOVEMBER)
    found = await hamlet_numbers(connection, number, ALL)
    assert {one.hamlet: one.numbers.people for one in found} == {"": 1, "Ấp Chợ": 5}


async def test_changes_since_the_month_before(
    engine: AsyncEngine, connection: AsyncConnection, register: Register
) -> None:
    await register("Thạch Một")
    moved, found_work = await register("Kim Hai"), await register("Sơn Ba")
    before = await made(engine, date(2026, 10, 1), FIRST_OF_NOVEMBER)
    assert {row.change for row in (await people(connection, before)).values()} == {"same"}, "nothing to compare with"
    await register("Võ Mới", at=FIRST_OF_NOVEMBER)
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(Worker).where(Worker.id == moved).values(work_state="none"))
        placed = update(Registration).where(Registration.worker_id == found_work)
        await session.execute(placed.values(status="placed", updated_at=FIRST_OF_NOVEMBER))
    number = await made(engine, date(2026, 11, 1), FIRST_OF_DECEMBER)
    assert {name: (row.change, row.left_to) for name, row in (await people(connection, number)).items()} == {
        "Thạch Một": ("same", None),
        "Kim Hai": ("changed", None),
        "Sơn Ba": ("left", "placed"),
        "Võ Mới": ("new", None),
    }
    numbers = await whole(connection, number)
    assert (numbers.people, numbers.new, numbers.changed, numbers.left) == (3, 1, 1, 1)


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
async def test_it_is_made_again_to_the_byte_whatever_happened_since(
    engine: AsyncEngine, connection: AsyncConnection, register: Register, tmp_path: Path, form: Form
) -> None:
    for name in ("Thạch Một", "Kim Hai", "ថាច់ បី"):
        await register(name)
    number = await made(engine, date(2026, 10, 1), FIRST_OF_NOVEMBER)
    first, again = tmp_path / f"first.{form}", tmp_path / f"again.{form}"
    await written(connection, number, first, form)
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(Worker).values(name="Tên Khác", phone=None, work_state="working"))
        await session.execute(update(Registration).values(status="closed"))
    assert await made(engine, date(2026, 10, 1), FIRST_OF_DECEMBER) == number
    await written(connection, number, again, form)
    assert first.read_bytes() == again.read_bytes()


async def test_an_erased_person_leaves_the_rows_and_not_the_sums(
    engine: AsyncEngine, connection: AsyncConnection, register: Register, tmp_path: Path
) -> None:
    gone = await register("Thạch Một")
    await register("Kim Hai")
    number = await made(engine, date(2026, 10, 1), FIRST_OF_NOVEMBER)
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(delete(Worker).where(Worker.id == gone))
    assert list(await people(connection, number)) == ["Kim Hai"]
    assert (await whole(connection, number)).people == 2
    file = tmp_path / "list.xlsx"
    assert await written(connection, number, file, "xlsx") == 1
    said = [cell for row in workbooks.sheets(file)["Tổng hợp"] for cell in row]
    assert [words for words in said if isinstance(words, str) and words.startswith("Có 1 người đã đếm")]


async def test_the_month_that_goes_on_and_one_that_has_not_begun(
    engine: AsyncEngine, connection: AsyncConnection, register: Register
) -> None:
    await register("Thạch Một")
    await make_list(connection, date(2026, 10, 1), OCTOBER.replace(day=20), ZONE)
    await connection.rollback()
    assert await connection.scalar(text("SELECT count(*) FROM monthly_entry")) == 0
    with pytest.raises(NoSuchMonth):
        await make_list(connection, date(2026, 11, 1), OCTOBER, ZONE)


async def test_a_place_sees_its_part(engine: AsyncEngine, connection: AsyncConnection, register: Register) -> None:
    await register("Thạch Một")
    await register("Kim Hai", TAP_SON)
    await register("Sơn Ba", None)
    number = await made(engine, date(2026, 10, 1), FIRST_OF_NOVEMBER)
    async with AsyncSession(connection) as session:
        book = await read_places(session)
    place = book.id_of(TAP_SON)
    assert place is not None
    there = Bounds(frozenset((place,)))
    assert list(await people(connection, number, there)) == ["Kim Hai"]
    assert (await whole(connection, number, there)).people == 1
    assert (await whole(connection, number, Bounds(frozenset()))).people == 0
    assert (await whole(connection, number)).people == 3


def is_wanted(work_state: str, said_at: datetime, kinds: list[str], statuses: list[str], moved: list[datetime]) -> bool:
    """The rule in words of its own: an open registration, and no work that was not found since, or a trade to learn."""
    needs = list(zip(kinds, statuses, moved, strict=True))
    opened = [kind for kind, status, _ in needs if status in ("new", "contacted", "matched", "referred")]
    found = any(status in ("placed", "departed") and at >= said_at for _, status, at in needs)
    return bool(opened) and ("training" in opened or (work_state in ("none", "under") and not found))


async def test_the_workbook_says_what_the_database_says(engine: AsyncEngine, tmp_path: Path) -> None:
    await fill(engine, 2000, now=OCTOBER, seal=SEAL)
    number = await made(engine, date(2026, 10, 1), FIRST_OF_NOVEMBER)
    file = tmp_path / "list.xlsx"
    query = """SELECT w.name, w.birth_year, w.work_state, w.updated_at,
        array_agg(r.kind), array_agg(r.status), array_agg(r.updated_at)
        FROM worker w JOIN registration r ON r.worker_id = w.id GROUP BY w.id"""
    async with engine.connect() as connection:
        lines = await written(connection, number, file, "xlsx")
        wanted = sorted(row[:2] for row in await connection.execute(text(query)) if is_wanted(*row[2:]))
        numbers = await whole(connection, number)
    rows = workbooks.people(file)
    assert sorted((row[1], row[2]) for row in rows) == wanted
    assert lines == len(rows) == numbers.people > 100
    last = [row for row in workbooks.sheets(file)["Tổng hợp"] if row[0]][-1]
    assert last[2:] == tuple(vars(numbers).values())
    assert sum("không có việc" in row[6] for row in rows) == numbers.without_work
    assert sum(row[3] == "Nữ" for row in rows) == numbers.women


async def test_roles_that_need_no_phone_and_no_private_fact_get_none(
    engine: AsyncEngine, connection: AsyncConnection, register: Register, tmp_path: Path
) -> None:
    await register("Thạch Một")
    number = await made(engine, date(2026, 10, 1), FIRST_OF_NOVEMBER)
    file = tmp_path / "list.xlsx"
    seen = {}
    for role in ("commune", "bank", "reader"):
        await written(connection, number, file, "xlsx", Viewer(1, role, role, role, "vi", False, None))
        seen[role] = (workbooks.people(file)[0][4], workbooks.people(file)[0][9])
    assert seen == {
        "commune": ("0912 345 678", "Hộ nghèo, Khmer"),
        "bank": ("0912 345 678", ""),
        "reader": ("091* *** *78", ""),
    }


async def test_the_paper_has_a_page_a_hamlet_with_lines_to_sign_on(
    engine: AsyncEngine, connection: AsyncConnection, register: Register, tmp_path: Path
) -> None:
    await register("Thạch Một", hamlet="Ấp Chợ")
    await register("Kim Hai", hamlet="Ấp Giồng")
    for _ in range(60):
        await register("Sơn Nhiều", hamlet="Leng")
    file = tmp_path / "list.pdf"
    assert await written(connection, await made(engine, date(2026, 10, 1), FIRST_OF_NOVEMBER), file, "pdf") == 62
    pages = [page.extract_text() for page in PdfReader(file).pages]
    assert len(pages) == 5
    assert sum("TRƯỞNG BAN NHÂN DÂN ẤP" in page for page in pages) == 3
    assert all("Họ và tên" in page for page in pages)
    assert "Sơn Nhiều" in pages[3]
    box = PdfReader(file).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)

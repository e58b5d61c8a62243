"""One person who is kept twice: found, shown side by side, made one, taken apart, or known for two."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.erase import erase
from db.people import Worker, WorkerIdentity
from db.registrations import Registration
from db.twins import Twin, note_twins
from tests.desk.conftest import HAM_GIANG, TAP_SON, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")
SAME: dict[str, Any] = {"hamlet": "Ấp Trà Tro", "birth_year": 1990}


async def find(house: House, registration: int) -> int | None:
    async with AsyncSession(house.engine) as session, session.begin():
        found = await session.get_one(Registration, registration)
        return await note_twins(session, await session.get_one(Worker, found.worker_id))


async def worker_of(house: House, registration: int) -> int:
    async with AsyncSession(house.engine) as session:
        return (await session.get_one(Registration, registration)).worker_id


async def rows(house: House, query: str) -> list[tuple[Any, ...]]:
    async with house.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


@pytest.mark.parametrize(
    ("name", "more", "same"),
    [
        ("Thach Thi Dao", {"phone": None}, True),
        ("Thạch Thị Đàoo", {"phone": None}, True),
        ("Thạch Thị Đào", {"phone": None, "hamlet": "tra tro"}, True),
        ("Thạch Thị Đào", {"phone": None, "hamlet": None}, True),
        ("Thạch Thị Đào", {"phone": None, "hamlet": "Ấp Cây Da"}, False),
        ("Thạch Thị Đào", {"phone": None, "birth_year": 1981}, False),
        ("Kim Sa Rây", {"phone": None}, False),
        ("Kim Sa Rây", {"birth_year": 1981}, True),
        ("Kim Sa Rây", {"birth_year": 1981, "phone_owner": "neighbour"}, False),
        ("Thach T Dao", {"birth_year": 1981, "phone_owner": "neighbour"}, True),
    ],
)
async def test_who_is_taken_for_the_same(house: House, name: str, more: dict[str, Any], same: bool) -> None:
    first = await house.register("Thạch Thị Đào", **SAME)
    second = await house.register(name, **(SAME | more))
    assert await find(house, second) == (await worker_of(house, first) if same else None)


async def test_another_commune_is_another_person(house: House) -> None:
    await house.register("Thạch Thị Đào", HAM_GIANG, **SAME, phone=None)
    second = await house.register("Thạch Thị Đào", TAP_SON, **SAME, phone=None)
    assert await find(house, second) is None


async def _pair(house: House) -> tuple[int, int]:
    """Two rows of one person: the older has a phone, the newer another name and work."""
    one = await house.register("Thạch Thị Đào", **SAME, schooling="lower")
    house.clock.pass_(timedelta(days=9))
    two = await house.register(
        "Thach Thi Đào", **SAME, phone=None, phone_owner="none", work_state="none", schooling=None
    )
    async with AsyncSession(house.engine) as session, session.begin():
        newer = await session.get_one(Worker, await worker_of(house, two))
        newer.updated_at = house.clock()
        (await session.get_one(Worker, await worker_of(house, one))).updated_at = house.clock() - timedelta(days=9)
    await find(house, two)
    return one, two


_PEOPLE = (
    "SELECT id, name, birth_year, phone, phone_owner, place_id, hamlet, schooling, work_state, points, merged_into"
)
_ALL = (
    f"{_PEOPLE} FROM worker ORDER BY id",
    "SELECT id, worker_id, twin_id FROM registration ORDER BY id",
    "SELECT identity_id, worker_id, relation FROM worker_identity ORDER BY identity_id",
)


async def test_merging_and_undoing_puts_everything_back(house: House, enter: Enter) -> None:
    one, two = await _pair(house)
    async with AsyncSession(house.engine) as session, session.begin():
        first = await worker_of(house, one)
        (await session.get_one(Registration, two)).twin_id = first
        for worker in await session.scalars(select(Worker)):
            worker.points = 3
    before = [await rows(house, query) for query in _ALL]
    browser = await enter("commune", (HAM_GIANG, "2020"))
    page = (await browser.get("/desk/twins")).text
    assert "Thạch Thị Đào" in page and "Thach Thi Đào" in page
    (pair,) = await rows(house, "SELECT id FROM twin")
    assert (await browser.submit("/desk/twins/merge", id=pair[0])).status_code == 303
    (kept, gone) = await rows(house, _ALL[0])
    assert kept[1:] == ("Thach Thi Đào", 1990, "+84912345678", "own", kept[5], "Ấp Trà Tro", "lower", "none", 3, None)
    assert gone[1:4] == (None, None, None) and gone[-1] == kept[0]
    assert {row[1] for row in await rows(house, _ALL[1])} == {first}
    assert {row[1] for row in await rows(house, _ALL[2])} == {first}
    assert "Thach Thi Đào" in (await browser.get(f"/desk/registration/{one}")).text
    (merger,) = await rows(house, "SELECT id FROM merger")
    assert (await browser.submit("/desk/twins/undo", id=merger[0])).status_code == 303
    assert [await rows(house, query) for query in _ALL] == before
    assert [entry.subject for entry in await house.record("merge")] == ["worker", "registration", "registration"]
    assert await house.record("unmerge")
    again = await browser.submit("/desk/twins/undo", id=merger[0])
    assert "Không tách được" in (await browser.get(again.headers["location"])).text


async def test_what_was_changed_since_stays(house: House, enter: Enter) -> None:
    one, _ = await _pair(house)
    browser = await enter("office")
    (pair,) = await rows(house, "SELECT id FROM twin")
    await browser.submit("/desk/twins/merge", id=pair[0])
    async with AsyncSession(house.engine) as session, session.begin():
        (await session.get_one(Worker, await worker_of(house, one))).phone = "+84900000001"
    await browser.submit("/desk/twins/undo", id="1")
    kept, gone = await rows(house, "SELECT name, phone FROM worker ORDER BY id")
    assert kept == ("Thạch Thị Đào", "+84900000001")
    assert gone == ("Thach Thi Đào", None)


async def test_an_account_that_speaks_for_both_stays_once(house: House, enter: Enter) -> None:
    one, two = await _pair(house)
    async with AsyncSession(house.engine) as session, session.begin():
        first, second = await worker_of(house, one), await worker_of(house, two)
        own = (await session.scalars(select(WorkerIdentity).where(WorkerIdentity.worker_id == second))).one()
        session.add(WorkerIdentity(worker_id=first, identity_id=own.identity_id, relation="family"))
    browser = await enter("office")
    await browser.submit("/desk/twins/merge", id="1")
    mine = await rows(house, f"SELECT relation FROM worker_identity WHERE worker_id = {first}")
    assert mine == [("self",), ("self",)]
    await browser.submit("/desk/twins/undo", id="1")
    theirs = await rows(house, "SELECT worker_id, relation FROM worker_identity ORDER BY worker_id, relation")
    assert theirs == [(first, "family"), (first, "self"), (second, "self")]


async def test_two_persons_are_remembered(house: House, enter: Enter) -> None:
    _, two = await _pair(house)
    browser = await enter("office")
    assert (await browser.submit("/desk/twins/apart", id="1")).status_code == 303
    assert await find(house, two) is None
    assert "Không có cặp nào" in (await browser.get("/desk/twins")).text
    async with AsyncSession(house.engine) as session:
        assert (await session.get_one(Twin, 1)).verdict == "two"
    assert (await browser.submit("/desk/twins/merge", id="1")).status_code == 404


async def test_a_pair_across_places_is_seen_by_the_district_only(house: House, enter: Enter) -> None:
    await house.register("Thạch Thị Đào", HAM_GIANG)
    other = await house.register("Kim Sa Rây", TAP_SON)
    assert await find(house, other) is not None
    commune = await enter("commune", (TAP_SON, "2020"))
    assert "Kim Sa Rây" not in (await commune.get("/desk/twins")).text
    assert (await commune.submit("/desk/twins/merge", id="1")).status_code == 404
    office = await enter("office")
    assert "Kim Sa Rây" in (await office.get("/desk/twins")).text
    reader = await enter("reader")
    page = (await reader.get("/desk/twins")).text
    assert "Kim Sa Rây" in page and "0912 345 678" not in page
    assert (await reader.submit("/desk/twins/merge", id="1")).status_code == 403
    await office.submit("/desk/twins/merge", id="1")
    assert (await commune.submit("/desk/twins/undo", id="1")).status_code == 404


async def test_who_is_forgotten_is_forgotten_whole(house: House, enter: Enter) -> None:
    one, _ = await _pair(house)
    await (await enter("office")).submit("/desk/twins/merge", id="1")
    async with AsyncSession(house.engine) as session, session.begin():
        account = (await session.get_one(Registration, one)).identity_id
        assert account is not None
        await erase(session, account, channel="web", reason="asked", now=house.clock())
    for table in ("worker", "registration", "twin", "merger"):
        assert await rows(house, f"SELECT 1 FROM {table}") == [], table


@pytest.mark.parametrize(
    ("name", "hamlet", "same"),
    [
        ("ថាច់ ធីដាវ", "ភូមិផ្សារ", True),
        ("ថាច់ ធីដា", "ភូមិផ្សារ", True),
        ("ថាច់ ធីដាវ", "Ấp Chợ", True),
        ("ថាច់ ធីដាវ", "ភូមិត្រពាំង", False),
        ("សឺន មិញហៀន", "ភូមិផ្សារ", False),
        ("Thạch Thị Đào", "ភូមិផ្សារ", False),
    ],
)
async def test_khmer_names_are_compared_too(house: House, name: str, hamlet: str, same: bool) -> None:
    first = await house.register("ថាច់ ធីដាវ", hamlet="ភូមិផ្សារ", phone=None)
    second = await house.register(name, hamlet=hamlet, phone=None)
    assert await find(house, second) == (await worker_of(house, first) if same else None)

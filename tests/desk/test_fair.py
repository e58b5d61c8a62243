"""The day of a fair: checking in by name, by code and unannounced, each within one's places and on record."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.fair_codes import code_for, read_code
from db.notices import Notice, Response
from db.registrations import Registration
from db.seal import Seal
from tests.desk.conftest import HAM_GIANG, TAP_SON, Enter, House
from tests.notices import publish
from tests.reports.workbooks import sheets

pytestmark = pytest.mark.asyncio(loop_scope="session")
AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


async def fair(house: House) -> int:
    return await publish(house.engine, starts_at=AT)


async def coming(house: House, number: int, name: str, commune: str = TAP_SON, **more: Any) -> int:
    """Somebody registered who says that they come; returns the worker's number."""
    async with AsyncSession(house.engine) as session, session.begin():
        made = await session.get_one(Registration, await house.register(name, commune, **more))
        session.add(Response(notice_id=number, identity_id=made.identity_id, worker_id=made.worker_id, answer="come"))
        return made.worker_id


async def came(house: House) -> list[tuple[Any, ...]]:
    async with house.engine.connect() as connection:
        return [
            tuple(row) for row in await connection.execute(text("SELECT worker_id, way FROM attendance ORDER BY id"))
        ]


async def test_codes_are_of_one_person_and_one_fair() -> None:
    seal = Seal("test")
    codes = {code_for(seal, notice, worker) for notice in (1, 2) for worker in range(1, 500)}
    assert len(codes) == 998
    code = code_for(seal, 1, 77)
    assert read_code(seal, 1, f" {code.lower()} ") == 77
    assert read_code(seal, 2, code) is None
    assert read_code(Seal("another"), 1, code) is None
    for wrong in ("", "-", "77", f"3{code}", code[:-1], "O0-IL1OO", "ខ្មែរ-ABCDE", "9" * 90 + "-ABCDE"):
        assert read_code(seal, 1, wrong) is None


async def test_by_name_and_back(house: House, enter: Enter) -> None:
    number = await fair(house)
    worker = await coming(house, number, "Thạch Sa Rương")
    browser = await enter("commune", (TAP_SON, "2020"))
    assert "Ngày hội việc làm" in (await browser.get("/desk/fairs")).text
    page = (await browser.get(f"/desk/fair/{number}")).text
    assert "Thạch Sa Rương" in page
    assert "0 người đã tới, 1 người" in page
    await browser.submit(f"/desk/fair/{number}/in", worker=str(worker), code="")
    await browser.submit(f"/desk/fair/{number}/in", worker=str(worker), code="")
    assert await came(house) == [(worker, "name")]
    assert "1 người đã tới" in (await browser.get(f"/desk/fair/{number}")).text
    await browser.submit(f"/desk/fair/{number}/out", worker=str(worker))
    assert await came(house) == []
    assert [len(await house.record(action)) for action in ("fair_in", "fair_out")] == [1, 1]


async def test_somebody_who_said_nothing_is_found_without_accents(house: House, enter: Enter) -> None:
    number = await fair(house)
    await house.register("Kim Sô Phia", TAP_SON)
    browser = await enter("office")
    for q in ("so+phia", "0912+345+678"):
        assert "Kim Sô Phia" in (await browser.get(f"/desk/fair/{number}?q={q}")).text
    assert "Không tìm thấy ai" in (await browser.get(f"/desk/fair/{number}?q=khong+co")).text


async def test_by_the_code_on_the_phone(house: House, enter: Enter) -> None:
    number = await fair(house)
    worker = await coming(house, number, "Thạch Sa Rương")
    code = code_for(house.seal, number, worker)
    browser = await enter("office")
    page = (await browser.get(f"/desk/fair/{number}?code={code}")).text
    assert "<h2>Thạch Sa Rương</h2>" in page
    await browser.submit(f"/desk/fair/{number}/in", worker=str(worker), code=code)
    assert await came(house) == [(worker, "code")]
    assert "Mã này không đúng" in (await browser.get(f"/desk/fair/{number}?code={code[:-1]}")).text


async def test_unannounced_with_consent_and_once(house: House, enter: Enter) -> None:
    number = await fair(house)
    browser = await enter("office")
    place = str(await house.place(TAP_SON))
    given = {"name": "Sơn Thị Na Ri", "birth_year": "1999", "phone": "0987 654 321", "place": place, "hamlet": "Ấp Chợ",
             "kind": "training", "lang": "km", "agrees": "1"}  # fmt: skip
    for wrong in (
        {"agrees": ""},
        {"name": ""},
        {"birth_year": "2015"},
        {"phone": "12"},
        {"place": "0"},
        {"kind": "loan"},
    ):
        await browser.submit(f"/desk/fair/{number}/new", **(given | wrong))
    assert await came(house) == []
    await browser.submit(f"/desk/fair/{number}/new", **given)
    await browser.submit(f"/desk/fair/{number}/new", **given)
    assert [way for _, way in await came(house)] == ["walk_in"]
    async with house.engine.connect() as connection:
        rows = await connection.execute(text("SELECT kind, source, status FROM registration"))
        assert [tuple(row) for row in rows] == [("training", "fair", "new")]
        consents = await connection.execute(text("SELECT lang, channel FROM consent WHERE channel = 'desk'"))
        assert [tuple(row) for row in consents] == [("km", "desk")]
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE consent SET withdrawn_at = now()"))
    await browser.submit(f"/desk/fair/{number}/new", **given)
    async with house.engine.begin() as connection:
        in_force = await connection.scalar(text("SELECT count(*) FROM consent WHERE withdrawn_at IS NULL"))
        assert in_force == 1, "who took it back has agreed again"
        await connection.execute(text("DELETE FROM consent WHERE channel = 'desk'"))


async def test_people_of_other_places_are_nobody(house: House, enter: Enter) -> None:
    number = await fair(house)
    worker = await coming(house, number, "Kim Sô Phia", HAM_GIANG)
    browser = await enter("commune", (TAP_SON, "2020"))
    code = code_for(house.seal, number, worker)
    for query in ("", "?q=so+phia", f"?code={code}"):
        assert "Kim Sô Phia" not in (await browser.get(f"/desk/fair/{number}{query}")).text
    answer = await browser.submit(f"/desk/fair/{number}/in", worker=str(worker), code=code)
    assert answer.status_code == 404
    assert await came(house) == []


async def test_who_only_looks_changes_and_takes_nothing(house: House, enter: Enter) -> None:
    number = await fair(house)
    worker = await coming(house, number, "Thạch Sa Rương")
    browser = await enter("reader")
    page = (await browser.get(f"/desk/fair/{number}")).text
    assert "091* *** *78" in page
    page = (await browser.get(f"/desk/fair/{number}", params={"q": "0912345678"})).text
    assert page.count("Thạch Sa Rương") == 1, "in the list of who comes, not found by a number that is masked"
    for path, fields in (("in", {"worker": str(worker)}), ("out", {"worker": str(worker)}), ("new", {}), ("take", {})):
        assert (await browser.submit(f"/desk/fair/{number}/{path}", **fields)).status_code == 403


async def test_the_evenings_list(house: House, enter: Enter) -> None:
    number = await fair(house)
    here, _ = await coming(house, number, "Thạch Sa Rương"), await coming(house, number, "Kim Sô Phia")
    browser = await enter("office")
    await browser.submit(f"/desk/fair/{number}/in", worker=str(here), code="")
    (rows,) = sheets((await browser.submit(f"/desk/fair/{number}/take")).content).values()
    assert "Cán bộ office" in rows[0][0]
    assert [(row[0], bool(row[6])) for row in rows[2:]] == [("Kim Sô Phia", False), ("Thạch Sa Rương", True)]
    (entry,) = await house.record("export")
    assert (entry.subject, entry.detail["count"]) == ("fair", 2)


async def test_what_is_no_published_fair_is_not_there(house: House, enter: Enter) -> None:
    number = await fair(house)
    async with AsyncSession(house.engine) as session, session.begin():
        (await session.get_one(Notice, number)).state = "draft"
    browser = await enter("office")
    assert (await browser.get(f"/desk/fair/{number}")).status_code == 404
    assert (await browser.get("/desk/fair/999")).status_code == 404


async def test_a_walk_in_tells_nothing_of_a_person_elsewhere(house: House, enter: Enter) -> None:
    number = await fair(house)
    await house.register("Kim Sô Phia", HAM_GIANG, phone="+84987654321", birth_year=1999)
    browser = await enter("commune", (TAP_SON, "2020"))
    given = {"name": "Sơn Thị Na Ri", "birth_year": "1999", "phone": "0987 654 321", "hamlet": "Ấp Chợ",
             "place": str(await house.place(TAP_SON)), "kind": "job", "lang": "vi", "agrees": "1"}  # fmt: skip
    await browser.submit(f"/desk/fair/{number}/new", **given)
    pages = [
        await browser.get(path) for path in (f"/desk/fair/{number}", "/desk/registrations", "/desk/registration/2")
    ]
    assert all(page.status_code == 200 for page in pages)
    seen = "".join(page.text for page in pages)
    assert "Sơn Thị Na Ri" in seen
    for secret in ("Phia", "trùng", "Trùng với", "có thể là"):
        assert secret not in seen.replace("Trùng người", ""), secret
    assert (await browser.get("/desk/registration/1")).status_code == 404
    async with house.engine.connect() as connection:
        assert await connection.scalar(text("SELECT name FROM worker WHERE id = 1")) == "Kim Sô Phia"
        assert await connection.scalar(text("SELECT count(*) FROM twin")) == 1, "the district compares the two"
    office = await enter("office")
    assert "Kim Sô Phia" in (await office.get("/desk/registration/2")).text

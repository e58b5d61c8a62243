"""Files that take long: made by the clock, told how far they are, sealed, only their owner's, gone after a day."""

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.made_files import HOLDS, TRIES, MadeFile, try_lock, unlock
from db.monthly_making import make_list, month_before
from db.staff import Staff
from desk import monthly_taking, taking_away
from desk.file_making import make_next
from jobs.retention import forget_old
from tests.desk.conftest import Browser, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")
TAKE = "/desk/registrations/export"


@pytest.fixture(autouse=True)
def little_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_away, "DIRECT", 2)
    monkeypatch.setattr(monthly_taking, "DIRECT", 2)


async def _files(engine: AsyncEngine) -> list[MadeFile]:
    async with AsyncSession(engine) as session:
        return list(await session.scalars(select(MadeFile).order_by(MadeFile.id)))


async def _asked(house: House, browser: Browser, **fields: Any) -> MadeFile:
    for _ in range(3):
        await house.register("Kim Sô Phia")
    answer = await browser.submit(TAKE, query="q=kim", **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/files")
    (job,) = await _files(house.engine)
    return job


async def test_a_long_list_is_made_by_the_clock_and_offered(house: House, enter: Enter) -> None:
    browser = await enter("office")
    job = await _asked(house, browser, column=["name", "household"])
    assert b"kim" not in job.asked, "what was searched for is sealed"
    waiting = (await browser.get("/desk/files")).text
    assert "Đang chờ đến lượt" in waiting
    assert 'http-equiv="refresh"' in waiting
    assert await make_next(house.desk)
    assert not await make_next(house.desk), "nothing is left"
    (job,) = await _files(house.engine)
    assert (job.state, job.rows, job.done) == ("ready", 3, 3)
    page = (await browser.get("/desk/files")).text
    assert "Xong: 3 dòng" in page
    assert 'http-equiv="refresh"' not in page
    answer = await browser.submit(f"/desk/files/{job.id}/take")
    assert "attachment" in answer.headers["content-disposition"]
    book = load_workbook(io.BytesIO(answer.content))  # type: ignore[no-untyped-call]
    rows = list(book.active.iter_rows(min_row=4, values_only=True))
    assert rows == [("Họ tên", "Loại hộ"), *[("Kim Sô Phia", "Hộ nghèo")] * 3]
    (made,), (taken,) = await house.record("export"), await house.record("file_take")
    assert (made.detail["count"], made.detail["columns"], made.actor) == (3, ["name", "household"], "Cán bộ office")
    assert (taken.detail, taken.subject) == ({"count": 3, "file": job.id}, "registration")
    assert taken.subject_id is None, "it is no registration of that number"


async def test_it_lies_sealed_in_the_store(house: House, enter: Enter) -> None:
    await _asked(house, await enter("office"))
    await make_next(house.desk)
    (job,) = await _files(house.engine)
    assert job.path is not None
    assert house.files.open(job.path).startswith(b"PK")
    assert not (house.files._path(job.path)).read_bytes().startswith(b"PK")


async def test_only_its_owner_gets_it(house: House, enter: Enter) -> None:
    await _asked(house, await enter("office"))
    await make_next(house.desk)
    (job,) = await _files(house.engine)
    other = await enter("administrator")
    assert (await other.submit(f"/desk/files/{job.id}/take")).status_code == 404
    assert (await other.submit("/desk/files/drop", id=str(job.id))).status_code == 404
    assert job.name not in (await other.get("/desk/files")).text
    assert (await other.submit("/desk/files/99999999999999999999/take")).status_code == 404


async def test_who_may_see_less_by_now_does_not_get_what_was_made_before(house: House, enter: Enter) -> None:
    browser = await enter("office")
    job = await _asked(house, browser)
    await make_next(house.desk)
    async with AsyncSession(house.engine) as session, session.begin():
        await session.execute(update(Staff).where(Staff.login == "office").values(role="bank"))
    assert (await browser.submit(f"/desk/files/{job.id}/take")).status_code == 404
    assert "Quyền xem của anh/chị đã đổi" in (await browser.get("/desk/files")).text


@pytest.mark.parametrize("change", [{"role": "reader"}, {"disabled_at": func.now()}])
async def test_it_is_not_made_for_who_may_not_have_it_any_more(
    house: House, enter: Enter, change: dict[str, Any]
) -> None:
    await _asked(house, await enter("office"))
    async with AsyncSession(house.engine) as session, session.begin():
        await session.execute(update(Staff).where(Staff.login == "office").values(**change))
    assert await make_next(house.desk)
    (job,) = await _files(house.engine)
    assert (job.state, job.path, job.why) == ("failed", None, "files.why.not_yours")
    assert await house.record("export") == []


async def test_what_was_cut_off_is_made_anew_and_given_up_after_some_tries(house: House, enter: Enter) -> None:
    await _asked(house, await enter("office"))
    for tries, state in ((1, "ready"), (TRIES, "failed")):
        async with AsyncSession(house.engine) as session, session.begin():
            await session.execute(update(MadeFile).values(state="making", done=2, tries=tries))
        assert await make_next(house.desk)
        (job,) = await _files(house.engine)
        assert job.state == state


async def test_one_process_makes_files_at_a_time(house: House, enter: Enter) -> None:
    await _asked(house, await enter("office"))
    async with house.engine.connect() as connection:
        assert await try_lock(connection)
        assert not await make_next(house.desk)
        await unlock(connection)
    assert await make_next(house.desk)


async def test_after_a_day_it_is_gone(house: House, enter: Enter) -> None:
    browser = await enter("office")
    await _asked(house, browser)
    await make_next(house.desk)
    (job,) = await _files(house.engine)
    house.clock.pass_(HOLDS - timedelta(minutes=1))
    await forget_old(house.engine, house.files, house.clock() + timedelta(days=2))
    assert job.path is not None
    assert house.files.open(job.path), "a file that a row speaks of is not swept away"
    house.clock.pass_(timedelta(minutes=1))
    await make_next(house.desk)
    assert await _files(house.engine) == []
    with pytest.raises(FileNotFoundError):
        house.files.open(job.path)


async def test_letting_one_go(house: House, enter: Enter) -> None:
    browser = await enter("office")
    await _asked(house, browser)
    await make_next(house.desk)
    (job,) = await _files(house.engine)
    assert (await browser.submit("/desk/files/drop", id=str(job.id))).status_code == 303
    assert await _files(house.engine) == []
    assert job.path is not None
    with pytest.raises(FileNotFoundError):
        house.files.open(job.path)


async def test_no_more_than_some_wait_for_one_person(house: House, enter: Enter) -> None:
    browser = await enter("office")
    await _asked(house, browser)
    for _ in range(4):
        await browser.submit(TAKE, query="")
    assert len(await _files(house.engine)) == 3
    assert "Đang làm 3 tệp" in (await browser.get("/desk/files")).text


async def test_a_month_that_is_over_is_the_same_to_the_byte_by_either_way(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await house.register("Kim Sô Phia", created_at=house.clock() - timedelta(days=60))
    month = month_before(house.desk.today().date().replace(day=1))
    async with house.engine.begin() as connection:
        await make_list(connection, month, house.clock(), house.desk.zone)
    browser = await enter("office")
    for form in ("xlsx", "pdf"):
        asked = {"month": f"{month:%Y-%m}", "place": "", "form": form}
        with monkeypatch.context() as patch:
            patch.setattr(monthly_taking, "DIRECT", 100)
            at_once = await browser.submit("/desk/lists/take", **asked)
        assert at_once.status_code == 200
        later = await browser.submit("/desk/lists/take", **asked)
        assert (later.status_code, later.headers["location"]) == (303, "/desk/files")
        await make_next(house.desk)
        job = (await _files(house.engine))[-1]
        assert (job.state, job.rows) == ("ready", 3)
        assert (await browser.submit(f"/desk/files/{job.id}/take")).content == at_once.content
    assert [entry.subject for entry in await house.record("export")] == ["monthly_list"] * 4


async def test_the_month_that_goes_on_is_made_by_the_clock_and_thrown_away(house: House, enter: Enter) -> None:
    for _ in range(3):
        await house.register("Kim Sô Phia")
    browser = await enter("office")
    asked = {"month": f"{house.desk.today():%Y-%m}", "place": "", "form": "xlsx"}
    assert (await browser.submit("/desk/lists/take", **asked)).status_code == 303
    assert await make_next(house.desk)
    (job,) = await _files(house.engine)
    assert (job.state, job.rows) == ("ready", 3)
    async with house.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM monthly_list")) == 0
    assert (await browser.submit(f"/desk/files/{job.id}/take")).content.startswith(b"PK")

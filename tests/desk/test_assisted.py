"""Registering somebody without a phone: their own agreement, the helper's name, one's own places, no second person."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from content.consent_text import TEXT_VERSION
from db.people import Worker
from db.registrations import Registration
from tests.desk.conftest import HAM_GIANG, TAP_SON, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")
SAID: dict[str, str] = {
    "kind": "job", "birth_year": "1978", "sex": "female", "commune": HAM_GIANG, "hamlet": "Trà Tro",
    "name": "kim thị hoa",
    "phone_owner": "none", "job_wanted": "may mặc", "job_where": "near", "schooling": "primary", "work_state": "none",
    "idle_time": "long", "household": "poor", "ethnicity": "khmer", "lang": "km", "agrees": "1",
}  # fmt: skip


async def rows(house: House, query: str) -> list[tuple[Any, ...]]:
    async with house.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_the_page_asks_what_the_chat_asks_and_ticks_nothing(house: House, enter: Enter) -> None:
    browser = await enter("commune", (HAM_GIANG, "2020"))
    page = (await browser.get("/desk/assisted?kind=overseas")).text
    for key in ("birth_year", "commune", "name", "phone_owner", "market", "experience", "loan_advice", "ethnicity"):
        assert f'name="{key}"' in page
    assert "đồng ý không?" in page and "យល់ព្រមទេ?" in page, "to be read aloud in both languages"
    assert "checked" not in page
    assert f'<option value="{HAM_GIANG}" selected>' in page, "the only place there is"
    assert TAP_SON not in page


async def test_somebody_without_a_phone(house: House, enter: Enter) -> None:
    browser = await enter("hamlet", (HAM_GIANG, "2020"))
    answer = await browser.submit("/desk/assisted/keep", **SAID)
    assert answer.headers["location"].endswith("/registration/1"), answer.text
    async with AsyncSession(house.engine) as session:
        made = await session.get_one(Registration, 1)
        worker = await session.get_one(Worker, made.worker_id)
    assert (worker.name, worker.birth_year, worker.phone, worker.idle_time) == ("Kim Thị Hoa", 1978, None, "long")
    assert made.answers == {"job_wanted": "may mặc", "job_where": "near"}
    assert (made.priority, made.identity_id, made.source) == (3, None, "helper")
    assert made.promised_at is not None and timedelta(days=2) < made.promised_at - house.clock() < timedelta(days=4)
    assert await rows(house, "SELECT count(*) FROM worker_identity") == [(0,)]
    (consent,) = await rows(house, "SELECT worker_id, text_version, lang, channel, taken, helper_id FROM consent")
    (helper,) = await rows(house, "SELECT id FROM staff")
    assert consent == (worker.id, TEXT_VERSION, "km", "desk", "read", helper[0])
    assert made.helper_id == helper[0]
    assert [entry.subject_id for entry in await house.record("assist")] == [1]
    assert "Cán bộ hamlet đăng ký giúp" in (await browser.get("/desk/registration/1")).text


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"agrees": ""}, "agrees"),
        ({"lang": ""}, "agrees"),
        ({"birth_year": "abc"}, "birth_year"),
        ({"birth_year": "78"}, "birth_year"),
        ({"birth_year": "2015"}, "birth_year"),
        ({"name": ""}, "name"),
        ({"job_where": "moon"}, "job_where"),
        ({"commune": TAP_SON}, "commune"),
        ({"commune": ""}, "commune"),
        ({"phone_owner": "own"}, "phone"),
        ({"phone_owner": "own", "phone": "12"}, "phone"),
        ({"phone": "0912345678"}, "phone_owner"),
        ({"idle_time": ""}, "idle_time"),
    ],
)
async def test_what_is_wrong_is_said_beside_it_and_nothing_is_kept(
    house: House, enter: Enter, wrong: dict[str, str], key: str
) -> None:
    browser = await enter("commune", (HAM_GIANG, "2020"))
    answer = await browser.submit("/desk/assisted/keep", **(SAID | wrong))
    assert answer.status_code == 422
    assert answer.text.count('id="fault-') == 1 and f'id="fault-{key}"' in answer.text
    assert await rows(house, "SELECT count(*) FROM worker") == [(0,)]
    assert await rows(house, "SELECT count(*) FROM consent") == [(0,)]


async def test_who_may_be_the_same_is_shown_before_anything_is_kept(house: House, enter: Enter) -> None:
    await house.register("Kim Thị Hoa", HAM_GIANG, birth_year=1978, phone="+84911222333", work_state="under")
    browser = await enter("commune", (HAM_GIANG, "2020"))
    answer = await browser.submit("/desk/assisted/keep", **SAID)
    assert answer.status_code == 200 and "Đúng người này: Kim Thị Hoa, 1978" in answer.text
    assert await rows(house, "SELECT count(*) FROM registration") == [(1,)]
    same = await browser.submit("/desk/assisted/keep", **(SAID | {"is": "1", "kind": "job", "phone_owner": "none"}))
    assert same.headers["location"].endswith("/registration/1"), "the open need of this kind is brought up to date"
    kept = await rows(house, "SELECT phone, work_state FROM worker")
    assert kept == [("+84911222333", "none")], "the phone is kept where nothing newer was said"


async def test_another_person_of_that_name_is_remembered_as_such(house: House, enter: Enter) -> None:
    await house.register("Kim Thị Hoa", HAM_GIANG, birth_year=1978, phone=None, phone_owner="none")
    browser = await enter("commune", (HAM_GIANG, "2020"))
    await browser.submit("/desk/assisted/keep", **(SAID | {"is": "new"}))
    assert await rows(house, "SELECT twin_id FROM registration ORDER BY id") == [(None,), (None,)]
    assert await rows(house, "SELECT verdict FROM twin") == [("two",)]


async def test_somebody_elsewhere_who_looks_the_same_is_not_shown(house: House, enter: Enter) -> None:
    await house.register("Lâm Bí Mật", TAP_SON, phone="+84911222333")
    browser = await enter("commune", (HAM_GIANG, "2020"))
    answer = await browser.submit("/desk/assisted/keep", **(SAID | {"phone_owner": "own", "phone": "0911 222 333"}))
    assert answer.status_code == 303 and "Bí Mật" not in answer.text
    assert await rows(house, "SELECT verdict FROM twin") == [(None,)], "it waits for those who may see both"


async def test_who_needs_no_household_is_not_asked_for_it(house: House, enter: Enter) -> None:
    browser = await enter("bank", (HAM_GIANG, "2020"))
    assert 'name="household"' not in (await browser.get("/desk/assisted?kind=job")).text
    await browser.submit("/desk/assisted/keep", **SAID)
    assert await rows(house, "SELECT household, ethnicity, points FROM worker") == [(None, None, 0)]


async def test_readers_register_nobody(house: House, enter: Enter) -> None:
    browser = await enter("reader")
    assert (await browser.get("/desk/assisted")).status_code == 403
    assert (await browser.submit("/desk/assisted/keep", **SAID)).status_code == 403


async def test_somebody_without_a_chat_is_deleted_at_their_word(house: House, enter: Enter) -> None:
    helper = await enter("hamlet", (HAM_GIANG, "2020"))
    await helper.submit("/desk/assisted/keep", **SAID)
    office = await enter("office")
    assert "Xóa người này" in (await office.get("/desk/registration/1")).text
    assert "Xóa người này" not in (await helper.get("/desk/registration/1")).text
    await office.submit("/desk/registration/1/erase")
    assert await rows(house, "SELECT count(*) FROM worker") == [(1,)], "nobody said that the person asked"
    answer = await office.submit("/desk/registration/1/erase", asked="yes")
    assert answer.headers["location"].endswith("/registrations")
    assert await rows(house, "SELECT count(*) FROM worker") == [(0,)]
    assert await rows(house, "SELECT count(*) FROM registration") == [(0,)]
    ((reference, channel, counts),) = await rows(house, "SELECT reference, channel, counts FROM erasure")
    assert (channel, counts) == ("desk", {"people": 1, "registrations": 1})
    assert reference in (await office.get("/desk/registrations")).text
    assert await rows(house, "SELECT count(*) FROM consent WHERE withdrawn_at IS NULL") == [(0,)]
    assert [entry.detail for entry in await house.record("erase")] == [counts]


async def test_somebody_with_a_chat_deletes_there(house: House, enter: Enter) -> None:
    number = await house.register()
    office = await enter("office")
    assert "Xóa người này" not in (await office.get(f"/desk/registration/{number}")).text
    await office.submit(f"/desk/registration/{number}/erase", asked="yes")
    assert "có cuộc trò chuyện riêng" in (await office.get(f"/desk/registration/{number}")).text
    assert await rows(house, "SELECT count(*) FROM worker") == [(1,)]

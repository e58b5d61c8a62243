"""Who loses a place, a role or the account keeps no case: the rules give each anew, on record and with a word."""

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db import handovers
from db.cases import OwnerRule
from db.people import Identity
from db.staff import Staff, StaffIdentity
from jobs.handovers import hand_over
from tests.desk.conftest import HAM_GIANG, TAP_SON, Browser, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def number_of(house: House, login: str) -> int:
    async with AsyncSession(house.engine) as session:
        return (await session.scalars(select(Staff.id).where(Staff.login == login))).one()


async def owners(house: House) -> list[int | None]:
    async with AsyncSession(house.engine) as session:
        return list(await session.scalars(text("SELECT owner_id FROM registration ORDER BY id")))


@pytest_asyncio.fixture(loop_scope="session")
async def left(house: House, enter: Enter) -> tuple[Browser, int, int]:
    """Three cases of Lan, who has two communes; Minh is who the rule for the first one names besides her."""
    office = await enter("office")
    for login in ("lan", "minh"):
        await house.staff("commune", (HAM_GIANG, "2020"), login)
    lan, minh = await number_of(house, "lan"), await number_of(house, "minh")
    await house.register("A", HAM_GIANG, owner_id=lan)
    await house.register("B", TAP_SON, owner_id=lan)
    await house.register("C", HAM_GIANG, owner_id=lan, status="closed", closed_reason="other")
    async with AsyncSession(house.engine) as session, session.begin():
        session.add(OwnerRule(place_id=await house.place(HAM_GIANG), staff_id=minh))
        chat = Identity(channel="telegram", chat_id=77, lang="vi")
        session.add(chat)
        await session.flush()
        session.add(StaffIdentity(identity_id=chat.id, staff_id=minh))
    return office, lan, minh


async def edit(house: House, lan: int, places: list[int], role: str = "commune") -> None:
    admin = house.browser()
    await house.staff("administrator")
    await admin.log_in("administrator")
    fields = {"name": "Lan", "role": role, "lang": "vi", "place": places}
    page = await admin.submit(f"/desk/staff/{lan}/edit", **fields)
    assert "giao lại theo phân việc" in (await admin.get(page.headers["location"])).text


async def test_a_place_that_is_lost_takes_its_cases_along(house: House, left: tuple[Browser, int, int]) -> None:
    _, lan, minh = left
    await edit(house, lan, [await house.place(TAP_SON)])
    await hand_over(house.engine, house.clock())
    assert await owners(house) == [minh, lan, lan], "closed ones stay as they are"
    (given,) = await house.record("assign")
    assert (given.subject_id, given.actor, given.detail["owner"]) == (1, "Cán bộ administrator", "Cán bộ minh")
    assert (await house.record("handover"))[0].detail == {"login": "lan", "count": 1}
    async with house.engine.connect() as connection:
        alerts = await connection.execute(text("SELECT registration_id, cause FROM officer_alert"))
        assert [tuple(row) for row in alerts] == [(1, "new")]
    await hand_over(house.engine, house.clock())
    assert len(await house.record("handover")) == 1, "nothing waits any more"


@pytest.mark.parametrize("how", ["disable", "role"])
async def test_a_closed_account_or_a_role_that_looks_owns_nothing(
    house: House, left: tuple[Browser, int, int], how: str
) -> None:
    _, lan, minh = left
    if how == "role":
        await edit(house, lan, [await house.place(HAM_GIANG), await house.place(TAP_SON)], role="reader")
    else:
        admin = house.browser()
        await house.staff("administrator")
        await admin.log_in("administrator")
        await admin.submit("/desk/staff/disable", id=str(lan), again="")
    await hand_over(house.engine, house.clock())
    assert await owners(house) == [minh, None, lan]


async def test_many_cases_go_a_few_at_a_time_and_each_once(
    house: House, left: tuple[Browser, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, lan, minh = left
    for name in "DEFG":
        await house.register(name, HAM_GIANG, owner_id=lan)
    monkeypatch.setattr(handovers, "BATCH", 2)
    await edit(house, lan, [await house.place(TAP_SON)])
    async with AsyncSession(house.engine) as session, session.begin():
        await handovers.hand_over_some(session, house.clock())
    async with AsyncSession(house.engine) as session:
        assert (await session.scalars(select(handovers.Handover.moved))).one() == 1
    # a process that died in the middle of the next transaction left nothing of it
    async with AsyncSession(house.engine) as session:
        await handovers.hand_over_some(session, house.clock())
        await session.rollback()
    await hand_over(house.engine, house.clock())
    assert await owners(house) == [minh, lan, lan, minh, minh, minh, minh]
    assert len(await house.record("assign")) == 5

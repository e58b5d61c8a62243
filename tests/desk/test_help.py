"""Calls for a person at the desk: who takes them, hands them back, loses them; many at once, and undone."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.registrations import HelpRequest, Registration
from db.staff import Staff
from jobs.handovers import hand_over
from tests.desk.conftest import HAM_GIANG, TAP_SON, Browser, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def asks(house: House, name: str = "Thạch Thị Đào", commune: str = TAP_SON, topic: str = "general") -> int:
    """Somebody asks for a person; returns the request's number."""
    number = await house.register(name, commune)
    async with AsyncSession(house.engine) as session, session.begin():
        registration = await session.get_one(Registration, number)
        asked = HelpRequest(identity_id=registration.identity_id, topic=topic, created_at=house.clock())
        session.add(asked)
        await session.flush()
        return asked.id


async def asked(house: House, number: int) -> HelpRequest:
    async with AsyncSession(house.engine) as session:
        return await session.get_one(HelpRequest, number)


async def staff(house: House, login: str) -> int:
    async with AsyncSession(house.engine) as session:
        return (await session.scalars(select(Staff.id).where(Staff.login == login))).one()


async def after(browser: Browser, path: str, **fields: object) -> str:
    """Send a form, and read the page that it leads to."""
    answer = await browser.submit(path, **fields)
    return (await browser.get(answer.headers["location"])).text


def undo_token(page: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found, "no way to take it back"
    return found[1]


async def test_taking_shows_who_and_since_when_and_others_may_not(house: House, enter: Enter) -> None:
    number = await asks(house)
    lan, minh = await enter("commune", (TAP_SON, "2020"), "lan"), await enter("commune", (TAP_SON, "2020"), "minh")
    assert "Chưa ai nhận" in (await lan.get("/desk/help")).text
    assert "Cán bộ lan nhận" in await after(lan, "/desk/help/take", id=str(number))
    kept = await asked(house, number)
    assert (kept.owner_id, kept.taken_at) == (await staff(house, "lan"), house.clock())
    page = await after(minh, "/desk/help/take", id=str(number))
    assert "1 yêu cầu đã có người nhận" in page
    assert "Cán bộ lan nhận" in page
    assert "1 yêu cầu không phải của anh/chị" in await after(minh, "/desk/help/leave", id=str(number))
    assert (await asked(house, number)).owner_id == await staff(house, "lan")
    assert len(await house.record("help_take")) == 1
    assert "Thạch Thị Đào" in (await lan.get("/desk/help?tab=mine")).text
    assert "Thạch Thị Đào" not in (await minh.get("/desk/help?tab=mine")).text
    assert "Thạch Thị Đào" not in (await minh.get("/desk/help?tab=nobodys")).text


async def test_the_owner_or_the_district_hands_it_back_and_the_past_is_seen(house: House, enter: Enter) -> None:
    number = await asks(house)
    lan, office = await enter("commune", (TAP_SON, "2020"), "lan"), await enter("office")
    await lan.submit("/desk/help/take", id=str(number))
    page = await after(lan, "/desk/help/leave", id=str(number))
    assert "Cán bộ lan trả lại" in page
    assert "Chưa ai nhận" in page
    await lan.submit("/desk/help/take", id=str(number))
    assert "trước đó: Cán bộ lan" in await after(office, "/desk/help/leave", id=str(number))
    assert (await asked(house, number)).owner_id is None


async def test_many_at_once_and_back_again(house: House, enter: Enter) -> None:
    numbers = [await asks(house, name) for name in ("A", "B", "C")]
    lan, minh = await enter("commune", (TAP_SON, "2020"), "lan"), await enter("commune", (TAP_SON, "2020"), "minh")
    await minh.submit("/desk/help/take", id=str(numbers[2]))
    page = await after(lan, "/desk/help/take", id=[str(one) for one in numbers])
    assert "Anh/chị đã nhận 2 yêu cầu" in page
    assert "1 yêu cầu đã có người nhận" in page
    await lan.submit("/desk/help/undo", token=undo_token(page))
    owners = [(await asked(house, one)).owner_id for one in numbers]
    assert owners == [None, None, await staff(house, "minh")]
    page = await after(lan, "/desk/help/done", id=[str(one) for one in numbers])
    assert "Không còn ai đang chờ" in page
    await minh.submit("/desk/help/undo", token=undo_token(page))
    assert (await asked(house, numbers[0])).done_at is not None, "a change is taken back by who made it"
    await lan.submit("/desk/help/undo", token=undo_token(page))
    assert [(await asked(house, one)).done_at for one in numbers] == [None] * 3


async def test_what_somebody_else_did_since_is_not_taken_back(house: House, enter: Enter) -> None:
    number = await asks(house)
    lan, office = await enter("commune", (TAP_SON, "2020"), "lan"), await enter("office")
    taken = await after(lan, "/desk/help/take", id=str(number))
    house.clock.now += timedelta(minutes=1)
    await office.submit("/desk/help/leave", id=str(number))
    await office.submit("/desk/help/take", id=str(number))
    page = await after(lan, "/desk/help/undo", token=undo_token(taken))
    assert "Cán bộ office nhận" in page
    assert (await asked(house, number)).owner_id == await staff(house, "office")


async def test_handing_back_is_undone_with_its_hour(house: House, enter: Enter) -> None:
    number = await asks(house)
    lan, since = await enter("commune", (TAP_SON, "2020"), "lan"), house.clock()
    await lan.submit("/desk/help/take", id=str(number))
    house.clock.now += timedelta(hours=1)
    page = await after(lan, "/desk/help/leave", id=str(number))
    await lan.submit("/desk/help/undo", token=undo_token(page))
    kept = await asked(house, number)
    assert (kept.owner_id, kept.taken_at) == (await staff(house, "lan"), since)


async def test_the_same_asked_twice_ends_and_opens_together(house: House, enter: Enter) -> None:
    first = await asks(house)
    async with AsyncSession(house.engine) as session, session.begin():
        again = HelpRequest(identity_id=(await session.get_one(HelpRequest, first)).identity_id, topic="general")
        session.add(again)
        await session.flush()
        second = again.id
    office = await enter("office")
    await office.submit("/desk/help/done", id=str(first))
    assert (await asked(house, second)).done_at == house.clock()
    await office.submit("/desk/help/done", id=str(first), again="1")
    assert [(await asked(house, one)).done_at for one in (first, second)] == [None, None]


@pytest.mark.parametrize("how", ["disable", "role", "place"])
async def test_who_leaves_keeps_no_call_and_others_are_told_anew(house: House, enter: Enter, how: str) -> None:
    number, stays = await asks(house), await asks(house, "Kim Sô Phia", HAM_GIANG)
    lan, admin = await enter("commune", (TAP_SON, "2020"), "lan"), await enter("administrator")
    await lan.submit("/desk/help/take", id=str(number))
    await admin.submit("/desk/help/take", id=str(stays))
    lan_id, role = await staff(house, "lan"), "reader" if how == "role" else "commune"
    if how == "disable":
        await admin.submit("/desk/staff/disable", id=str(lan_id), again="")
    else:
        place = [await house.place(HAM_GIANG if how == "place" else TAP_SON)]
        await admin.submit(f"/desk/staff/{lan_id}/edit", name="Lan", role=role, lang="vi", place=place)
    await hand_over(house.engine, house.clock())
    kept = await asked(house, number)
    assert (kept.owner_id, kept.taken_at, kept.alert_at) == (None, None, house.clock())
    assert (await asked(house, stays)).owner_id is not None, "others keep theirs"
    (entry,) = await house.record("help_hand_on")
    assert (entry.subject_id, entry.actor) == (number, "Cán bộ administrator")
    assert "không còn phụ trách, chờ người khác nhận" in (await admin.get("/desk/help")).text

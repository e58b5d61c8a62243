"""Statuses: the steps that may be taken, why others may not, and taking one back."""

import re
from datetime import timedelta

import pytest

from db.registrations import CLOSED, STATUSES
from desk.statuses import NEXT, Refused, check
from tests.desk.conftest import Browser, Enter, House

REASON = "đã có việc khác"


@pytest.mark.parametrize("current", STATUSES)
@pytest.mark.parametrize("wanted", [*STATUSES, "nonsense"])
def test_only_the_next_steps_are_taken(current: str, wanted: str) -> None:
    if wanted in NEXT[current]:
        check(current, wanted, REASON)
    else:
        with pytest.raises(Refused):
            check(current, wanted, REASON)


def test_every_status_is_reached_and_every_case_can_end() -> None:
    reached = {status for after in NEXT.values() for status in after}
    assert reached | {"new"} == set(STATUSES)
    assert all("closed" in NEXT[status] for status in STATUSES if status not in CLOSED)


async def _move(browser: Browser, number: int, wanted: str, **more: str) -> str:
    await browser.submit(f"/desk/registration/{number}/status", status=wanted, **more)
    return (await browser.get(f"/desk/registration/{number}")).text


def _token(page: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found
    return found[1]


pytestmark = pytest.mark.filterwarnings("error")
desk = pytest.mark.asyncio(loop_scope="session")


@desk
async def test_a_case_from_beginning_to_end(house: House, enter: Enter) -> None:
    number = await house.register()
    browser = await enter("office")
    for wanted in ("contacted", "matched", "placed"):
        await _move(browser, number, wanted)
        assert await house.status(number) == wanted
    assert [entry.detail["to"] for entry in await house.record("status")] == ["contacted", "matched", "placed"]


@desk
async def test_a_wrong_step_is_refused_with_what_is_possible(house: House, enter: Enter) -> None:
    number = await house.register()
    page = await _move(await enter("office"), number, "placed")
    assert await house.status(number) == "new"
    assert "Bước tiếp theo có thể là: Đã liên hệ, Kết thúc" in page


@desk
async def test_closing_needs_a_reason(house: House, enter: Enter) -> None:
    number = await house.register()
    browser = await enter("office")
    assert "ghi lý do" in await _move(browser, number, "closed")
    assert await house.status(number) == "new"
    assert REASON in await _move(browser, number, "closed", reason=REASON)
    assert await house.status(number) == "closed"


@desk
async def test_a_colleague_was_quicker(house: House, enter: Enter) -> None:
    number = await house.register(status="contacted")
    page = await _move(await enter("office"), number, "closed", seen="new", reason=REASON)
    assert "Người khác vừa chuyển" in page
    assert await house.status(number) == "contacted"


@desk
async def test_undo_from_the_page(house: House, enter: Enter) -> None:
    number = await house.register(status="contacted")
    browser = await enter("office")
    page = await _move(browser, number, "closed", reason=REASON)
    await browser.submit("/desk/registrations/undo", token=_token(page), where=str(number))
    assert await house.status(number) == "contacted"
    assert REASON not in (await browser.get("/desk/registrations")).text
    assert len(await house.record("undo")) == 1


@desk
async def test_undo_is_refused_after_another_change_after_a_day_and_to_others(house: House, enter: Enter) -> None:
    number = await house.register()
    browser, other = await enter("office"), await enter("office", login="other")
    token = _token(await _move(browser, number, "contacted"))
    await other.submit("/desk/registrations/undo", token=token)
    assert await house.status(number) == "contacted"
    house.clock.pass_(timedelta(minutes=1))
    later = _token(await _move(browser, number, "matched"))
    await browser.submit("/desk/registrations/undo", token=token)
    assert await house.status(number) == "matched"
    house.clock.pass_(timedelta(hours=9))
    house.clock.pass_(timedelta(hours=16))
    await browser.log_in("office")
    await browser.submit("/desk/registrations/undo", token=later)
    assert await house.status(number) == "matched"


@desk
async def test_many_at_once_and_back(house: House, enter: Enter) -> None:
    ids = [await house.register(), await house.register(), await house.register(status="placed")]
    browser = await enter("office")
    answer = await browser.submit("/desk/registrations/status", status="contacted", id=[str(one) for one in ids])
    page = (await browser.get(answer.headers["location"])).text
    assert [await house.status(one) for one in ids] == ["contacted", "contacted", "placed"]
    assert "Đã chuyển 2 hồ sơ" in page
    assert f"Hồ sơ {ids[2]} chưa chuyển được" in page
    await browser.submit("/desk/registrations/undo", token=_token(page))
    assert [await house.status(one) for one in ids] == ["new", "new", "placed"]


@desk
async def test_nothing_ticked(enter: Enter) -> None:
    browser = await enter("office")
    answer = await browser.submit("/desk/registrations/status", status="contacted")
    assert "Chưa chọn hồ sơ nào" in (await browser.get(answer.headers["location"])).text

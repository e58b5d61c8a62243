"""What Zalo tells of the account and its templates is read, kept with its date, and used."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from bot.channels.zalo_oa import OfficialAccount
from bot.channels.zalo_oa_errors import ZaloError
from bot.channels.zalo_oa_reading import facts_of, template_of
from db.zalo_templates import approved, templates_of
from tests.conftest import MovableClock, Running
from tests.conversation.zalo_phone import log_in
from tests.standins.zalo_oa import ZaloStandIn

INFO = {
    "templateName": "Mời dự phiên giao dịch",
    "price_sdt": "800",
    "price_uid": 560.0,
    "listParams": [
        {"name": "ten", "require": True, "type": "STRING", "maxLength": 30, "minLength": 1},
        {"name": "tieu_de", "require": True, "type": "STRING", "maxLength": "64"},
    ],
}


@pytest.fixture
async def account(program: Running, zalo: ZaloStandIn) -> OfficialAccount:
    await log_in(program, zalo)
    assert program.program.zalo is not None
    return program.program.zalo


def template(state: str = "ENABLE", **more: Any) -> dict[str, Any]:
    return {"status": state, "parameters": ["ten", "tieu_de"]} | INFO | more


async def row(program: Running, query: str) -> Any:
    async with program.engine.connect() as connection:
        return (await connection.execute(text(query))).one()


async def test_plan_allowance_and_templates_are_kept(
    program: Running, zalo: ZaloStandIn, account: OfficialAccount, clock: MovableClock
) -> None:
    zalo.world.sub_quota = 480
    zalo.world.templates |= {"77": template(), "78": template("REJECT", reason="thiếu logo")}
    await account.reader.read()
    kept = await row(program, "SELECT * FROM zalo_account")
    assert (kept.name, kept.plan, kept.valid_until) == ("Văn phòng", "Tăng trưởng", date(2026, 12, 31))
    assert (kept.allowance_left, kept.allowance_whole, kept.failure) == (480, 500, None)
    assert kept.read_at == clock()
    first, second = await templates_of(program.engine)
    assert (first.template_id, first.name, first.state) == ("77", "Mời dự phiên giao dịch", "ENABLE")
    assert (first.price_uid, first.price_phone, first.checked_at) == (560, 800, clock())
    assert first.params == {"ten": 30, "tieu_de": 64}
    assert (second.state, second.reason) == ("REJECT", "thiếu logo")
    assert zalo.violations == []


async def test_a_second_reading_keeps_what_the_office_has_set(
    program: Running, zalo: ZaloStandIn, account: OfficialAccount
) -> None:
    zalo.world.templates["77"] = template()
    await account.reader.read()
    assert (await templates_of(program.engine))[0].missing == ["ten", "tieu_de"]
    setting = "UPDATE zalo_template SET purpose = 'notice', lang = 'vi', fields = cast(:fields AS jsonb)"
    async with program.engine.begin() as connection:
        await connection.execute(text(setting), {"fields": '{"ten": "name"}'})
    assert await approved(program.engine, "notice", "vi") is None, "Zalo would refuse it: a parameter is missing"
    async with program.engine.begin() as connection:
        await connection.execute(text(setting), {"fields": '{"ten": "name", "tieu_de": "title"}'})
    zalo.world.templates["77"] = template(price_uid=600)
    await account.reader.read()
    found = await approved(program.engine, "notice", "km")
    assert found is not None
    assert (found.price_uid, found.fields["tieu_de"]) == (600, "title")
    zalo.world.templates.clear()
    await account.reader.read()
    assert await approved(program.engine, "notice", "vi") is None, "Zalo has it no more"


async def test_more_templates_than_fit_on_a_page(program: Running, zalo: ZaloStandIn, account: OfficialAccount) -> None:
    zalo.world.templates |= {str(n): template() for n in range(1000, 1203)}
    await account.reader.read()
    assert len(await templates_of(program.engine)) == 203


async def test_it_is_read_each_hour_or_when_asked(
    program: Running, zalo: ZaloStandIn, account: OfficialAccount, clock: MovableClock
) -> None:
    assert await account.reader.look() is True
    assert await account.reader.look() is False
    clock.forward(minutes=5)
    async with program.engine.begin() as connection:
        await connection.execute(text("UPDATE zalo_account SET wanted_at = :now"), {"now": clock()})
    clock.forward(seconds=1)
    assert await account.reader.look() is True
    assert await account.reader.look() is False
    clock.forward(hours=1)
    assert await account.reader.look() is True


async def test_a_failure_is_kept_beside_what_was_read_before(
    program: Running, zalo: ZaloStandIn, account: OfficialAccount, clock: MovableClock
) -> None:
    await account.reader.read()
    before = clock()
    clock.forward(hours=1)
    zalo.world.faults.append({"path": "/template/all", "error": -136, "before": True})
    with pytest.raises(ZaloError):
        await account.reader.read()
    kept = await row(program, "SELECT * FROM zalo_account")
    assert (kept.name, kept.failure) == ("Văn phòng", "Zalo error -136")
    zalo.world.faults.append({"path": "/getoa", "error": -209, "before": True})
    clock.forward(hours=1)
    assert await account.reader.look() is True
    kept = await row(program, "SELECT * FROM zalo_account")
    assert (kept.failure, kept.tried_at, kept.read_at > before) == ("Zalo error -209", clock(), True)


async def test_a_plan_that_ends_soon_is_an_alarm(
    program: Running, zalo: ZaloStandIn, account: OfficialAccount, clock: MovableClock
) -> None:
    query = "SELECT count(*) FROM alarm WHERE kind = 'zalo_plan'"
    await account.reader.read()
    assert (await row(program, query)).count == 0
    clock.forward(days=25)
    await log_in(program, zalo)
    await account.reader.read()
    assert (await row(program, query)).count == 1


@pytest.mark.parametrize(
    "raw", [{}, {"package_valid_through_date": "2026-12-31", "oaid": 7}, {"package_valid_through_date": None}]
)
def test_an_account_that_tells_little(raw: dict[str, Any]) -> None:
    facts = facts_of(raw, [{"quota_type": "sub_quota", "remain": "x"}, {"quota_type": "reward_quota", "remain": 9}])
    assert (facts.valid_until, facts.allowance_left) == (None, None)


def test_both_ways_of_writing_a_template() -> None:
    snake: dict[str, Any] = {
        "template_id": 7,
        "template_name": "A",
        "status": "ENABLE",
        "price_uid": "120",
        "list_params": [{"name": "x", "max_length": 5}, {}],
    }
    found = template_of(snake)
    assert (found.template_id, found.name, found.price_uid, found.params) == ("7", "A", 120, {"x": 5})
    bare = template_of({"templateId": "8"})
    assert (bare.state, bare.price_uid, bare.params) == ("PENDING_REVIEW", None, None)

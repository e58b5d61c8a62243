"""After staff made one person of two, neither chat sees what came from the other before the year is told there."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.merging import Merger, merge, undo
from db.people import Worker
from db.person_talks import reachable
from db.record import SYSTEM
from db.registrations import Registration
from db.twins import Twin
from db.wishes import stale
from tests.conftest import MovableClock, Running
from tests.conversation.phones import TelegramPhone
from tests.conversation.test_my_data import registered
from tests.standins.telegram import TelegramStandIn


@pytest.fixture
async def two(program: Running, telegram: TelegramStandIn) -> tuple[TelegramPhone, TelegramPhone]:
    """Two people who are not the same, and whom staff took for one; the second is the one that stays."""
    one, other = (TelegramPhone(program, telegram, number) for number in (7001, 7002))
    await registered(one)
    await registered(other)
    async with AsyncSession(program.engine) as session, session.begin():
        first, second = (await session.scalars(select(Worker).order_by(Worker.id))).all()
        second.name, second.birth_year, second.phone = "Kim Sa Phia", 1985, "+84987654321"
        second.updated_at = program.program.clock() + timedelta(minutes=1)
        twin = (await session.scalars(select(Twin))).one()
        await merge(session, program.program.seal, SYSTEM, first, second, twin, program.program.clock())
    return one, other


async def test_a_wrong_merger_shows_nobodys_data(two: tuple[TelegramPhone, TelegramPhone]) -> None:
    one, _ = two
    listed = await one.say("đăng ký của tôi")
    assert "Hồ sơ 1," in listed and "Hồ sơ 2," not in listed, "what was sent from here, and no more"
    assert "Cán bộ đã ghép" in listed
    asked = await one.tap("Xem thông tin của tôi")
    assert "sinh năm nào" in asked, "though the year was told a minute ago"
    refused = await one.say("1990")
    for secret in ("Sa Phia", "0987"):
        assert secret not in listed.text + asked.text + refused.text
    assert "sinh năm nào" in await one.say("xóa thông tin của tôi"), "nor is somebody else's data deleted"


async def test_nothing_of_the_other_fills_a_form(two: tuple[TelegramPhone, TelegramPhone]) -> None:
    one, _ = two
    asked = await one.say("học nghề")
    asked = asked if "Phia" in asked or "người đã" in asked else await one.say("1")
    assert "Phia" not in asked
    assert "Phia" not in await one.say("1")


async def test_whoever_tells_the_year_has_everything(two: tuple[TelegramPhone, TelegramPhone]) -> None:
    _, other = two
    await other.say("đăng ký của tôi")
    await other.tap("Xem thông tin của tôi")
    assert "Kim Sa Phia" in await other.say("1985")
    listed = await other.say("đăng ký của tôi")
    assert "Hồ sơ 1," in listed and "Hồ sơ 2," in listed
    assert "Cán bộ đã ghép" not in listed


async def test_taking_it_apart_puts_both_back(program: Running, two: tuple[TelegramPhone, TelegramPhone]) -> None:
    async with AsyncSession(program.engine) as session, session.begin():
        merger = (await session.scalars(select(Merger))).one()
        kept, gone = [await session.get_one(Worker, number) for number in (merger.kept_id, merger.gone_id)]
        await undo(session, program.program.seal, merger, kept, gone, program.program.clock())
        assert await session.scalar(text("SELECT count(*) FROM worker_identity WHERE merged_at IS NOT NULL")) == 0
    one, other = two
    for phone, number in ((one, "Hồ sơ 1,"), (other, "Hồ sơ 2,")):
        listed = await phone.say("đăng ký của tôi")
        assert number in listed and "Cán bộ đã ghép" not in listed


async def test_staff_write_about_a_need_only_where_it_was_sent_from(
    program: Running, two: tuple[TelegramPhone, TelegramPhone]
) -> None:
    _, other = two
    async with AsyncSession(program.engine) as session, session.begin():
        await session.execute(text("UPDATE identity SET active_at = now() + interval '1 hour' WHERE chat_id = 7002"))
        theirs = "(SELECT id FROM identity WHERE chat_id = 7002)"
        await session.execute(text(f"UPDATE worker_identity SET preferred_at = now() WHERE identity_id = {theirs}"))
        for case in await session.scalars(select(Registration).order_by(Registration.id)):
            account = await reachable(session, case)
            assert account is not None and account.id == case.identity_id
    await other.say("đăng ký của tôi")
    await other.tap("Xem thông tin của tôi")
    await other.say("1985")
    async with AsyncSession(program.engine) as session:
        cases = (await session.scalars(select(Registration).order_by(Registration.id))).all()
        found = [await reachable(session, case) for case in cases]
        assert [account.chat_id for account in found if account] == [7002, 7002], "who has shown to be the person"


async def test_nothing_of_the_other_is_asked_or_reminded(
    program: Running, two: tuple[TelegramPhone, TelegramPhone], clock: MovableClock
) -> None:
    async with program.engine.begin() as connection:
        theirs = "(SELECT id FROM identity WHERE chat_id = 7002)"
        await connection.execute(text(f"UPDATE worker_identity SET preferred_at = now() WHERE identity_id = {theirs}"))
        clock.forward(days=91)
        asked = await stale(connection, ["telegram"], clock(), 10)
    assert [(one.id, one.chat_id, one.name) for one in asked] == [(1, 7001, None), (2, 7002, None)]

"""Appointments: what was agreed on reminds the worker and the officer, each once, and moves with its date (D1, D7)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.appointments import end
from db.bounds import bounds_of
from db.case_steps import meet, postpone, record_call
from db.erase import erase
from db.ownership import give
from db.people import Identity
from db.registrations import Registration
from db.staff import Staff
from jobs import officer_alerts
from jobs.appointments import remind_of_appointments
from jobs.officer_alerts import send_alerts
from tests.conftest import MovableClock, Running
from tests.conversation.phones import TelegramPhone
from tests.conversation.test_officer import OFFICER, alerts, code_for, officer, registers
from tests.jobs.test_reminders import at, change, remind, rows
from tests.standins.telegram import TelegramStandIn


class Desk:
    """An officer with a linked chat, and the one case."""

    def __init__(self, program: Running, staff: int, phone: TelegramPhone, ana: TelegramPhone) -> None:
        self.program, self.staff, self.phone, self.ana = program, staff, phone, ana

    async def act(self, step: Any, *args: Any, **more: Any) -> None:
        """One step of the officer's on the case, as the desk takes it."""
        async with AsyncSession(self.program.engine) as session, session.begin():
            case = (await session.scalars(select(Registration).with_for_update())).one()
            staff = await session.get_one(Staff, self.staff)
            assert (await bounds_of(session, staff)).covers(case.place_id, case.hamlet_id)
            await step(session, staff, case, *args, **more)

    async def call_again(self, moment: datetime) -> None:
        await self.act(record_call, "call_again", self.program.program.clock(), again_at=moment)

    async def told(self) -> list[str]:
        """Let the clock look twice; what the officer got."""
        for _ in range(2):
            await remind_of_appointments(self.program.engine, self.program.program.clock())
            await alerts(self.program)
        return (await self.phone.answer()).texts


@pytest.fixture
async def desk(program: Running, telegram: TelegramStandIn) -> Desk:
    staff = await officer(program)
    phone = TelegramPhone(program, telegram, OFFICER)
    await phone.say(await code_for(program, staff))
    ana = TelegramPhone(program, telegram, 1001)
    await registers(ana)
    return Desk(program, staff, phone, ana)


async def test_a_promised_call_reminds_both_once(desk: Desk, program: Running, clock: MovableClock) -> None:
    await desk.call_again(at(26, 15))
    assert await desk.told() == []
    clock.now = at(26, 13, 1)
    assert await remind(program) == 1
    assert "Kim Văn Út gọi điện cho anh/chị" in await desk.ana.answer()
    clock.now = at(26, 14, 31)
    (text,) = await desk.told()
    assert "lúc 15:00 ngày Thứ Năm 26/11/2026 anh/chị gọi lại hồ sơ 1" in text
    assert "Điện thoại" in text
    clock.forward(minutes=5)
    assert await desk.told() == []
    assert await rows(program, "SELECT count(*) FROM audit_entry WHERE action = 'alert'") == [(1,)]


async def test_it_moves_with_the_date(desk: Desk, program: Running, clock: MovableClock) -> None:
    await desk.call_again(at(26, 15))
    await desk.act(postpone, at(27, 9), clock())
    assert await rows(program, "SELECT kind, at FROM appointment") == [("call", at(27, 9))]
    clock.now = at(26, 14, 40)
    assert (await remind(program), await desk.told()) == (0, [])
    clock.now = at(27, 8, 35)
    assert await remind(program) == 1
    assert len(await desk.told()) == 1
    await desk.call_again(at(30, 9))
    await desk.act(postpone, at(30, 14), clock())
    await desk.act(postpone, at(30, 9), clock())
    assert await rows(program, "SELECT kind, at FROM appointment") == [("call", at(30, 9))], "one open call a case"


async def test_an_alert_that_waits_is_dropped_when_its_date_moves(
    desk: Desk, program: Running, clock: MovableClock
) -> None:
    await desk.call_again(at(26, 15))
    clock.now = at(26, 14, 40)
    assert await remind_of_appointments(program.engine, clock()) == 1
    await desk.act(postpone, at(27, 9), clock())
    assert await alerts(program) == 0


@pytest.mark.parametrize(("outcome", "left"), [("called", []), ("met", []), ("no_answer", ["call"])])
async def test_what_was_done_is_over(
    desk: Desk, program: Running, clock: MovableClock, outcome: str, left: list[str]
) -> None:
    await desk.call_again(at(26, 15))
    await desk.act(record_call, outcome, clock())
    kinds = [kind for (kind,) in await rows(program, "SELECT kind FROM appointment WHERE ended_at IS NULL")]
    assert kinds == left


async def test_a_meeting_is_at_its_place(desk: Desk, program: Running, clock: MovableClock) -> None:
    await desk.act(meet, at(26, 9), "Ủy ban xã", clock())
    clock.now = at(25, 18)
    assert await remind(program) == 1
    assert "Ở: Ủy ban xã." in await desk.ana.answer()
    clock.now = at(26, 8, 30)
    (text,) = await desk.told()
    assert "anh/chị gặp người lao động, hồ sơ 1.\nỞ: Ủy ban xã." in text
    await desk.act(record_call, "met", clock())
    assert await rows(program, "SELECT ended_at IS NULL FROM appointment") == [(False,)]


async def test_called_off_or_closed_reminds_nobody(desk: Desk, program: Running, clock: MovableClock) -> None:
    await desk.call_again(at(26, 15))
    await desk.act(meet, at(26, 15), "", clock())
    async with AsyncSession(program.engine) as session, session.begin():
        assert await end(session, 1, ("meeting",), clock())
        assert not await end(session, 1, ("meeting",), clock())
    await change(program, "UPDATE registration SET status = 'closed', closed_reason = 'x'")
    clock.now = at(26, 14, 40)
    assert (await remind(program), await desk.told()) == (0, [])


async def test_who_takes_the_case_over_keeps_the_appointment(
    desk: Desk, program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    other = await officer(program, "khac", "office")
    phone = TelegramPhone(program, telegram, OFFICER + 1)
    await phone.say(await code_for(program, other))

    async def give_to(session: AsyncSession, staff: Staff, case: Registration, owner: int) -> None:
        await give(session, staff, case, owner, clock())

    await desk.act(give_to, desk.staff)
    await desk.call_again(at(26, 15))
    await desk.act(give_to, other)
    await alerts(program)
    await phone.answer()
    clock.now = at(26, 14, 40)
    assert await desk.told() == []
    assert len((await phone.answer()).texts) == 1


@pytest.mark.parametrize(("late", "texts"), [(timedelta(minutes=50), 1), (timedelta(hours=11), 0)])
async def test_after_an_outage_it_waits_for_the_morning(
    desk: Desk, program: Running, clock: MovableClock, late: timedelta, texts: int
) -> None:
    await desk.call_again(at(26, 19, 30))
    clock.now = at(26, 19, 30) + late
    assert len(await desk.told()) == texts
    clock.now = at(27, 7, 35) if texts else at(27, 8)
    assert len(await desk.told()) == 1 - texts
    clock.now = at(27, 12)
    assert await desk.told() == []


async def test_an_officer_who_may_not_see_the_case_any_more_is_not_told(
    desk: Desk, program: Running, clock: MovableClock
) -> None:
    await desk.call_again(at(26, 15))
    await change(program, "UPDATE staff_place SET place_id = (SELECT min(id) FROM place WHERE code = '29467')")
    clock.now = at(26, 14, 40)
    assert await desk.told() == []


async def test_a_crash_repeats_and_loses_nothing(
    desk: Desk, program: Running, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.call_again(at(26, 15))
    clock.now = at(26, 14, 40)
    await asyncio.gather(*(remind_of_appointments(program.engine, clock()) for _ in range(3)))
    real: Any = officer_alerts._owe

    async def dies(*args: Any) -> None:
        await real(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(officer_alerts, "_owe", dies)
        with pytest.raises(KeyboardInterrupt):
            await send_alerts(program.engine, program.program.office, clock())
    await asyncio.gather(*(send_alerts(program.engine, program.program.office, clock()) for _ in range(3)))
    await program.program.delivery.look()
    assert len((await desk.phone.answer()).texts) == 1


async def test_in_khmer(desk: Desk, program: Running, clock: MovableClock) -> None:
    await change(program, "UPDATE identity SET lang = 'km'")
    await desk.call_again(at(26, 15))
    clock.now = at(26, 14, 40)
    assert await remind(program) == 1
    assert "15:00" in await desk.ana.answer()
    (text,) = await desk.told()
    assert text.startswith("រំលឹកការណាត់៖ ម៉ោង 15:00")


async def test_what_is_still_kept_of_it_goes_with_the_worker(desk: Desk, program: Running, clock: MovableClock) -> None:
    await desk.call_again(at(26, 15))
    clock.now = at(26, 14, 40)
    await remind_of_appointments(program.engine, clock())
    await send_alerts(program.engine, program.program.office, clock())
    async with AsyncSession(program.engine) as session, session.begin():
        ana = (await session.scalars(select(Identity.id).where(Identity.chat_id == 1001))).one()
        await erase(session, ana, channel="telegram", reason="asked", now=clock())
    assert await rows(program, "SELECT * FROM appointment UNION ALL SELECT * FROM appointment") == []
    assert await rows(program, "SELECT * FROM outgoing") == []

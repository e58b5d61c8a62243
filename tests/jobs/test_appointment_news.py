"""A meeting or a promised call that is moved or called off: the worker is told at once, in their language, and once."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from db.appointments import end
from db.case_steps import meet, move, postpone, record_call
from db.record import Actor
from db.registrations import Registration
from jobs.appointment_news import tell_changes
from tests.conftest import MovableClock, Running
from tests.jobs.test_appointments import Desk, desk
from tests.jobs.test_reminders import at, change, remind, rows, unasked

__all__ = ["desk"]


async def news(desk: Desk) -> list[str]:
    """Let the clock look twice; what the worker got."""
    for _ in range(2):
        await tell_changes(unasked(desk.program), desk.program.program.clock())
    await desk.program.program.delivery.look()
    return (await desk.ana.answer()).texts


async def called_off(session: AsyncSession, _: Actor, case: Registration, kind: str, now: datetime) -> None:
    assert await end(session, case.id, (kind,), now, called_off=True)


async def test_a_new_one_is_known_already(desk: Desk, clock: MovableClock) -> None:
    await desk.act(meet, at(27, 9), "Ủy ban xã", clock())
    await desk.call_again(at(26, 15))
    assert await news(desk) == []


async def test_a_moved_meeting_is_told_at_once_and_reminded_of_at_its_new_time(
    desk: Desk, program: Running, clock: MovableClock
) -> None:
    await desk.act(meet, at(26, 9), "Ủy ban xã", clock())
    await desk.act(meet, at(27, 14), "Nhà văn hóa ấp", clock())
    (text,) = await news(desk)
    assert "Lịch hẹn gặp có THAY ĐỔI." in text
    assert "lúc 14:00, Kim Văn Út hẹn gặp anh/chị." in text
    assert "Ở: Nhà văn hóa ấp." in text
    assert "KHÔNG còn là 09:00 26/11/2026" in text
    clock.now = at(25, 18)
    assert await remind(program) == 0, "the old day's reminder"
    clock.now = at(26, 18)
    assert await remind(program) == 1
    assert await news(desk) != [], "only the reminder"
    assert await news(desk) == []


async def test_a_reminder_of_the_new_time_that_fell_due_before_does_not_come_beside_the_news(
    desk: Desk, program: Running, clock: MovableClock
) -> None:
    await desk.act(meet, at(30, 9), "", clock())
    clock.now = at(26, 18, 30)
    await desk.act(meet, at(27, 9), "", clock())
    assert len(await news(desk)) == 1
    assert await remind(program) == 0


async def test_another_place_is_told_without_another_hour(desk: Desk, clock: MovableClock) -> None:
    await desk.act(meet, at(26, 9), "Ủy ban xã", clock())
    await desk.act(meet, at(26, 9), "Nhà văn hóa ấp", clock())
    (text,) = await news(desk)
    assert "Ở: Nhà văn hóa ấp." in text
    assert "KHÔNG còn" not in text


async def test_moved_there_and_back_is_no_news(desk: Desk, clock: MovableClock) -> None:
    await desk.act(meet, at(26, 9), "", clock())
    for moment in (at(27, 9), at(26, 9)):
        await desk.act(meet, moment, "", clock())
    assert await news(desk) == []


async def test_the_case_moves_and_what_was_agreed_moves_with_it(desk: Desk, clock: MovableClock) -> None:
    await desk.call_again(at(26, 15))
    await desk.act(postpone, at(27, 9), clock())
    (text,) = await news(desk)
    assert "Giờ gọi điện có THAY ĐỔI." in text
    assert "KHÔNG còn là 15:00 26/11/2026" in text


@pytest.mark.parametrize(
    ("kind", "words"),
    [("meeting", "cuộc hẹn gặp đã HỦY. Anh/chị đừng đi"), ("call", "cán bộ KHÔNG gọi điện nữa")],
)
async def test_called_off_is_told(desk: Desk, program: Running, clock: MovableClock, kind: str, words: str) -> None:
    await desk.call_again(at(26, 15))
    await desk.act(meet, at(26, 15), "", clock())
    await desk.act(called_off, kind, clock())
    (text,) = await news(desk)
    assert words in text
    assert "Thứ Năm 26/11/2026, lúc 15:00" in text
    clock.now = at(26, 14)
    assert await remind(program) == 1, "the other one stands"


@pytest.mark.parametrize("outcome", ["called", "met"])
async def test_what_was_kept_is_no_news(desk: Desk, clock: MovableClock, outcome: str) -> None:
    await desk.call_again(at(26, 15))
    await desk.act(record_call, outcome, clock())
    assert await news(desk) == []


async def test_one_that_has_passed_is_replaced_and_not_moved(desk: Desk, clock: MovableClock) -> None:
    await desk.act(meet, at(25, 9), "Ủy ban xã", clock())
    clock.now = at(25, 10)
    await desk.act(meet, at(27, 9), "Nhà văn hóa ấp", clock())
    assert await news(desk) == []


async def test_a_case_that_ends_calls_its_meeting_off_and_one_that_is_taken_up_again_says_so(
    desk: Desk, clock: MovableClock
) -> None:
    await desk.act(meet, at(27, 9), "", clock())

    def to(status: str) -> Callable[..., object]:
        async def step(session: AsyncSession, staff: Actor, case: Registration) -> None:
            move(session, staff, case, status, clock(), batch="x", reason="other")

        return step

    await desk.act(to("closed"))
    assert "đã HỦY" in (await news(desk))[0]
    await desk.act(to("contacted"))
    (text,) = await news(desk)
    assert "lúc 09:00, Kim Văn Út hẹn gặp anh/chị." in text
    assert "KHÔNG còn" not in text


async def test_at_night_it_waits_for_the_morning_while_that_is_early_enough(desk: Desk, clock: MovableClock) -> None:
    await desk.act(meet, at(27, 14), "", clock())
    clock.now = at(25, 21)
    await desk.act(called_off, "meeting", clock())
    assert await news(desk) == []
    clock.now = at(26, 7, 29)
    assert await news(desk) == []
    clock.now = at(26, 7, 30)
    assert len(await news(desk)) == 1


async def test_who_would_set_out_before_the_morning_is_told_at_night(desk: Desk, clock: MovableClock) -> None:
    await desk.act(meet, at(26, 8), "", clock())
    clock.now = at(25, 21)
    await desk.act(meet, at(26, 14), "", clock())
    assert len(await news(desk)) == 1


async def test_it_counts_for_the_cap_and_waits_for_it_while_it_can(
    desk: Desk, program: Running, clock: MovableClock
) -> None:
    await desk.act(meet, at(2, 9, month=12), "", clock())
    await change(
        program,
        "INSERT INTO proactive (identity_id, kind, at) "
        "SELECT id, 'broadcast', :now FROM identity, generate_series(1, 9) WHERE chat_id = 1001",
        now=clock(),
    )
    await desk.act(called_off, "meeting", clock())
    assert await news(desk) == []
    clock.now = at(30, 9, 1)
    assert len(await news(desk)) == 1
    assert await rows(program, "SELECT count(*) FROM proactive WHERE kind = 'appointment'") == [(1,)]


async def test_who_wants_no_messages_gets_none(desk: Desk, program: Running, clock: MovableClock) -> None:
    await desk.act(meet, at(27, 9), "", clock())
    await change(program, "UPDATE identity SET muted_at = now() WHERE chat_id = 1001")
    await desk.act(called_off, "meeting", clock())
    assert await news(desk) == []


async def test_in_khmer_and_once_though_several_clocks_look(desk: Desk, program: Running, clock: MovableClock) -> None:
    await change(program, "UPDATE identity SET lang = 'km' WHERE chat_id = 1001")
    await desk.act(meet, at(26, 9), "", clock())
    await desk.act(meet, at(27, 9), "", clock())
    await asyncio.gather(*(tell_changes(unasked(program), clock()) for _ in range(3)))
    (text,) = await news(desk)
    assert "ការណាត់ជួបមានការផ្លាស់ប្តូរ។" in text

"""Reminders: only those who come, computed from the dates as they are, once, dropped when too late (D1-D6)."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bot.assembly import schedule_of
from content.reminding import Rule, due, read_rules
from jobs import reminders as job
from jobs.reminders import send_reminders
from jobs.unasked import Unasked
from tests.conftest import MovableClock, Running
from tests.conversation.phones import Answer, TelegramPhone
from tests.conversation.test_registration import PERSON, begin
from tests.notices import FAIR_AT, publish
from tests.standins.telegram import TelegramStandIn

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
REST = ("may", "gần nhà", "lớp 9", "có việc làm", "hộ nghèo", "khmer", "1")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def unasked(program: Running) -> Unasked:
    inner = program.program
    return Unasked(program.engine, inner.office, inner.manners, tuple(inner.bots))


async def remind(program: Running) -> int:
    """Let the clock look, and send what it wrote."""
    schedule = schedule_of(program.program.settings)
    sent = await send_reminders(unasked(program), schedule, program.program.clock())
    await program.program.delivery.look()
    return sent


async def registered(phone: TelegramPhone) -> None:
    await begin(phone)
    for words in (*PERSON, *REST):
        await phone.say(words)


async def press(phone: TelegramPhone, data: str) -> Answer:
    return await phone.tap_data(phone.person.inbox[-1], data)


async def rows(program: Running, query: str) -> list[tuple[Any, ...]]:
    async with program.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def change(program: Running, query: str, **values: Any) -> None:
    async with program.engine.begin() as connection:
        await connection.execute(text(query), values)


def test_rules_are_read_and_malformed_ones_refused() -> None:
    fair = at(27, 7, 30)
    moments = {rule.words: rule.due_at(fair, ZONE) for rule in read_rules("1w@18:00, 3d@6:00,2h,45m")}
    assert moments == {"1w@18:00": at(20, 18), "3d@6:00": at(24, 6), "2h": at(27, 5, 30), "45m": at(27, 6, 45)}
    assert read_rules("") == ()
    for wrong in ("3d", "2h@18:00", "3x@18:00", "d@18:00", "3d@25:00"):
        with pytest.raises(ValueError, match=r"a reminder is written like|hour must be"):
            Rule.from_words(wrong)


def test_of_several_rules_the_last_one_counts() -> None:
    rules, fair = read_rules("3d@18:00,1d@18:00,0d@06:00"), at(27, 7, 30)
    assert due(rules, fair, at(24, 17), ZONE) is None
    ripe = due(rules, fair, at(26, 20), ZONE)
    assert ripe is not None
    assert (ripe.rule.words, [rule.words for rule in ripe.overtaken]) == ("1d@18:00", ["3d@18:00"])
    assert due(read_rules("0d@09:00"), fair, at(27, 10), ZONE) is None, "a rule that falls after the date is none"


async def test_three_days_one_day_and_the_morning_for_those_who_come(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    ana, sok, chan = (TelegramPhone(program, telegram, chat) for chat in (1001, 1002, 1003))
    await registered(ana)
    for phone, said in ((ana, "come"), (sok, "cannot"), (chan, "maybe")):
        if phone is not ana:
            await begin(phone)
            await phone.say("menu")
        await press(phone, f"notice:answer:{number}:{said}")
    assert await remind(program) == 0
    clock.now = at(24, 18)
    assert await remind(program) == 2
    assert await remind(program) == 0, "once"
    answer = await ana.answer()
    assert "Chào anh/chị Rết." in answer
    assert "Còn 3 ngày nữa, Thứ Sáu 27/11/2026, lúc 07:30: “Ngày hội việc làm Hàm Giang”" in answer
    assert "Ở: nhà văn hóa xã, xã Hàm Giang." in answer
    assert "giữ chỗ và chờ anh/chị ở đó" in answer
    assert len(answer.texts) == 1
    assert (await sok.answer()).texts == []
    assert "Chào anh/chị." in await chan.answer()
    clock.now = at(26, 18, 5)
    assert await remind(program) == 2
    assert "Ngày mai" in await ana.answer()
    clock.now = at(27, 6, 1)
    assert await remind(program) == 2, "the office set this hour itself, though it is before the others"
    assert "Hôm nay" in await ana.answer()
    clock.now = at(27, 7, 31)
    assert await remind(program) == 0


async def test_the_officer_is_named_and_khmer_is_khmer(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    await change(program, "INSERT INTO staff (login, name, role, password) VALUES ('lan', 'Chị Lan', 'office', 'x')")
    number = await publish(program.engine)
    await change(program, "UPDATE notice SET officer_id = (SELECT id FROM staff WHERE login = 'lan')")
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana, "km", "រកការងារធ្វើ")
    await press(ana, f"notice:answer:{number}:come")
    clock.now = at(26, 18)
    assert await remind(program) == 1
    answer = await ana.answer()
    assert "Chị Lan ទុកកន្លែង" in answer
    assert "ថ្ងៃស្អែក" in answer
    assert next(iter(answer.buttons)) == "1. ខ្ញុំនឹងទៅ"


async def test_a_number_typed_after_a_reminder_answers_it(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    await press(ana, f"notice:answer:{number}:come")
    clock.now = at(26, 18)
    await remind(program)
    await ana.answer()
    assert "không đến được" in await ana.say("2")
    assert await rows(program, "SELECT answer FROM response") == [("cannot",)]
    clock.now = at(27, 6)
    assert await remind(program) == 0, "who does not come is left in peace"


async def test_moving_the_date_moves_the_reminders(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    await press(ana, f"notice:answer:{number}:come")
    clock.now = at(24, 18)
    assert await remind(program) == 1
    later = FAIR_AT + timedelta(days=7)
    move = "UPDATE notice SET starts_at = :at, ends_at = :end"
    await change(program, move, at=later, end=later + timedelta(hours=3))
    clock.now = at(26, 18)
    assert await remind(program) == 0, "the old day is no day any more"
    clock.now = at(1, 18, month=12)
    assert await remind(program) == 1, "three days before the new one"
    assert "Thứ Sáu 4/12/2026" in await ana.answer()
    sooner = at(2, 13, month=12)
    await change(
        program, "UPDATE notice SET starts_at = :at, ends_at = :end", at=sooner, end=sooner + timedelta(hours=3)
    )
    assert await remind(program) == 1, "moved nearer, it is due at once"
    answer = await ana.answer()
    assert "Ngày mai, Thứ Tư 2/12/2026, lúc 13:00" in answer


async def test_a_cancelled_fair_reminds_nobody(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    await press(ana, f"notice:answer:{number}:come")
    await change(program, "UPDATE notice SET state = 'cancelled'")
    clock.now = at(26, 18)
    assert await remind(program) == 0


async def test_what_fell_due_in_an_outage_is_said_once_if_it_still_helps(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    await press(ana, f"notice:answer:{number}:come")
    clock.now = at(26, 22)
    assert await remind(program) == 0, "late at night it waits"
    clock.now = at(27, 6, 30)
    assert await remind(program) == 1
    noted = "SELECT rule, dropped FROM reminder ORDER BY rule"
    assert await rows(program, noted) == [("0d@06:00", None), ("1d@18:00", "overtaken"), ("3d@18:00", "overtaken")]


async def test_what_no_longer_helps_is_dropped_with_a_note(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    await press(ana, f"notice:answer:{number}:come")
    clock.now = at(27, 9)
    assert await remind(program) == 0
    assert await remind(program) == 0
    assert await rows(program, "SELECT rule, dropped FROM reminder") == [("0d@06:00", "too_late")]


async def test_who_answers_after_the_hour_is_not_reminded_of_it(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    clock.now = at(26, 19)
    await press(ana, f"notice:answer:{number}:come")
    assert await remind(program) == 0
    clock.now = at(27, 6)
    assert await remind(program) == 1


async def test_the_muted_are_left_in_peace_and_that_is_noted(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    await press(ana, f"notice:answer:{number}:come")
    await press(ana, "notice:mute")
    clock.now = at(26, 18)
    assert await remind(program) == 0
    assert await rows(program, "SELECT dropped FROM reminder") == [("out_of_reach",)]


async def test_the_cap_holds_for_reminders_too(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    await press(ana, f"notice:answer:{number}:come")
    two = (
        "INSERT INTO proactive (identity_id, kind, at) SELECT id, 'broadcast', :at FROM identity, generate_series(1, 2)"
    )
    await change(program, two, at=at(26, 10))
    clock.now = at(26, 18)
    assert await remind(program) == 0
    clock.now = at(27, 6)
    assert await remind(program) == 0
    clock.now = at(27, 7, 29)
    assert await remind(program) == 0, "nor then: two in 24 hours"


async def test_one_person_with_two_accounts_is_reminded_once(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    ana, other = TelegramPhone(program, telegram, 1001), TelegramPhone(program, telegram, 1002)
    await registered(ana)
    await begin(other)
    join = "INSERT INTO worker_identity (identity_id, worker_id) SELECT i.id, w.id FROM identity i, worker w"
    await change(program, f"{join} WHERE i.chat_id = 1002")
    for phone in (ana, other):
        await press(phone, f"notice:answer:{number}:come")
    clock.now = at(26, 18)
    assert await remind(program) == 1


async def test_a_blocked_account_is_replaced_by_another_of_the_same_person(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    ana, other = TelegramPhone(program, telegram, 1001), TelegramPhone(program, telegram, 1002)
    await registered(ana)
    await begin(other)
    join = "INSERT INTO worker_identity (identity_id, worker_id) SELECT i.id, w.id FROM identity i, worker w"
    await change(program, f"{join} WHERE i.chat_id = 1002")
    await press(ana, f"notice:answer:{number}:come")
    await change(program, "UPDATE identity SET blocked_at = now() WHERE chat_id = 1001")
    clock.now = at(26, 18)
    assert await remind(program) == 1
    assert "Ngày mai" in await other.answer()


async def test_a_course_and_a_deadline_are_reminded_of(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    deadline = datetime(2026, 12, 4, 16, 59, tzinfo=UTC)
    course = await publish(program.engine, "course", deadline=deadline)
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    await press(ana, f"notice:answer:{course}:interested")
    clock.now = at(2, 18, month=12)
    assert await remind(program) == 1
    assert "Còn 2 ngày nữa, Thứ Sáu 4/12/2026, là hạn chót ghi tên “Lớp nấu ăn”" in await ana.answer()
    clock.now = at(6, 18, month=12)
    assert await remind(program) == 1
    assert "lúc 07:30, bắt đầu “Lớp nấu ăn”" in await ana.answer()


async def test_a_meeting_and_a_call_are_reminded_of_and_move(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    columns = "kind, worker_id, at, venue, known_at, known_venue, agreed_at, created_at"
    values = ":kind, id, :at, :venue, :at, :venue, :now, :now"
    make = f"INSERT INTO appointment ({columns}) SELECT {values} FROM worker"
    await change(program, make, kind="meeting", at=at(25, 9), venue="Ủy ban xã", now=clock())
    await change(program, make, kind="call", at=at(26, 15), venue="", now=clock())
    clock.now = at(24, 18)
    assert await remind(program) == 1
    answer = await ana.answer()
    assert "Ngày mai, Thứ Tư 25/11/2026, lúc 09:00, Phòng Văn hóa" in answer
    assert "Ở: Ủy ban xã." in answer
    await change(program, "UPDATE appointment SET at = :at WHERE kind = 'meeting'", at=at(27, 9))
    clock.now = at(25, 7, 30)
    assert await remind(program) == 0, "it was moved"
    clock.now = at(26, 13, 1)
    assert await remind(program) == 1
    assert "gọi điện cho anh/chị" in await ana.answer()
    clock.now = at(26, 18)
    assert await remind(program) == 1, "the new day before"
    await change(program, "UPDATE appointment SET ended_at = now()")
    clock.now = at(27, 7, 30)
    assert await remind(program) == 0


Crash = Callable[..., Coroutine[Any, Any, None]]


@pytest.mark.parametrize("place", ["note", "tell"])
async def test_a_crash_between_two_people_repeats_and_loses_nothing(
    program: Running, telegram: TelegramStandIn, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    number = await publish(program.engine)
    phones = [TelegramPhone(program, telegram, 1001 + n) for n in range(3)]
    for phone in phones:
        await begin(phone)
        await press(phone, f"notice:answer:{number}:come")
    clock.now = at(26, 18)
    holder: Any = job if place == "note" else Unasked
    real: Crash = getattr(holder, place)
    calls = 0

    async def dies_at_the_second(*args: Any) -> None:
        nonlocal calls
        calls += 1
        await real(*args)
        if calls == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(holder, place, dies_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            await send_reminders(unasked(program), schedule_of(program.program.settings), clock())
    assert await rows(program, "SELECT * FROM reminder") == [], "nothing half done"
    assert await remind(program) == 3
    assert [len((await phone.answer()).texts) for phone in phones] == [1, 1, 1]


async def test_two_clocks_at_once_remind_each_once(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    number = await publish(program.engine)
    phones = [TelegramPhone(program, telegram, 1001 + n) for n in range(4)]
    for phone in phones:
        await begin(phone)
        await press(phone, f"notice:answer:{number}:come")
    clock.now = at(26, 18)
    sent = await asyncio.gather(*(remind(program) for _ in range(3)))
    assert sum(sent) == 4
    assert [len((await phone.answer()).texts) for phone in phones] == [1, 1, 1, 1]

"""A report or a call for a person reaches officers' chats, is taken and ended there, and goes up when it is late."""

import pytest
from sqlalchemy import text

from content.catalogue import messages, tell
from db import outbox
from jobs.escalations import escalate
from jobs.help_alerts import tell_of_calls
from tests.conftest import MovableClock, Running
from tests.conversation.phones import TelegramPhone
from tests.conversation.test_abroad import agree, enter, press
from tests.conversation.test_officer import OFFICER, code_for, officer, registers
from tests.standins.telegram import TelegramStandIn

STORY = "Ông Tư ở chợ đòi 20 triệu đặt cọc đi Nhật"


async def linked(program: Running, telegram: TelegramStandIn, staff: int, number: int = OFFICER) -> TelegramPhone:
    chat = TelegramPhone(program, telegram, number)
    await chat.say(await code_for(program, staff))
    return chat


async def told(program: Running) -> int:
    sent = await tell_of_calls(program.engine, program.program.office, program.program.clock())
    await program.program.delivery.look()
    return sent


async def reports(program: Running, telegram: TelegramStandIn, lang: str) -> TelegramPhone:
    phone = TelegramPhone(program, telegram, 1001)
    await enter(phone, lang)
    await press(phone, "report:ask")
    await agree(phone, lang)
    await phone.say(STORY)
    return phone


async def raised(program: Running) -> int:
    count = await escalate(program.engine, program.program.office, program.program.manners, program.program.clock())
    await program.program.delivery.look()
    return count


@pytest.mark.parametrize("lang", ["vi", "km"])
async def test_a_report_is_told_goes_up_once_and_ends_with_a_tap(
    program: Running, telegram: TelegramStandIn, clock: MovableClock, lang: str
) -> None:
    chat = await linked(program, telegram, await officer(program, "phong", "office"))
    phone = await reports(program, telegram, lang)
    assert await told(program) == 1
    assert await told(program) == 0, "once"
    heard = await chat.answer()
    assert "Tin báo lừa đảo số 1" in heard
    assert "Ông Tư" not in heard
    assert await raised(program) == 0
    clock.forward(days=4)
    assert await raised(program) == 1
    assert await raised(program) == 0, "the new promise holds"
    word = await phone.answer()
    day = program.program.office.promise(clock())
    assert word.texts == [
        tell(lang, "abroad.report.escalated", number="1", office=program.program.office.names[lang], day=day)
    ]
    assert await told(program) == 1
    assert "Chưa ai liên hệ đúng hẹn. Tin báo lừa đảo số 1" in await chat.answer()
    assert "Anh/chị đã nhận số 1" in await chat.tap(messages("vi")["officer.asked.take"])
    assert "đã ghi là liên hệ xong" in await chat.tap(messages("vi")["officer.asked.done"])
    clock.forward(days=5)
    assert await raised(program) == 0
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM help_request WHERE done_at IS NULL")) == 0


async def test_only_those_of_the_place_are_told_and_one_takes_it(program: Running, telegram: TelegramStandIn) -> None:
    near = await linked(program, telegram, await officer(program))
    far = await linked(program, telegram, await officer(program, "xa-khac", commune="29467"), OFFICER + 1)
    looks = await linked(program, telegram, await officer(program, "xem", "reader"), OFFICER + 2)
    high = await linked(program, telegram, await officer(program, "phong", "office"), OFFICER + 3)
    worker = TelegramPhone(program, telegram, 1001)
    await registers(worker)
    for _ in range(3):
        await worker.say("gặp cán bộ")
    assert await told(program) == 2, "one call, two officers"
    assert "0912" not in await near.answer()
    shown = await near.tap("Tôi nhận")
    assert "0912 345 678" in shown
    await high.answer()
    assert "Kim Văn Út đã nhận số 1 rồi" in await high.tap("Tôi nhận")
    for chat in (far, looks):
        assert (await chat.answer()).texts == []
    await near.tap("Đã liên hệ xong")
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM help_request WHERE done_at IS NULL")) == 0


async def test_of_five_calls_one_goes_up_to_the_district(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    await officer(program, "phong", "office")
    worker = TelegramPhone(program, telegram, 1001)
    await registers(worker)
    for _ in range(5):
        await worker.say("gặp cán bộ")
    async with program.engine.begin() as connection:
        await connection.execute(text("UPDATE registration SET status = 'closed'"))
    clock.forward(days=4)
    assert await raised(program) == 1
    assert (await worker.answer()).text.count("Yêu cầu gặp cán bộ đã chuyển lên cấp trên") == 1
    clock.forward(days=4)
    assert await raised(program) == 0, "nobody is above the district"
    assert (await worker.answer()).texts == []


async def test_a_run_that_dies_tells_nobody_and_the_next_tells_once(
    program: Running, telegram: TelegramStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = [
        await linked(program, telegram, await officer(program, "phong", "office")),
        await linked(program, telegram, await officer(program, "tinh", "office"), OFFICER + 1),
    ]
    await reports(program, telegram, "vi")
    owe, runs = outbox.owe, iter((True, False))

    async def dies(*given: object) -> int:
        if not next(runs):
            raise ConnectionError("killed")
        return await owe(*given)  # type: ignore[arg-type]  # passed on as they came

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "owe", dies)
        with pytest.raises(ConnectionError):
            await told(program)
    assert await told(program) == 2
    for chat in chats:
        assert (await chat.answer()).text.count("Tin báo lừa đảo số 1") == 1

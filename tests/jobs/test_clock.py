"""What happens by the clock: one nudge and then silence, and forgetting what is too old."""

import asyncio
from datetime import timedelta
from functools import partial

from sqlalchemy import text

from bot.serve import _forward
from bot.web_app import web_chat_of
from db.leading import lead
from jobs.nudges import send_nudges
from jobs.retention import forget_old
from tests.conftest import MovableClock, Running
from tests.conversation.phones import TelegramPhone, WebPhone
from tests.conversation.test_registration import PERSON, begin
from tests.standins.telegram import TelegramStandIn


async def nudge(program: Running) -> int:
    """Let the clock look, and send what it wrote."""
    sent = await send_nudges(program.engine, program.program.office, program.program.clock())
    await program.program.delivery.look()
    return sent


async def test_silence_in_a_form_is_answered_once(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    await ana.say("1990")
    assert await nudge(program) == 0, "not yet"
    clock.forward(hours=24)
    assert await nudge(program) == 1
    answer = await ana.answer()
    assert "mời anh/chị làm tiếp" in answer
    assert list(answer.buttons) == ["1. Làm tiếp", "2. Để sau"]
    clock.forward(days=30)
    assert await nudge(program) == 0, "one nudge, then silence"
    await ana.tap("Làm tiếp")
    assert "nam hay nữ" in "".join(m.text or "" for m in ana.person.inbox[-1:])


async def test_who_answers_meanwhile_is_not_nudged(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    clock.forward(hours=19)
    await ana.say("1990")
    clock.forward(hours=5)
    assert await nudge(program) == 0
    clock.forward(hours=24)
    assert await nudge(program) == 1


async def test_nobody_is_nudged_at_night_or_on_a_holiday_or_when_muted(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    clock.forward(hours=37)  # Tuesday, 22 o'clock
    assert await nudge(program) == 0
    clock.forward(days=4)  # Saturday
    clock.forward(hours=-12)
    assert await nudge(program) == 0
    await ana.say("dừng")
    await ana.say("dừng")
    clock.forward(days=3)
    assert await nudge(program) == 0, "they asked for silence"


async def test_a_finished_form_is_not_nudged(program: Running, telegram: TelegramStandIn, clock: MovableClock) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    for words in (*PERSON, "may", "gần nhà", "lớp 9", "có việc làm", "hộ nghèo", "khmer", "1"):
        await ana.say(words)
    clock.forward(days=2)
    assert await nudge(program) == 0


async def test_a_nudge_reaches_an_open_page(program: Running, clock: MovableClock) -> None:
    phone = await WebPhone.open(program)
    await begin(phone)
    await phone.close()
    clock.forward(hours=24)
    assert await nudge(program) == 1
    back = await WebPhone.open(program, cookie=phone.cookie, after=phone.seen)
    assert "mời anh/chị làm tiếp" in await back.answer()
    await back.close()


async def test_an_open_page_gets_only_what_is_new(program: Running, clock: MovableClock) -> None:
    phone = await WebPhone.open(program)
    await begin(phone)
    chat = web_chat_of(program.program)
    program.program.tasks.start_endless(partial(_forward, program.program, chat.forward), "forward")
    async with asyncio.timeout(20):
        while not await listeners(program):
            await asyncio.sleep(0.02)
    clock.forward(hours=24)
    assert await nudge(program) == 1
    async with asyncio.timeout(20):
        while not (new := [f for f in await phone.read() if f["type"] == "message"]):
            await asyncio.sleep(0.02)
    assert ["mời anh/chị làm tiếp" in frame["text"] for frame in new] == [True]
    await phone.close()


async def listeners(program: Running) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    async with program.engine.connect() as connection:
        return bool(await connection.scalar(text(query)))


async def test_old_things_are_forgotten_and_young_ones_kept(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await begin(ana)
    await ana.say("1990")
    stranger = TelegramPhone(program, telegram, 2002)
    await stranger.say("alo")
    await forget_old(program.engine, program.program.files, clock())
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM identity")) == 2
        await connection.execute(text("UPDATE seen_update SET seen_at = :then"), {"then": clock() - timedelta(days=4)})
        await connection.commit()
    await forget_old(program.engine, program.program.files, clock() + timedelta(days=91))
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM seen_update")) == 0
        kept = (await connection.execute(text("SELECT chat_id, data FROM identity"))).one()
    assert kept.chat_id == 1001, "who agreed to something is kept, a stranger is not"
    assert "draft" not in kept.data


async def test_one_leads_and_another_takes_over(program: Running) -> None:
    first, second = asyncio.Event(), asyncio.Event()

    async def work(begun: asyncio.Event) -> None:
        begun.set()
        await asyncio.Event().wait()

    one = asyncio.create_task(lead(program.engine, "a test", lambda: work(first)))
    await asyncio.wait_for(first.wait(), 10)
    two = asyncio.create_task(lead(program.engine, "a test", lambda: work(second)))
    await asyncio.sleep(0)
    assert not second.is_set()
    one.cancel()
    await asyncio.wait([one])
    await asyncio.wait_for(second.wait(), 20)
    two.cancel()
    await asyncio.wait([two])

"""The pace: moments that processes share, a window that is never too full, and replies that go first."""

import asyncio
from typing import Any

import pytest
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, SendMessage
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.limits.rules import Rules
from bot.pacing import Budget, reply_beside_bulk
from bot.traffic import FEW, MARGIN, REMEMBERED_FOR, Traffic, Ways, Window, in_bulk
from db import pace

RULES = Rules(count=30, reserve=3.0, chat_seconds=1.0)
MESSAGE = SendMessage(chat_id=1, text="x")
BOT: Any = None


class Seconds:
    """A monotonic clock that is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def _answered(_bot: Any, _method: Any) -> bool:
    return True


answered: Any = _answered


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def test_what_the_limits_mean_for_bulk() -> None:
    assert RULES.bulk_rate == 27
    assert RULES.slice == 7
    assert RULES.shares(4, (4,)) == (30, 28)
    assert [RULES.shares(one, (4, 7)) for one in (4, 7)] == [(15, 14), (15, 14)]
    assert RULES.shares(4, (4,), answered_beside=True) == (30, 27), "nothing of the reserve is borrowed then"
    assert Rules(count=60, seconds=60.0, reserve=0.2).bulk_count == 48
    assert Rules(count=None).bulk_rate is None
    assert Rules(count=None).in_hand > RULES.in_hand


async def test_moments_are_given_out_once_and_evenly(engine: AsyncEngine) -> None:
    slices, ends = [], []
    for holder in (1, 2, 1):
        async with engine.begin() as connection:
            slices.append(await pace.take(connection, "telegram", holder, 10.0, 5))
            ends.append(float(await connection.scalar(text("SELECT next_at FROM pace")) or 0))
    assert ends[1] - ends[0] == pytest.approx(0.5)
    assert ends[2] - ends[1] == pytest.approx(0.5), "the next slice begins where the last one ends"
    assert [one.senders for one in slices] == [(1,), (1, 2), (1, 2)]
    assert slices[0].every == pytest.approx(0.1)


async def test_senders_hear_of_a_process_that_only_answers(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await pace.take(connection, "telegram", 1, 10.0, 5)
        await pace.answer_beside(connection, "telegram")
        both = [await pace.take(connection, "telegram", holder, 10.0, 5) for holder in (1, 2)]
    assert [(one.senders, one.answered_beside) for one in both] == [((1,), True), ((1, 2), True)]


async def test_a_process_that_takes_no_more_is_forgotten(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await pace.take(connection, "telegram", 1, 10.0, 5)
        gone = f"UPDATE pace SET senders = jsonb_build_object('1', extract(epoch FROM now()) - {pace.GONE + 1})"
        await connection.execute(text(gone))
        assert (await pace.take(connection, "telegram", 2, 10.0, 5)).senders == (2,)


async def test_when_the_channel_says_wait_nobody_gets_a_moment_before(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await pace.take(connection, "telegram", 1, 10.0, 5)
        await pace.stop(connection, "telegram", 30.0)
        assert 25 < (await pace.take(connection, "telegram", 2, 10.0, 5)).starts_in <= 30 + pace.REPLIES_FIRST


async def refuse(_bot: Any, method: Any) -> Any:
    raise TelegramRetryAfter(method, "Too Many Requests", 7)


refused: Any = refuse


async def send_in_bulk(traffic: Traffic, call: Any = answered, chat: int = 1) -> None:
    token = in_bulk.set(True)
    try:
        await traffic(call, BOT, SendMessage(chat_id=chat, text="x"))
    finally:
        in_bulk.reset(token)


async def test_a_process_that_is_told_to_wait_tells_the_others(engine: AsyncEngine) -> None:
    traffic = Traffic(RULES)
    budget = Budget(engine, "telegram", 1, RULES, traffic)
    assert await budget.take(5, 10.0)
    with pytest.raises(TelegramRetryAfter):
        await send_in_bulk(traffic, refused)
    assert await budget.take(5, 0.0) == []
    async with engine.connect() as connection:
        assert 5 < (await pace.take(connection, "telegram", 2, 27.0, 7)).starts_in <= 7 + pace.REPLIES_FIRST


async def test_during_a_pause_replies_are_not_even_tried(seconds: Seconds) -> None:
    traffic = Traffic(RULES, seconds)
    with pytest.raises(TelegramRetryAfter):
        await send_in_bulk(traffic, refused)
    seconds.now += 2.5
    with pytest.raises(TelegramRetryAfter) as pause:
        await traffic(answered, BOT, MESSAGE)
    assert pause.value.retry_after == 5
    seconds.now += 5
    assert await traffic(answered, BOT, MESSAGE)


async def test_a_chat_that_was_written_to_too_fast_pauses_nobody_else_but_two_do(seconds: Seconds) -> None:
    traffic = Traffic(RULES, seconds)
    for chat in (1, 2):
        await traffic(answered, BOT, SendMessage(chat_id=chat, text="x"))
    with pytest.raises(TelegramRetryAfter):
        await traffic(refused, BOT, SendMessage(chat_id=1, text="x"))
    assert await traffic(answered, BOT, SendMessage(chat_id=3, text="x"))
    with pytest.raises(TelegramRetryAfter):
        await traffic(refused, BOT, SendMessage(chat_id=2, text="x"))
    assert traffic.stopped_until > seconds()


async def test_what_replies_take_beyond_their_reserve_is_not_there_for_bulk(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await pace.take(connection, "telegram", 1, 10.0, 5, spent=3.0)
        later = await pace.take(connection, "telegram", 1, 10.0, 5)
        assert later.starts_in == pytest.approx(3.5 + pace.REPLIES_FIRST, abs=0.3)


async def next_at(engine: AsyncEngine) -> float:
    async with engine.connect() as connection:
        return float(await connection.scalar(text("SELECT next_at FROM pace")) or 0)


@pytest.mark.parametrize(("replies", "lost"), [((1, 1, 1), 0.0), ((1, 0, 2), 0.0), ((6, 0, 0), 3.0)])
async def test_a_reserve_that_is_not_used_is_there_for_the_next_replies(
    engine: AsyncEngine, seconds: Seconds, replies: tuple[int, ...], lost: float
) -> None:
    traffic = Traffic(RULES, seconds)
    budget = Budget(engine, "telegram", 1, RULES, traffic, seconds)
    await budget.take(RULES.slice, 0.0)
    begun = await next_at(engine)
    for some in replies:
        traffic.replies = some
        seconds.now += RULES.slice / 27
        await budget._lease(27.0)
    assert await next_at(engine) - begun == pytest.approx((3 * RULES.slice + lost) / 27, abs=0.05)


def test_a_server_that_is_slow_for_a_while_does_not_lengthen_the_way(seconds: Seconds) -> None:
    ways = Ways(seconds)
    for took in [0.5, *[0.1] * 20, *[2.0] * 500]:
        ways.note(took)
    assert ways.least == 0.1
    for _ in range(2):
        seconds.now += REMEMBERED_FOR + 1
        ways.note(0.3)
    assert ways.least == 0.3, "a longer way is believed after a while"


def test_of_a_way_that_few_have_gone_nothing_is_known(seconds: Seconds) -> None:
    ways = Ways(seconds)
    ways.note(0.5)
    assert ways.least == 0.0


def test_a_window_is_full_until_its_first_message_is_old(seconds: Seconds) -> None:
    window = Window(1.0, seconds)
    for _ in range(3):
        window.begin()
    assert window.used == 3, "under way"
    for _ in range(3):
        window.end(seconds())
    assert window.frees_in == pytest.approx(1.0)
    seconds.now += 0.99
    assert window.used == 3
    seconds.now += 0.02
    assert window.used == 0


async def test_only_messages_count(seconds: Seconds) -> None:
    traffic = Traffic(Rules(count=3), seconds)
    await traffic(answered, BOT, AnswerCallbackQuery(callback_query_id="1"))
    assert traffic.room() == 3
    await traffic(answered, BOT, MESSAGE)
    assert traffic.room() == 2


async def test_a_call_counts_from_its_beginning_until_it_must_have_been_counted(seconds: Seconds) -> None:
    traffic = Traffic(Rules(count=3), seconds)
    rooms = []

    async def take_long(_bot: Any, _method: Any) -> Any:
        rooms.append(traffic.room())
        seconds.now += 5

    slow: Any = take_long
    await traffic(slow, BOT, MESSAGE)
    assert rooms == [2]
    assert traffic.room() == 2, "nothing is known of the way yet"
    for _ in range(FEW):
        await traffic(slow, BOT, MESSAGE)
    assert traffic.room() == 3, "it took five seconds there and back, so it was counted long ago"


async def test_bulk_leaves_the_reserve_free_in_every_window(seconds: Seconds) -> None:
    traffic = Traffic(Rules(count=5, reserve=1.0), seconds)
    for _ in range(4):
        await send_in_bulk(traffic)
    assert traffic.room() == 0
    await traffic(answered, BOT, MESSAGE)
    seconds.now += 1.1
    assert traffic.room() == 4


async def test_bulk_waits_for_room_and_a_reply_that_waits_goes_first(seconds: Seconds) -> None:
    traffic = Traffic(Rules(count=2), seconds)
    order: list[str] = []

    async def send(name: str, bulk: bool) -> None:
        await (send_in_bulk(traffic) if bulk else traffic(answered, BOT, MESSAGE))
        order.append(name)

    await send("bulk 1", True)
    seconds.now += 0.5
    await send("bulk 2", True)
    waiting = [asyncio.create_task(send("bulk 3", True)), asyncio.create_task(send("reply", False))]
    await asyncio.sleep(0)
    assert order == ["bulk 1", "bulk 2"]
    seconds.now += 0.51 + MARGIN  # room for one
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert order[2] == "reply"
    seconds.now += 2
    await asyncio.gather(*waiting)
    assert order[3] == "bulk 3"


async def test_a_reply_waits_for_bulk_that_is_long_with_a_slow_server(seconds: Seconds) -> None:
    traffic, answers = Traffic(Rules(count=2), seconds), asyncio.Event()

    async def wait(_bot: Any, _method: Any) -> bool:
        return await answers.wait()

    slow: Any = wait
    stuck = [asyncio.create_task(send_in_bulk(traffic, slow, chat)) for chat in (1, 2)]
    await asyncio.sleep(0)
    seconds.now += 3
    reply = asyncio.create_task(traffic(answered, BOT, MESSAGE))
    await asyncio.sleep(0)
    assert traffic.waiting == 1, "the server has yet to count both"
    answers.set()
    await asyncio.gather(*stuck)
    seconds.now += 1.1
    assert await reply


async def test_without_bulk_replies_wait_for_nothing(seconds: Seconds) -> None:
    traffic = Traffic(Rules(count=2), seconds)
    for _ in range(50):
        await traffic(answered, BOT, MESSAGE)
    assert traffic.replies == 50


async def test_a_chat_rests_after_a_message(seconds: Seconds) -> None:
    traffic = Traffic(RULES, seconds)
    assert traffic.chat_rests(1) == 0
    await traffic(answered, BOT, MESSAGE)
    assert traffic.chat_rests(1) == pytest.approx(1.0)
    seconds.now += 1
    assert traffic.chat_rests(1) == 0


async def test_a_process_that_only_replies_keeps_to_the_reserve_beside_bulk(engine: AsyncEngine) -> None:
    traffic = Traffic(RULES)
    replying = asyncio.create_task(reply_beside_bulk(engine, "telegram", RULES, traffic))
    async with engine.begin() as connection:
        await pace.take(connection, "telegram", 1, 27.0, 7)
    async with asyncio.timeout(20):
        while not traffic.beside_bulk:
            await asyncio.sleep(0.01)
        assert traffic.share == 3
        for _ in range(5):
            await traffic(answered, BOT, MESSAGE)
        while traffic.share == 3:
            await asyncio.sleep(0.01)
    assert traffic.share > 3, "what is owed beyond that is bought from the budget"
    replying.cancel()


async def test_a_pause_that_a_replier_hears_of_holds_for_bulk_at_once_and_the_other_way_round(
    engine: AsyncEngine,
) -> None:
    traffic = Traffic(RULES)
    replying = asyncio.create_task(reply_beside_bulk(engine, "telegram", RULES, traffic))
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter):
            await traffic(refused, BOT, MESSAGE)
    async with asyncio.timeout(20):
        while traffic.paused.is_set():
            await asyncio.sleep(0.01)
    async with engine.connect() as connection:
        async with asyncio.timeout(20):
            while (await pace.look(connection, "telegram")).stopped_for < 5:
                await asyncio.sleep(0.01)
        await pace.stop(connection, "telegram", 60)
        await connection.commit()
    async with asyncio.timeout(20):
        while traffic.stopped_until < asyncio.get_running_loop().time() + 30:
            await asyncio.sleep(0.01)
    replying.cancel()

"""The pace: moments that processes share, a window that is never too full, and replies that go first."""

import asyncio
from typing import Any

import pytest
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, SendMessage
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.limits.rules import Rules
from bot.pacing import Budget, Traffic, in_bulk, tell_of_replies
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
    assert [RULES.share(one, (4, 7)) for one in (4, 7)] == [15, 15]
    assert [Rules(count=31).share(one, (4, 7)) for one in (4, 7)] == [16, 15]
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


async def test_a_process_that_takes_no_more_is_forgotten(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await pace.take(connection, "telegram", 1, 10.0, 5)
        gone = f"UPDATE pace SET senders = jsonb_build_object('1', extract(epoch FROM now()) - {pace.FORGOTTEN + 1})"
        await connection.execute(text(gone))
        assert (await pace.take(connection, "telegram", 2, 10.0, 5)).senders == (2,)


async def test_when_the_channel_says_wait_nobody_gets_a_moment_before(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await pace.take(connection, "telegram", 1, 10.0, 5)
        await pace.stop(connection, "telegram", 30.0)
        assert 25 < (await pace.take(connection, "telegram", 2, 10.0, 5)).starts_in <= 30.5


async def test_a_process_that_is_told_to_wait_tells_the_others(engine: AsyncEngine) -> None:
    traffic = Traffic(RULES)
    budget = Budget(engine, "telegram", 1, RULES, traffic)
    assert await budget.take(5, 0.0)

    async def refuse(_bot: Any, method: Any) -> Any:
        raise TelegramRetryAfter(method, "Too Many Requests", 7)

    refused: Any = refuse
    with pytest.raises(TelegramRetryAfter):
        await traffic(refused, BOT, MESSAGE)
    assert await budget.take(5, 0.0) == []
    async with engine.connect() as connection:
        assert 5 < (await pace.take(connection, "telegram", 2, 27.0, 7)).starts_in <= 7


async def test_what_replies_take_beyond_their_reserve_is_not_there_for_bulk(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await pace.take(connection, "telegram", 1, 10.0, 5, spent=3.0)
        assert (await pace.take(connection, "telegram", 1, 10.0, 5)).starts_in == pytest.approx(3.5, abs=0.3)


async def test_a_window_is_full_until_its_first_message_is_old(seconds: Seconds) -> None:
    traffic = Traffic(Rules(count=3), seconds)
    for _ in range(3):
        await traffic(answered, BOT, MESSAGE)
    assert traffic.room() == 0
    seconds.now += 0.99
    assert traffic.room() == 0
    seconds.now += 0.02
    assert traffic.room() == 3


async def test_a_call_under_way_counts_and_other_methods_do_not(seconds: Seconds) -> None:
    traffic = Traffic(Rules(count=3), seconds)
    rooms = []

    async def take_long(_bot: Any, _method: Any) -> Any:
        rooms.append(traffic.room())
        seconds.now += 5

    slow: Any = take_long
    await traffic(slow, BOT, MESSAGE)
    await traffic(answered, BOT, AnswerCallbackQuery(callback_query_id="1"))
    assert rooms == [2]
    assert traffic.room() == 3, "it took five seconds there and back, so it was counted long ago"


async def test_bulk_waits_for_room_and_a_reply_that_waits_goes_first(seconds: Seconds) -> None:
    traffic = Traffic(Rules(count=2), seconds)
    order: list[str] = []

    async def send(name: str, bulk: bool) -> None:
        token = in_bulk.set(bulk)
        await traffic(answered, BOT, MESSAGE)
        in_bulk.reset(token)
        order.append(name)

    await send("bulk 1", True)
    await send("bulk 2", True)
    waiting = [asyncio.create_task(send("bulk 3", True)), asyncio.create_task(send("reply", False))]
    await asyncio.sleep(0)
    assert order == ["bulk 1", "bulk 2"]
    traffic._ended.popleft()  # room for one
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert order[2] == "reply"
    seconds.now += 2
    await asyncio.gather(*waiting)
    assert order[3] == "bulk 3"


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


async def test_a_process_without_bulk_tells_what_its_replies_took(engine: AsyncEngine) -> None:
    traffic = Traffic(Rules(count=10, seconds=0.01))
    async with engine.begin() as connection:
        before = await pace.take(connection, "telegram", 1, 10.0, 5)
    for _ in range(2000):
        await traffic(answered, BOT, MESSAGE)
    telling = asyncio.create_task(tell_of_replies(engine, "telegram", Rules(count=10, seconds=0.01), traffic))
    async with asyncio.timeout(20):
        while traffic.replies:
            await asyncio.sleep(0.01)
        starts_in = before.starts_in
        while starts_in < 1.5:  # 2000 replies are two seconds of a thousand
            async with engine.begin() as connection:
                starts_in = (await pace.take(connection, "telegram", 1, 1000.0, 1)).starts_in
    telling.cancel()

"""Limits with a clock moved by hand, and each fault as both libraries meet it."""

import asyncio
from dataclasses import dataclass

import pytest
import telegram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from tests.standins.telegram import Limits, TelegramStandIn, faults
from tests.standins.telegram.errors import ApiError
from tests.standins.telegram.faults import Fault
from tests.standins.telegram.limits import RateLimiter
from tests.standins.telegram.stats import Stats

pytestmark = pytest.mark.asyncio


@dataclass
class Clock:
    """Moved, not awaited."""

    time: float = 1000.0

    def __call__(self) -> float:
        return self.time


def refused(limiter: RateLimiter, chat_id: int, *, group: bool = False) -> bool:
    try:
        limiter.admit(chat_id, group=group)
    except ApiError as error:
        assert error.code == 429 and error.parameters == {"retry_after": 3}
        return True
    return False


async def test_thirty_in_any_second_in_a_sliding_window() -> None:
    clock = Clock()
    limiter = RateLimiter(Limits(), clock)
    clock.time += 0.9
    assert not any(refused(limiter, chat) for chat in range(1, 21))
    clock.time += 0.2
    assert not any(refused(limiter, chat) for chat in range(21, 31))
    assert refused(limiter, 31)
    clock.time += 3.1
    assert not refused(limiter, 31)


async def test_trying_before_the_time_is_punished() -> None:
    clock = Clock()
    limiter = RateLimiter(Limits(), clock)
    assert [refused(limiter, 1) for _ in range(4)] == [False, False, False, True]
    clock.time += 2.9
    assert refused(limiter, 1)
    clock.time += 2.9
    assert refused(limiter, 1)
    assert not refused(limiter, 2)
    clock.time += 3.0
    assert not refused(limiter, 1)


async def test_a_chat_bears_one_a_second_after_its_burst() -> None:
    clock = Clock()
    limiter = RateLimiter(Limits(), clock)
    assert not any(refused(limiter, 1) for _ in range(3))
    for _ in range(5):
        clock.time += 1.0
        assert not refused(limiter, 1)
    assert refused(limiter, 1)


async def test_a_group_bears_twenty_a_minute() -> None:
    clock = Clock()
    limiter = RateLimiter(Limits(), clock)
    for _ in range(20):
        clock.time += 1.0
        assert not refused(limiter, -5, group=True)
    assert refused(limiter, -5, group=True)


async def test_limits_on_the_wire() -> None:
    clock = Clock()
    async with TelegramStandIn(clock=clock) as tg:
        session = AiohttpSession(api=TelegramAPIServer.from_base(tg.base_url))
        await tg.person(1001).start()
        async with Bot("42:TEST", session=session) as bot:
            for _ in range(3):
                await bot.send_message(1001, "chào")
            with pytest.raises(TelegramRetryAfter) as too_many:
                await bot.send_message(1001, "chào")
        assert too_many.value.retry_after == 3
        assert (tg.stats.sent, tg.stats.rejected, tg.violations) == (3, 1, [])


async def test_stats_tell_the_rate() -> None:
    stats = Stats()
    for at in (10.0, 10.9, 11.1, 11.2, 13.0):
        stats.accepted(at)
    assert stats.per_second == {0: 2, 1: 2, 3: 1}
    assert stats.peak() == 3


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (faults.blocked(), TelegramForbiddenError, "bot was blocked by the user"),
        (faults.deactivated(), TelegramForbiddenError, "user is deactivated"),
        (faults.chat_not_found(), TelegramBadRequest, "chat not found"),
        (faults.migrated(-100777), TelegramMigrateToChat, "-100777"),
        (faults.too_many(7), TelegramRetryAfter, "retry after 7"),
        (faults.server_error(500), TelegramServerError, "Internal Server Error"),
        (faults.server_error(502), TelegramServerError, "Bad Gateway"),
        (faults.server_error(502, as_html=True), ClientDecodeError, "<html>"),
        (faults.dropped(), TelegramNetworkError, "disconnected"),
    ],
)
async def test_faults_of_the_next_call(
    tg: TelegramStandIn, bot: Bot, fault: Fault, error: type[Exception], words: str
) -> None:
    ana = tg.person(1001)
    await ana.start()
    plan = tg.faults.add(fault, method="sendMessage")
    await bot.get_me()
    with pytest.raises(error, match=words):
        await bot.send_message(1001, "chào")
    assert plan.used == 1 and ana.inbox == []
    await bot.send_message(1001, "chào")
    assert len(ana.inbox) == 1 and tg.violations == []


async def test_the_peer_meets_the_same(
    tg: TelegramStandIn, peer: telegram.Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    await tg.person(1001).start()
    tg.faults.add(faults.migrated(-100777))
    with pytest.raises(telegram.error.ChatMigrated) as migrated:
        await peer.send_message(1001, "chào")
    assert migrated.value.new_chat_id == -100777
    tg.faults.add(faults.too_many(7))
    with pytest.raises(telegram.error.RetryAfter):
        await peer.send_message(1001, "chào")
    tg.faults.add(faults.dropped())
    with pytest.raises(telegram.error.NetworkError):
        await peer.send_message(1001, "chào")


async def test_faults_by_chat_and_count(tg: TelegramStandIn, bot: Bot) -> None:
    for user_id in (1, 2):
        await tg.person(user_id).start()
    tg.faults.add(faults.blocked(), chat_id=1, times=None)
    tg.faults.add(faults.server_error(), times=2)
    for chat_id, error in ((1, TelegramForbiddenError), (2, TelegramServerError), (2, TelegramServerError)):
        with pytest.raises(error):
            await bot.send_message(chat_id, "chào")
    await bot.send_message(2, "chào")
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(1, "chào")
    tg.faults.clear()
    await bot.send_message(1, "chào")


async def test_polling_has_faults_of_its_own(tg: TelegramStandIn, bot: Bot) -> None:
    any_method = tg.faults.add(faults.server_error())
    assert await bot.get_updates() == []
    tg.faults.add(faults.server_error(), method="getUpdates")
    with pytest.raises(TelegramServerError):
        await bot.get_updates()
    assert any_method.used == 0


async def test_an_answer_lost_after_acceptance(tg: TelegramStandIn, bot: Bot) -> None:
    ana = tg.person(1001)
    await ana.start()
    tg.faults.add(faults.lost_answer())
    bot.session.timeout = 0.2
    sending = asyncio.create_task(bot.send_message(1001, "chào"))
    assert (await ana.reply()).text == "chào"
    with pytest.raises(TelegramNetworkError, match="timeout"):
        await sending
    assert tg.stats.sent == 1


async def test_latency_comes_before_the_answer(tg: TelegramStandIn, bot: Bot) -> None:
    ana = tg.person(1001)
    await ana.start()
    tg.faults.add(faults.slow(0.05))
    sending = asyncio.create_task(bot.send_message(1001, "chào"))
    assert await tg.world.called.until(lambda: tg.stats.calls["sendMessage"] == 1, 5)
    assert ana.inbox == [] and ana.room.calls_running == 1
    await sending
    assert len(ana.inbox) == 1 and ana.room.calls_running == 0


async def test_an_open_line_does_not_stop_the_closing() -> None:
    async with TelegramStandIn(limits=None) as tg:
        session = AiohttpSession(api=TelegramAPIServer.from_base(tg.base_url))
        bot = Bot("42:TEST", session=session)
        polling = asyncio.create_task(bot.get_updates(timeout=50))
        assert await tg.world.called.until(lambda: tg.stats.calls["getUpdates"] == 1, 5)
    ended = (await asyncio.gather(polling, return_exceptions=True))[0]
    assert ended == [] or isinstance(ended, TelegramNetworkError)
    await session.close()

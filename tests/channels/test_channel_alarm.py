"""A token that is refused is an alarm at the desk and on the other channels; it ends when the token works (J7)."""

import asyncio

import pytest
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.methods import SendMessage
from sqlalchemy import text

from bot.settings import Settings
from jobs.alarms import tell_alarms
from tests.broadcasts.conftest import Village
from tests.channels.test_zalo_bot import bot_of, polling
from tests.conftest import MovableClock, Running
from tests.standins.zalo_bot import ZaloBotStandIn
from tests.standins.zalo_bot.server import Refusal


async def alarms(program: Running) -> list[str]:
    async with program.engine.connect() as connection:
        return list(await connection.scalars(text("SELECT kind FROM alarm ORDER BY kind")))


async def test_a_refused_token_is_told_until_it_works(program: Running, zalo_bot: ZaloBotStandIn) -> None:
    bot, person = bot_of(program), zalo_bot.person()
    await person.say("alo")
    await program.settle()
    chat = await bot.book.chat_of(person.id)
    for _ in range(2):
        zalo_bot.faults.append(Refusal(401, "Unauthorized", violation=False))
        with pytest.raises(TelegramUnauthorizedError):
            await bot(SendMessage(chat_id=chat, text="x"))
        assert await alarms(program) == ["channel_zalo_bot"]
    await bot(SendMessage(chat_id=chat, text="x"))
    assert await alarms(program) == []


async def test_a_poll_hears_it_too(
    settings: Settings, clock: MovableClock, zalo_bot: ZaloBotStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with polling(settings, clock, zalo_bot) as program:
        await zalo_bot.asked("getUpdates")
        monkeypatch.setattr(zalo_bot, "token", "another")
        await zalo_bot.person().say("alo")
        async with asyncio.timeout(20):
            while not await alarms(program):
                await asyncio.sleep(0.02)
        assert await alarms(program) == ["channel_zalo_bot"]


async def test_administrators_are_told_elsewhere(program: Running, clock: MovableClock) -> None:
    village = Village(program.engine, clock)
    for channel in ("telegram", "web", "zalo_bot"):
        await village.account(channel)
    query = """
        WITH boss AS (INSERT INTO staff (login, name, role, password, lang)
                      VALUES ('boss', 'Boss', 'administrator', 'x', 'vi') RETURNING id)
        INSERT INTO staff_identity (identity_id, staff_id) SELECT i.id, boss.id FROM boss, identity i
    """
    async with program.engine.begin() as connection:
        await connection.execute(text(query))
        for kind in ("channel_telegram", "channel_zalo_bot"):
            await connection.execute(text("INSERT INTO alarm (kind, since) VALUES (:kind, now())"), {"kind": kind})
    assert await tell_alarms(program.engine, clock()) == 4
    async with program.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT channel, payload FROM outgoing"))).all()
    told = sorted((row.channel, "Telegram không nhận" in str(row.payload)) for row in rows)
    assert told == [("telegram", False), ("web", False), ("web", True), ("zalo_bot", True)]

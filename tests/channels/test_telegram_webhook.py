"""The webhook's door, and polling that confirms only what is committed."""

import asyncio

import httpx
import pytest
from aiohttp import ServerDisconnectedError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.channels import telegram as channel
from jobs.files import fetch_files
from tests.conftest import SECRET, MovableClock, Running
from tests.conversation.phones import TelegramPhone
from tests.standins.telegram import TelegramStandIn, faults

HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": 1700000000,
        "chat": {"id": 5, "type": "private"},
        "from": {"id": 5, "is_bot": False, "first_name": "A"},
        "text": "alo",
    },
}


@pytest.mark.parametrize("secret", [b"", b"wrong", SECRET.encode() + b"x", "é".encode()])
async def test_a_wrong_secret_is_refused(program: Running, secret: bytes) -> None:
    async with httpx.AsyncClient(base_url=program.url) as client:
        answer = await client.post("/telegram/webhook", json=UPDATE, headers=[(HEADER.encode(), secret)])
    assert answer.status_code == 403


async def test_garbage_is_taken_once_and_ignored(program: Running) -> None:
    async with httpx.AsyncClient(base_url=program.url, headers={HEADER: SECRET}) as client:
        assert (await client.post("/telegram/webhook", content=b"{not json")).status_code == 200
        assert (await client.post("/telegram/webhook", json={"update_id": "x"})).status_code == 200
        assert (await client.post("/telegram/webhook", json={"update_id": 1, "new_kind": {"a": 1}})).status_code == 200
        assert (await client.post("/telegram/webhook", content=b"x" * 2_000_000)).status_code == 413


async def test_a_database_that_is_away_means_try_again(program: Running) -> None:
    await program.engine.dispose()
    async with program.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE seen_update RENAME TO seen_update_away"))
    await program.engine.dispose()
    async with httpx.AsyncClient(base_url=program.url, headers={HEADER: SECRET}) as client:
        async with program.engine.connect() as blocker:
            # every other connection is in use: the pool has none to give
            holders = [await program.engine.connect() for _ in range(15)]
            slow = asyncio.create_task(client.post("/telegram/webhook", json=UPDATE, timeout=30))
            answer = await slow
            assert answer.status_code == 503
            for holder in holders:
                await holder.close()
            await blocker.execute(text("ALTER TABLE seen_update_away RENAME TO seen_update"))
            await blocker.commit()
        assert (await client.post("/telegram/webhook", json=UPDATE)).status_code == 200
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM seen_update WHERE update_id = 7")) == 1


async def test_a_reply_is_sent_later_when_telegram_is_away(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    plan = telegram.faults.add(faults.server_error(502), method="sendMessage")
    assert (await ana.say("alo")).texts == []
    assert plan.used == 1
    assert await program.program.delivery.look() == 0, "not before it is due"
    clock.forward(seconds=2)
    assert await program.program.delivery.look() == 1
    assert "Chào bà con" in await ana.answer()
    await program.program.delivery.flush()
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM outgoing")) == 0


async def test_what_was_owed_goes_before_what_is_new(program: Running, telegram: TelegramStandIn) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await ana.say("alo")
    telegram.faults.add(faults.too_many(30), method="sendMessage")
    assert (await ana.say("1")).texts == []
    answer = await ana.say("menu")
    assert "Cảm ơn anh/chị" in answer.texts[0]
    assert answer.texts[1].startswith("Anh/chị cần gì")


async def test_a_blocked_chat_is_noted_and_its_reply_dropped(program: Running, telegram: TelegramStandIn) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    telegram.faults.add(faults.blocked(), method="sendMessage")
    await ana.say("alo")
    await program.program.delivery.flush()
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM outgoing")) == 0
        assert await connection.scalar(text("SELECT blocked_at FROM identity")) is not None


async def test_an_old_tap_that_cannot_be_acknowledged_does_no_harm(program: Running, telegram: TelegramStandIn) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    welcome = await ana.say("alo")
    await ana.person.tap_on(welcome.message, "lang:vi", expired=True)
    assert "Cảm ơn anh/chị" in await ana.answer()


async def test_polling_confirms_only_what_is_committed(program: Running, telegram: TelegramStandIn) -> None:
    bot = program.program.bots["telegram"]
    await bot.delete_webhook()
    ana = telegram.person(1001, "Ana")
    poller = program.program.tasks.start_endless(lambda: channel.poll(bot, program.program.intake), "poll")
    await ana.say("alo")
    assert "Chào bà con" in ((await ana.reply()).text or "")
    await ana.say("1")
    assert "Anh/chị cần gì" in ((await ana.reply()).text or "")
    await ana.quiet()
    poller.cancel()


async def test_commands_are_introduced_in_both_languages(program: Running, telegram: TelegramStandIn) -> None:
    await channel.introduce(program.program.bots["telegram"])
    for lang in ("vi", "km"):
        commands = telegram.setting("commands", language=lang)
        assert [command["command"] for command in commands] == list(channel.COMMANDS)
    assert telegram.violations == []


async def cut_all_connections(program: Running) -> None:
    """What a restart of the database does to those who are connected."""
    admin = create_async_engine(program.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
    async with admin.connect() as connection:
        await connection.execute(text(query), {"name": program.engine.url.database})
    await admin.dispose()


async def test_a_restart_of_the_database_costs_no_answer(program: Running, telegram: TelegramStandIn) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await ana.say("alo")
    for words, then in (("1", "Anh/chị cần gì"), ("gặp cán bộ", "0294"), ("menu", "Anh/chị cần gì")):
        await cut_all_connections(program)
        assert then in await ana.say(words)
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM help_request")) == 1
    async with asyncio.timeout(20), program.engine.connect() as connection:
        while await connection.scalar(text("SELECT count(*) FROM outgoing")):
            await asyncio.sleep(0.05)  # the flush has survived the cuts


async def test_an_answer_that_is_no_json_postpones_the_reply(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    telegram.faults.add(faults.server_error(502, as_html=True), method="sendMessage")
    assert (await ana.say("alo")).texts == []
    clock.forward(seconds=2)
    assert await program.program.delivery.look() == 1
    assert "Chào bà con" in await ana.answer()


async def test_polling_outlives_odd_answers_and_odd_updates(program: Running, telegram: TelegramStandIn) -> None:
    bot = program.program.bots["telegram"]
    await bot.delete_webhook()
    telegram.faults.add(faults.server_error(502, as_html=True), method="getUpdates")
    ana = telegram.person(1001, "Ana")
    await ana.send_raw({"message": {"message_id": "no number"}})
    await ana.say("alo")
    poller = program.program.tasks.start_endless(lambda: channel.poll(bot, program.program.intake), "poll")
    assert "Chào bà con" in ((await ana.reply(15)).text or "")
    poller.cancel()


async def test_a_file_that_cannot_be_fetched_does_not_stop_the_others(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    for words in ("alo", "1", "1", "tôi đồng ý"):
        await ana.say(words)
    for content in (b"first", b"second"):
        await ana.person.send_photo(content)
        await ana.answer()
    tried: list[str] = []

    async def fetch(_: str, file_id: str) -> bytes:
        tried.append(file_id)
        if len(tried) == 1:
            raise ServerDisconnectedError
        return b"bytes"

    files = program.program.files
    assert await fetch_files(program.engine, files, fetch, clock()) == 1
    assert await fetch_files(program.engine, files, fetch, clock()) == 0, "not before its pause is over"
    clock.forward(seconds=11)
    assert await fetch_files(program.engine, files, fetch, clock()) == 1
    assert len(tried) == 3

"""kill -9 at random points, a hundred times, while people answer: nothing is lost, nothing is done twice."""

import asyncio
import contextlib
import random
import socket
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import SECRET, TOKEN
from tests.faults.crashing import Crashing, crashing
from tests.faults.persona import PATIENCE, Persona
from tests.standins.telegram import TelegramStandIn

KILLS = 100
PEOPLE = 6


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.timeout(900)
async def test_a_kill_at_any_moment_loses_and_doubles_nothing(
    database: str, engine: AsyncEngine, telegram: TelegramStandIn, tmp_path: Path
) -> None:
    port = free_port()
    telegram.webhook.attempts, telegram.webhook.longest_pause = 10_000, 0.1
    telegram.webhook.set(f"http://127.0.0.1:{port}/telegram/webhook", SECRET, 40)
    environment = {
        "VIECLAM_DATABASE_URL": database,
        "VIECLAM_DATA_DIR": str(tmp_path),
        "VIECLAM_PORT": str(port),
        "VIECLAM_SECRET_KEY": "a secret of the tests",
        "VIECLAM_OFFICE_PHONE": "0294 000 0000",
        "VIECLAM_OFFICE_HOURS": "00:00-23:59:59",
        "VIECLAM_OFFICE_WEEKDAYS": "1,2,3,4,5,6,7",
        "VIECLAM_TELEGRAM_TOKEN": TOKEN,
        "VIECLAM_TELEGRAM_API_BASE": telegram.base_url,
        "VIECLAM_TELEGRAM_MODE": "webhook",
        "VIECLAM_TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    people = [Persona(telegram.person(1000 + n, f"P{n}")) for n in range(PEOPLE)]
    async with crashing(environment) as program:
        lives = [asyncio.create_task(person.live()) for person in people]
        await kill_often(program, port, people)
        for person in people:
            person.may_stop = True
        await asyncio.wait_for(asyncio.gather(*lives), 120)
        await until_nothing_is_owed(engine, people)
    await check(engine, telegram, people)


async def kill_often(program: Crashing, port: int, people: list[Persona]) -> None:
    """Let the program live for a few answers and a moment of random length, then once for good."""
    chance = random.Random(20261124)
    for _ in range(KILLS):
        await program.start()
        await until_listening(port)
        await until_answering(people, chance.randint(0, 12))
        await asyncio.sleep(chance.uniform(0, 0.05))  # where in a turn the kill falls is the chance that is wanted
        await program.kill()
    await program.start()


async def until_answering(people: list[Persona], more: int) -> None:
    """Wait until people have sent ``more`` updates than now."""
    wanted = sum(person.sent for person in people) + more
    async with asyncio.timeout(PATIENCE):
        while sum(person.sent for person in people) < wanted:
            await asyncio.sleep(0.002)


async def until_listening(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.01)


async def until_nothing_is_owed(engine: AsyncEngine, people: list[Persona]) -> None:
    """Wait until every last word was taken, and every reply to it sent."""
    async with asyncio.timeout(30), engine.connect() as connection:
        while any(one.person.world.updates.waiting_for(one.chat_id) for one in people):
            await asyncio.sleep(0.05)
        while await connection.scalar(text("SELECT count(*) FROM outgoing")):
            await asyncio.sleep(0.05)


async def check(engine: AsyncEngine, telegram: TelegramStandIn, people: list[Persona]) -> None:
    asked = sum(person.asked_for_help for person in people)
    finished = sum(len(person.finished) for person in people)
    async with engine.connect() as connection:
        seen = await connection.scalar(text("SELECT count(*) FROM seen_update WHERE channel = 'telegram'"))
        helped = await connection.scalar(text("SELECT count(*) FROM help_request"))
        kept = (
            await connection.execute(
                text("SELECT i.chat_id, r.kind, r.answers FROM registration r JOIN identity i ON i.id = r.identity_id")
            )
        ).all()
    sent = sum(person.sent for person in people)
    print(f"{KILLS} kills, {sent} updates acknowledged, {finished} registrations, {helped} calls for a person")
    assert seen == sent, "every acknowledged update was handled, and none beside them"
    assert helped == asked, "what an update did was done once"
    newest = {(row.chat_id, row.kind): row.answers for row in kept}
    assert len(kept) == len(newest), "a need was not registered twice"
    for person in people:
        assert person.finished, "everybody got through"
        for kind, answers in person.newest().items():
            assert newest[person.chat_id, kind].items() >= answers.items()
    assert telegram.violations == []
    assert sent > 4 * KILLS, "the kills fell among answers, not beside them"

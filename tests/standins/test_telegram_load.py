"""The programs for benchmarks: the server alone, and people who walk through a script."""

import asyncio
import json
import sys

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.standins.echo import SECRET, EchoWebhook
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram.load import Figures, Load

pytestmark = pytest.mark.asyncio
SCRIPT: list[dict[str, object]] = [
    {"say": "/start {n}"},
    {"expect": "/start {n}"},
    {"tap": 0},
    {"expect": "đã chọn job"},
]


async def load(tg: TelegramStandIn, echo: EchoWebhook, script: list[dict[str, object]], n: int) -> Figures:
    """`n` people, each once through the script."""
    async with echo.serving() as url, aiohttp.ClientSession() as http:
        endless = Load(tg, http, url, SECRET, script, begin=0, deadline=float("inf"), patience=2)
        people = [tg.person(number, f"P{number}") for number in range(1, n + 1)]
        for person in people:
            person.room.open = True
        done = await asyncio.gather(*(endless.walk(person) for person in people))
        endless.figures.scripts = sum(done)
    return endless.figures


@pytest.mark.parametrize("fast", [True, False])
async def test_people_walk_through_the_script(fast: bool) -> None:
    async with TelegramStandIn(limits=None, fast=fast) as tg:
        session = AiohttpSession(api=TelegramAPIServer.from_base(tg.base_url))
        async with Bot("42:TEST", session=session) as bot:
            figures = await load(tg, EchoWebhook(bot), SCRIPT, 5)
        assert tg.unanswered == [] and tg.violations == []
    summary = figures.summary(seconds=2.0)
    assert (summary["updates_per_second"], summary["scripts_per_second"]) == (5.0, 2.5)
    assert summary["replies"] == 10 and summary["trouble"] == {} and summary["p99_ms"] > 0


async def test_trouble_is_told(tg: TelegramStandIn, bot: Bot) -> None:
    echo = EchoWebhook(bot)
    echo.refuse_next = 1
    figures = await load(tg, echo, [{"say": "chào"}], 1)
    assert figures.trouble == {"webhook answered 500": 1} and figures.scripts == 0
    figures = await load(tg, echo, [{"tap": 0}], 1)
    assert figures.trouble == {"no button for {'tap': 0}": 1}


async def test_the_server_runs_alone() -> None:
    command = [sys.executable, "-m", "tests.standins.telegram", "--port", "0", "--fast", "--people", "3"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with Bot("42:TEST", session=session) as bot:
        assert (await bot.send_message(3, "chào")).text == "chào"
    process.terminate()
    summary = json.loads((await process.communicate())[0])
    assert process.returncode == 0
    assert summary["sent"] == 1 and summary["calls"] == {"sendMessage": 1}

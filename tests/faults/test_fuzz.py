"""A flood of odd updates over the real webhook: each is answered 200, none raises, all chats still work after it.

``VIECLAM_FUZZ=100000`` makes it long; what such a run gave stands in docs/proofs.md.
"""

import asyncio
import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from tests.conftest import SECRET, TOKEN, MovableClock, running
from tests.faults.odd_updates import odd_updates
from tests.standins.telegram import TelegramStandIn

COUNT = int(os.environ.get("VIECLAM_FUZZ", "3000"))
CHATS = 60
LANES = 24


def outcome(name: str) -> float:
    return REGISTRY.get_sample_value("vieclam_updates_total", {"channel": "telegram", "outcome": name}) or 0.0


@pytest.mark.timeout(3600)
async def test_odd_updates_never_raise(settings: Any, clock: MovableClock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    failed, handled = outcome("failed"), outcome("handled")
    async with TelegramStandIn(TOKEN, limits=None, fast=True) as telegram:
        for chat in range(1, CHATS + 1):
            telegram.person(chat, "P").room.open = True
        settings = settings.model_copy(update={"telegram_api_base": telegram.base_url})
        async with running(settings, clock) as program:
            updates = odd_updates(COUNT, CHATS)
            async with httpx.AsyncClient(base_url=program.url, timeout=60) as client:
                await asyncio.gather(*(post(client, updates) for _ in range(LANES)))
            await program.settle()
        assert telegram.violations == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert outcome("failed") == failed
    print(f"{COUNT} odd updates, {outcome('handled') - handled:.0f} handled, none failed")


async def post(client: httpx.AsyncClient, updates: Iterator[dict[str, Any]]) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    for update in updates:
        answer = await client.post("/telegram/webhook", content=json.dumps(update), headers=headers)
        assert answer.status_code == 200, update

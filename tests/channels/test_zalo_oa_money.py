"""Money on the Official Account: what Zalo charges never goes over the month's budget, however it is tried."""

import asyncio
import dataclasses
import random
from contextlib import suppress
from datetime import timedelta

import pytest
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramNetworkError
from aiogram.methods import SendMessage
from sqlalchemy import text

from bot.channels.channel import message_key
from bot.channels.limits.rules import Rules
from bot.sender import Sender
from bot.traffic import Traffic
from content.zalo_prices import prices
from db.outbox import holding, new_process_number
from db.zalo_account import Facts, keep_facts
from tests.channels.rounds import Round
from tests.standins.zalo_oa.world import APP_ID

PRICE = prices().outside_window
BUSY = Rules(count=None, calls=8)


async def send(
    round_: Round, account: int, words: str = "Nhắc: mai có phiên giao dịch", key: str = "reminder:1"
) -> None:
    """A message that is tried under one key, whatever Zalo said before."""
    token = message_key.set(key)
    chat = await round_.village.chat(account)
    try:
        await round_.session.make_request(round_.bot, SendMessage(chat_id=chat, text=words))
    finally:
        message_key.reset(token)


@pytest.mark.parametrize("money", [0, 54, 13 * PRICE + 54, 40 * PRICE])
async def test_two_senders_at_once_never_overrun_the_budget(round_: Round, money: int) -> None:
    people = 30
    for _ in range(people):
        await round_.person(timedelta(days=3))
    round_.session.purse.budget = money
    number = await round_.village.broadcast()
    engine = round_.program.engine
    other = await new_process_number(engine)
    async with holding(engine, other):
        first, second = round_.another(BUSY), round_.another(BUSY)
        second = Sender(dataclasses.replace(second._post, holder=other), round_.bot, BUSY, Traffic(BUSY))
        both = await asyncio.gather(first.work(), second.work())
    affordable = min(people, money // PRICE)
    assert round_.zalo.world.charged == affordable
    assert await round_.taken() == affordable * PRICE <= money
    states = [state for state, _ in (await round_.village.states(number)).values()]
    assert (states.count("sent"), states.count("failed")) == (affordable, people - affordable)
    assert sum(both) == people


async def test_a_try_in_doubt_stays_paid_for(round_: Round) -> None:
    account, ana = await round_.person(timedelta(days=3))
    round_.session.purse.budget = 2 * PRICE
    for _ in range(2):
        round_.zalo.world.faults.append({"path": "/message/cs", "drop": True})
        with pytest.raises(TelegramNetworkError):
            await send(round_, account)
    with pytest.raises(TelegramBadRequest, match="budget"):
        await send(round_, account)
    assert len(ana.chat.messages) == round_.zalo.world.charged == 2
    assert await round_.taken() == 2 * PRICE


async def test_what_never_left_costs_nothing(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    account, _ = await round_.person(timedelta(days=3))
    round_.session.purse.budget = PRICE
    monkeypatch.setattr(round_.session.client, "_api", "http://127.0.0.1:1")
    for _ in range(3):
        with pytest.raises(TelegramNetworkError):
            await send(round_, account)
    assert await round_.taken() == 0


async def test_each_piece_of_a_long_message_is_paid_for(round_: Round) -> None:
    account, ana = await round_.person(timedelta(days=3))
    round_.session.purse.budget = 2 * PRICE
    with pytest.raises(TelegramBadRequest, match="budget"):
        await send(round_, account, "chữ " * 1200)
    assert len(ana.chat.messages) == round_.zalo.world.charged == 2
    assert await round_.charges() == [("spent", PRICE)] * 2


async def test_a_message_that_is_sent_again_is_paid_for_again(round_: Round) -> None:
    account, _ = await round_.person(timedelta(days=3))
    round_.session.purse.budget = 3 * PRICE
    for _ in range(3):
        await send(round_, account)
    with pytest.raises(TelegramBadRequest, match="budget"):
        await send(round_, account)
    assert round_.zalo.world.charged * PRICE == await round_.taken() == 3 * PRICE


async def test_random_faults_never_let_more_be_charged_than_was_taken(round_: Round) -> None:
    chance = random.Random(6)
    accounts = [(await round_.person(timedelta(days=3)))[0] for _ in range(4)]
    round_.session.purse.budget = 60 * PRICE
    world = round_.zalo.world
    world.sub_quota = 5
    kinds = ({"drop": True}, {"drop": True, "before": True}, {"status": 502}, {"error": -200, "before": True},
             {"error": -201, "before": True}, {"error": -32, "before": True})  # fmt: skip
    for number in range(120):
        if chance.random() < 0.5:
            world.faults.append({"path": "/message/cs"} | chance.choice(kinds))
        with suppress(TelegramAPIError):
            await send(round_, chance.choice(accounts), key=f"delivery:{number % 40}:0")
        assert world.charged * PRICE <= await round_.taken() <= 60 * PRICE
    assert world.charged > 20, "it was tried"


async def test_a_charge_within_the_free_window_is_noted(round_: Round) -> None:
    """Zalo counts otherwise than we do: the money is spent, so the month knows of it."""
    account, ana = await round_.person(timedelta(hours=3))
    ana.chat.last_interaction = round_.clock() - timedelta(days=3)
    await send(round_, account)
    assert round_.zalo.world.charged == 1
    assert await round_.charges() == [("spent", PRICE)]


async def test_the_plans_messages_cost_nothing_and_are_counted_down(round_: Round) -> None:
    await keep_facts(round_.program.engine, APP_ID, Facts("1", "x", "y", None, 2, 500), round_.clock())
    round_.zalo.world.sub_quota = 2
    accounts = [(await round_.person(timedelta(days=3)))[0] for _ in range(3)]
    round_.session.purse.budget = PRICE
    left = []
    for account in accounts:
        await send(round_, account, key=f"reminder:{account}")
        async with round_.program.engine.connect() as connection:
            left.append(await connection.scalar(text("SELECT allowance_left FROM zalo_account")))
    assert left == [1, 0, 0]
    assert round_.zalo.world.charged == 1
    assert await round_.taken() == PRICE

"""What Zalo tells of our messages reaches the broadcast's funnel: arrived, seen, however it comes."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from bot.commands.broadcast import told
from db import funnel
from db.zalo_receipts import WAITS, fold_receipts
from tests.channels.rounds import Round
from tests.standins.zalo_oa import ZaloPerson


async def counted(round_: Round, number: int) -> tuple[int, int, int]:
    await fold_receipts(round_.program.engine, round_.clock())
    async with round_.program.engine.connect() as connection:
        found = await funnel.receipts(connection, number)
    assert found is not None
    return found.sent, found.delivered, found.read


async def receipt(round_: Round, person: ZaloPerson, name: str, **message: Any) -> None:
    event = person.envelope(name, message=message)
    await round_.zalo.hook.post(event | {"sender": event["recipient"], "recipient": event["sender"]})


async def test_arrived_and_seen_are_counted_once_a_message(round_: Round) -> None:
    people = [(await round_.person(timedelta(hours=3)))[1] for _ in range(3)]
    number = await round_.send()
    assert await counted(round_, number) == (3, 0, 0)
    ids = [person.chat.messages[-1].msg_id for person in people]
    await receipt(round_, people[0], "user_received_message", msg_id=ids[0])
    for _ in range(2):
        await receipt(round_, people[1], "user_received_message", msg_id=ids[1])
        await receipt(round_, people[1], "user_seen_message", msg_ids=[ids[1], "another"])
    assert await counted(round_, number) == (3, 2, 1)
    await receipt(round_, people[2], "user_seen_message", msg_ids=[ids[2]])
    assert await counted(round_, number) == (3, 3, 2), "who has seen it has got it"
    async with round_.program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM zalo_event")) == 0, "nothing to handle"
        standing = await funnel.progress(connection, number, round_.clock())
        assert standing is not None
        words = told(standing, await funnel.receipts(connection, number))
    assert "on Zalo: 3 sent, 3 delivered, 2 seen" in words


async def test_a_receipt_that_is_quicker_than_the_ledger_waits_for_it(round_: Round) -> None:
    account, ana = await round_.person(timedelta(hours=3))
    number = await round_.send()
    name = ana.chat.messages[-1].msg_id
    query = text("UPDATE delivery SET external_id = :name WHERE identity_id = :account")
    async with round_.program.engine.begin() as connection:
        await connection.execute(query, {"name": None, "account": account})
    await receipt(round_, ana, "user_received_message", msg_id=name)
    assert await counted(round_, number) == (1, 0, 0)
    async with round_.program.engine.begin() as connection:
        await connection.execute(query, {"name": name, "account": account})
    assert await counted(round_, number) == (1, 1, 0)


async def test_receipts_of_ordinary_replies_are_forgotten(round_: Round) -> None:
    _, ana = await round_.person(timedelta(hours=3))
    await receipt(round_, ana, "user_seen_message", msg_ids=["a", "b"])
    for minutes, left in ((0, 2), (1, 0)):
        round_.clock.now += WAITS * minutes + timedelta(seconds=minutes)
        await fold_receipts(round_.program.engine, round_.clock())
        async with round_.program.engine.connect() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM zalo_receipt")) == left


async def test_odd_receipts_are_left_alone(round_: Round) -> None:
    _, ana = await round_.person(timedelta(hours=3))
    odd: list[dict[str, Any]] = [
        {}, {"msg_ids": []}, {"msg_ids": [None, {}, ""]}, {"msg_id": ["x"]}, {"msg_ids": "x"}]  # fmt: skip
    for message in odd:
        for name in ("user_received_message", "user_seen_message"):
            await receipt(round_, ana, name, **message)
    await receipt(round_, ana, "user_seen_message", msg_ids=[7, "7", 7])
    async with round_.program.engine.connect() as connection:
        assert list(await connection.scalars(text("SELECT message_id FROM zalo_receipt"))) == ["7"]


async def test_a_template_by_phone_is_known_by_what_zalo_calls_it(round_: Round) -> None:
    await round_.template(price_uid=500, price_phone=800)
    _, ana = await round_.person(None, phone="+84912345678", phone_owner="own")
    round_.session.purse.budget = 1000
    round_.zalo.world.faults.append({"path": "/v3.0/oa/message/template", "error": -249, "before": True})
    number = await round_.send()
    async with round_.program.engine.connect() as connection:
        name = await connection.scalar(text("SELECT external_id FROM delivery"))
    await receipt(round_, ana, "user_received_message", msg_id=name, tracking_id="whatever")
    assert await counted(round_, number) == (1, 1, 0)

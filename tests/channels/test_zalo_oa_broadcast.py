"""A broadcast on the Official Account: free, for money, by template, by phone, or left to a call; within the budget."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.channels.limits.rules import Rules
from bot.channels.zalo_oa_templates import clipped
from bot.watch import rules_of
from db.outbox import owe
from jobs.alarms import tell_alarms
from tests.broadcasts.conftest import Village
from tests.channels.rounds import Round
from tests.conftest import MovableClock, Running
from tests.conversation.zalo_phone import ZaloPhone, inbox_of, log_in
from tests.standins.zalo_oa import ZaloStandIn
from tests.standins.zalo_oa.world import APP_ID

PACE = Rules(count=None, calls=1)


async def test_money_and_windows_decide_for_each(round_: Round) -> None:
    free, ana = await round_.person(timedelta(hours=3))
    first, _ = await round_.person(timedelta(days=3))
    second, _ = await round_.person(timedelta(days=4))
    silent, _ = await round_.person(timedelta(days=9))
    round_.session.purse.budget = 60
    states = await round_.village.states(await round_.send())
    assert states[free] == ("sent", None)
    assert sorted((states[first], states[second])) == [("failed", "cost"), ("sent", None)]
    assert states[silent] == ("failed", "window")
    assert round_.zalo.world.charged == 1
    assert ana.chat.messages[0].buttons, "a tap opens the window anew"
    assert round_.zalo.violations == []


async def test_an_approved_template_goes_where_words_may_not(round_: Round) -> None:
    await round_.template(price_uid=500, price_phone=800)
    silent, ana = await round_.person(timedelta(days=9), name="Thạch Thị Sa Rết")
    round_.session.purse.budget = 500
    states = await round_.village.states(await round_.send())
    assert states[silent] == ("sent", None)
    (call,) = round_.zalo.world.by_template
    assert call["user_id"] == ana.chat.user_id
    assert call["template_data"] == {"tieu_de": "Phiên giao dịch việc làm", "ten": "Thạch Thị Sa Rết"}
    assert await round_.charges() == [("spent", 500)]


async def test_by_phone_when_not_by_id_and_paid_for_when_it_arrived(round_: Round) -> None:
    await round_.template(price_uid=500, price_phone=800)
    silent, ana = await round_.person(None, phone="+84912345678", phone_owner="own")
    round_.session.purse.budget = 1000
    round_.zalo.world.faults.append({"path": "/v3.0/oa/message/template", "error": -249, "before": True})
    states = await round_.village.states(await round_.send())
    assert states[silent] == ("sent", None)
    (call,) = round_.zalo.world.by_template
    assert call["phone"] == "84912345678"
    assert await round_.charges() == [("free", 0), ("reserved", 800)]
    event = ana.envelope("user_received_message", message={"msg_id": "m", "tracking_id": call["tracking_id"]})
    await round_.zalo.hook.post(event | {"sender": {"id": "1"}, "recipient": {"id": "84912345678"}})
    await inbox_of(round_.program).look()
    await round_.program.settle()
    assert await round_.charges() == [("free", 0), ("spent", 800)]


async def test_neither_way_leaves_them_to_be_called(round_: Round) -> None:
    await round_.template(price_uid=500)
    silent, _ = await round_.person(timedelta(days=9))
    poor, _ = await round_.person(timedelta(days=9), phone="+84912345678", phone_owner="neighbour")
    round_.session.purse.budget = 400
    states = await round_.village.states(await round_.send())
    assert states[silent] == states[poor] == ("failed", "window")
    assert await round_.charges() == []


async def test_a_reminder_to_the_silent_becomes_a_call(round_: Round) -> None:
    from aiogram.methods import SendMessage

    account, _ = await round_.person(timedelta(days=9), phone="+84912345678")
    chat = await round_.village.chat(account)
    words = SendMessage(chat_id=chat, text="Nhắc: mai có phiên giao dịch\n8 giờ ở xã")
    for _ in range(2):
        async with round_.program.engine.begin() as connection:
            await owe(connection, "zalo_oa", chat, words, round_.clock())
        await round_.program.program.delivery.look()
    async with round_.program.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT topic, phone, done_at FROM help_request"))).all()
    assert [tuple(row) for row in rows] == [("Nhắc: mai có phiên giao dịch", "+84912345678", None)], "once"


async def test_a_decision_of_zalo_changes_the_template(round_: Round) -> None:
    await round_.template()
    event = {"event_name": "change_template_status", "app_id": APP_ID, "oa_id": "1", "template_id": 77,
             "status": {"prev_status": "ENABLE", "new_status": "REJECT"}, "reason": "sai mẫu",
             "timestamp": round_.zalo.world.millis()}  # fmt: skip
    await round_.zalo.hook.post(event)
    await inbox_of(round_.program).look()
    await round_.program.settle()
    async with round_.program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT state, reason FROM zalo_template"))).one()
    assert tuple(row) == ("REJECT", "sai mẫu")


async def test_a_lost_login_stops_the_broadcast_and_nothing_is_lost(round_: Round) -> None:
    account, _ = await round_.person(timedelta(hours=1))
    async with round_.program.engine.begin() as connection:
        await connection.execute(text("UPDATE zalo_token SET lost_at = now(), lost_why = 'x'"))
    number = await round_.send()
    assert (await round_.village.states(number))[account] == ("queued", None)
    await log_in(round_.program, round_.zalo)
    round_.clock.forward(minutes=6)
    await round_.another().work()
    assert (await round_.village.states(number))[account] == ("sent", None)


def test_the_plans_pace_leaves_room_for_replies(program: Running) -> None:
    rules = rules_of(program.program.settings, "zalo_oa")
    assert (rules.count, rules.seconds) == (100, 60.0)
    assert rules.bulk_rate == pytest.approx(1.0)


def test_fields_are_clipped() -> None:
    known = {"title": "Phiên giao dịch việc làm", "name": "Ana"}
    assert clipped(known, "name") == "Ana"
    assert clipped(known, "title:10") == "Phiên gia…"
    assert clipped(known, "title", 10) == clipped(known, "title:30", 10) == "Phiên gia…"
    assert clipped({"name": "Đào Thị Sa Rết".encode().decode()}, "name", 3) == "Đà…", "composed letters are counted"
    assert clipped({"name": "ខ្មែរ"}, "name", 3) == "ខ…", "no letter is cut under its foot"


async def test_administrators_are_told_of_an_alarm_in_their_own_chat(
    program: Running, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    phone = await ZaloPhone.open(program, zalo)
    await phone.say("alo")
    village = Village(program.engine, clock)
    web = await village.account("web")
    query = """
        WITH boss AS (INSERT INTO staff (login, name, role, password, lang)
                      VALUES ('boss', 'Boss', 'administrator', 'x', 'km') RETURNING id)
        INSERT INTO staff_identity (identity_id, staff_id)
        SELECT i.id, boss.id FROM boss, identity i WHERE i.channel IN ('web', 'zalo_oa')
    """
    keeper = program.program.zalo
    assert keeper is not None
    async with program.engine.begin() as connection:
        await connection.execute(text(query))
        await connection.execute(text("UPDATE zalo_token SET lost_at = now(), lost_why = 'x'"))
    await keeper.keeper.look()
    assert await tell_alarms(program.engine, clock()) == 1
    assert await tell_alarms(program.engine, clock()) == 0
    async with program.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT channel, chat_id, payload FROM outgoing"))).all()
    told = [row for row in rows if "«Zalo»" in str(row.payload)]
    assert [(row.channel, row.chat_id) for row in told] == [("web", await village.chat(web))]

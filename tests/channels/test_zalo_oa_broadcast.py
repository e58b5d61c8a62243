"""A broadcast on the Official Account: free, for money, by template, by phone, or left to a call; within the budget."""

from datetime import timedelta

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendMessage
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.channels.limits.rules import Rules
from bot.channels.zalo_oa_errors import NeedsHuman, WindowShut
from bot.channels.zalo_oa_templates import clipped
from bot.watch import rules_of
from db.outbox import owe
from jobs.alarms import tell_alarms
from tests.broadcasts.conftest import Village
from tests.channels.rounds import Round
from tests.conftest import MovableClock, Running
from tests.conversation.zalo_phone import ZaloPhone, inbox_of, log_in
from tests.standins.telegram.loopback import LoopbackServer
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


async def test_a_broadcast_waits_while_a_person_talks_with_them(round_: Round) -> None:
    account, ana = await round_.person(timedelta(hours=1))
    until = round_.clock() + timedelta(minutes=30)
    async with round_.program.engine.begin() as connection:
        await connection.execute(text("UPDATE identity SET human_until = :until"), {"until": until})
    number = await round_.send()
    (row,) = await round_.village.rows(number)
    assert (row.state, ana.chat.messages) == ("queued", [])
    assert row.due_at >= until
    round_.clock.forward(minutes=50)
    await round_.another().work()
    assert (await round_.village.states(number))[account] == ("sent", None)


async def test_a_template_that_zalo_refuses_leaves_a_call(round_: Round) -> None:
    await round_.template("reminder", price_uid=500)
    account, _ = await round_.person(timedelta(days=9), phone="+84912345678")
    round_.session.purse.budget = 1000
    round_.zalo.world.templates["77"]["parameters"] = ["khac"]
    words = SendMessage(chat_id=await round_.village.chat(account), text="Nhắc: mai có phiên")
    with pytest.raises(WindowShut):
        await round_.session.make_request(round_.bot, words)
    async with round_.program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT topic FROM help_request")) == "Nhắc: mai có phiên"
    assert await round_.taken() == 0


async def test_a_token_that_is_refused_though_it_is_young_is_an_alarm(round_: Round) -> None:
    account, _ = await round_.person(timedelta(hours=1))
    for _ in range(2):
        round_.zalo.world.faults.append({"path": "/message/cs", "error": -216, "before": True})
    words = SendMessage(chat_id=await round_.village.chat(account), text="x")
    with pytest.raises(NeedsHuman):
        await round_.session.make_request(round_.bot, words)
    async with round_.program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT kind FROM alarm")) == "zalo_account"
    await round_.session.make_request(round_.bot, words)
    async with round_.program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM alarm")) == 0


async def test_no_picture_is_fetched_by_way_of_another_address(round_: Round) -> None:
    async def elsewhere(_: Request) -> Response:
        return RedirectResponse("http://169.254.169.254/secret")

    server = LoopbackServer(Starlette(routes=[Route("/a", elsewhere)]))
    port = await server.open()
    with pytest.raises(TelegramNetworkError, match="HTTP 307"):
        await round_.bot.download(f"http://127.0.0.1:{port}/a")
    await server.close()


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

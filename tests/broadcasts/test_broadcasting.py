"""From a draft to its end: rehearsal, release, start by the clock, repetition, hours, caps, funnel and call list."""

import asyncio
import io
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.assembly import office_of
from bot.commands import broadcast as commands
from bot.settings import Settings
from bot.web_post import WebPost
from content.notices.telling import telling
from content.quiet import Manners
from db import broadcasting, funnel
from db.audiences import Audience
from db.broadcasts import Broadcast
from db.messages import Outgoing
from db.notice_queries import read_notice
from db.notices import Response
from db.staff import AuditEntry, Staff
from jobs.broadcasts import end_done, start_due
from tests.broadcasts.conftest import SERVED, WORDS, Sending, Village, sending
from tests.standins.telegram import TelegramStandIn

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


async def staff(village: Village, login: str) -> Staff:
    async with AsyncSession(village.engine, expire_on_commit=False) as session, session.begin():
        person = Staff(login=login, name=login, role="office", password="-")
        session.add(person)
        await session.flush()
        return person


async def recorded(village: Village) -> list[tuple[str, str, dict[str, Any]]]:
    async with AsyncSession(village.engine) as session:
        entries = await session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(entry.actor, entry.action, entry.detail) for entry in entries]


async def test_the_rehearsal_comes_to_the_authors_own_chat_in_both_languages(village: Village) -> None:
    notice = await village.notice()
    now, office = village.clock(), office_of(Settings())
    async with AsyncSession(village.engine) as session, session.begin():
        broadcast = await broadcasting.compose(session, notice, Audience(), None, now)
        row = await read_notice(session, notice)
        assert row is not None
        messages = [one for lang in ("vi", "km") for one in telling(row, None, lang, office, now, 77)]
        await broadcasting.rehearse(session, broadcast, ("telegram", 77), messages, now)
        assert broadcast.state == "rehearsed"
        broadcasting.change_audience(broadcast, Audience(kinds=("job",)))
        assert broadcast.state == "draft", "what was changed is rehearsed again"
    async with AsyncSession(village.engine) as session:
        owed = list(await session.scalars(select(Outgoing).order_by(Outgoing.id)))
    assert [one.chat_id for one in owed] == [77, 77]
    assert [WORDS[lang][0] in str(one.payload["text"]) for lang, one in zip(("vi", "km"), owed, strict=True)] == [
        True,
        True,
    ]


async def test_a_mass_notice_takes_a_second_person(village: Village) -> None:
    author, second = await staff(village, "lan"), await staff(village, "minh")
    for _ in range(3):
        await village.person(await village.account())
    notice = await village.notice()
    async with AsyncSession(village.engine) as session, session.begin():
        broadcast = await broadcasting.compose(session, notice, Audience(), author, village.clock())
        with pytest.raises(broadcasting.NotNow):
            await broadcasting.release(session, broadcast, second, SERVED, 2, village.clock())
        broadcasting.rehearsed(broadcast, village.clock())
        with pytest.raises(broadcasting.NeedsSecondPerson) as refusal:
            await broadcasting.release(session, broadcast, author, SERVED, 2, village.clock())
        assert (refusal.value.expected, refusal.value.above) == (3, 2)
        await broadcasting.release(session, broadcast, second, SERVED, 2, village.clock())
    assert await recorded(village) == [("minh", "broadcast_release", {"people": 3, "notice": notice})]


async def test_a_small_one_is_released_by_its_author(village: Village) -> None:
    author = await staff(village, "lan")
    await village.person(await village.account())
    async with AsyncSession(village.engine) as session, session.begin():
        broadcast = await broadcasting.compose(session, await village.notice(), Audience(), author, village.clock())
        broadcasting.rehearsed(broadcast, village.clock())
        await broadcasting.release(session, broadcast, author, SERVED, 2, village.clock())
        assert (broadcast.state, broadcast.expected) == ("released", 1)


async def test_it_starts_at_its_time_by_the_clock(sent: Sending) -> None:
    village = sent.village
    await sent.people(2)
    later = village.clock() + timedelta(hours=2)
    broadcast = await village.broadcast(expanded=False, start_at=later)
    assert await start_due(village.engine, SERVED, ZONE, village.clock()) == 0
    village.clock.now = later
    assert await start_due(village.engine, SERVED, ZONE, village.clock()) == 2
    assert await start_due(village.engine, SERVED, ZONE, village.clock()) == 0, "once"
    await sent.work()
    assert (await village.get(broadcast)).state == "done"


async def test_a_repeating_one_comes_again_to_who_is_there_then(sent: Sending) -> None:
    village = sent.village
    await sent.people(1)
    rule = {"every": "week", "at": "09:00", "weekdays": [1], "until": "2026-12-07"}
    first = await village.broadcast(expanded=False, repeat=rule)
    assert await start_due(village.engine, SERVED, ZONE, village.clock()) == 1
    await sent.people(1)
    village.clock.forward(days=7)
    assert await start_due(village.engine, SERVED, ZONE, village.clock()) == 2
    village.clock.forward(days=30)
    assert await start_due(village.engine, SERVED, ZONE, village.clock()) == 2, "the last one, late"
    async with AsyncSession(village.engine) as session:
        series = list(await session.scalars(select(Broadcast).where(Broadcast.series_id == first)))
    assert [one.state for one in series] == ["running", "running"]
    assert all(one.released_at is not None for one in series)


async def test_a_cancelled_series_does_not_come_again(village: Village) -> None:
    broadcast = await village.broadcast(expanded=False, repeat={"every": "day", "at": "09:00"})
    async with AsyncSession(village.engine) as session, session.begin():
        await broadcasting.cancel(session, await broadcasting.locked(session, broadcast), None, village.clock())
    village.clock.forward(days=3)
    assert await start_due(village.engine, SERVED, ZONE, village.clock()) == 0


@pytest.mark.parametrize(("columns", "goes"), [({}, False), ({"urgent": True, "urgent_why": "bão"}, True)])
async def test_it_waits_for_the_morning_unless_urgent_and_that_is_recorded(
    village: Village, telegram: TelegramStandIn, columns: dict[str, Any], goes: bool
) -> None:
    manners = Manners.from_words("07:30-19:30", 2, 5, frozenset(), ZONE)
    village.clock.forward(hours=13)  # 22 o'clock
    async with sending(village, telegram, manners=manners) as sent:
        await sent.people(1)
        await village.broadcast(**columns)
        assert await sent.work() == int(goes)
        village.clock.forward(hours=11)
        assert await sent.work() == int(not goes)
    released = (await recorded(village))[0][2]
    assert (released.get("urgent"), released.get("why")) == ((True, "bão") if goes else (None, None))


async def test_on_a_holiday_only_what_is_meant_for_it(village: Village, telegram: TelegramStandIn) -> None:
    today = frozenset({village.clock().astimezone(ZONE).date()})
    async with sending(village, telegram, manners=Manners.from_words("07:30-19:30", 2, 5, today, ZONE)) as sent:
        await sent.people(1)
        await village.broadcast()
        assert await sent.work() == 0
        greeting = await village.broadcast(on_holidays=True)
        assert await sent.work() == 1
        assert (await village.get(greeting)).state == "done"


async def test_the_third_in_a_day_waits_and_what_is_no_longer_useful_is_not_sent(
    village: Village, telegram: TelegramStandIn
) -> None:
    async with sending(village, telegram, manners=Manners.from_words("07:30-19:30", 2, 5, frozenset(), ZONE)) as sent:
        (account,) = await sent.people(1)
        first, second = await village.broadcast(), await village.broadcast()
        await sent.work()
        third = await village.broadcast()
        soon = await village.broadcast(useful_until=village.clock() + timedelta(hours=3))
        await sent.work()
        assert await village.states(third) == {account: ("queued", None)}
        assert (await village.rows(third))[0].due_at == village.clock() + timedelta(days=1)
        village.clock.forward(days=1)
        await sent.work()
        assert {one: (await village.states(one))[account] for one in (first, second, third, soon)} == {
            first: ("sent", None),
            second: ("sent", None),
            third: ("sent", None),
            soon: ("skipped", "too_late"),
        }


async def test_web_recipients_get_a_message_that_their_page_fetches(sent: Sending) -> None:
    village = sent.village
    vi, km = await village.account("web"), await village.account("web", lang="km")
    broadcast = await village.broadcast()
    post = WebPost(sent.post)
    assert await post.work() == 2
    assert await post.work() == 0
    await end_done(village.engine, village.clock())
    assert (await village.get(broadcast)).state == "done"
    async with AsyncSession(village.engine) as session:
        owed = {one.chat_id: one.payload for one in await session.scalars(select(Outgoing))}
    for account, lang in ((vi, "vi"), (km, "km")):
        payload = owed[await village.chat(account)]
        assert WORDS[lang][0] in str(payload["text"])
        assert payload["chat_id"] == await village.chat(account)


async def test_the_funnel_the_answers_and_the_call_list(village: Village) -> None:
    accounts = [await village.account() for _ in range(4)]
    workers = [await village.person(one, hamlet=h) for one, h in zip(accounts, "ABCD", strict=True)]
    paper = await village.person(hamlet="B", phone="+84912345678")
    broadcast = await village.broadcast()
    rows = {row.worker_id: row for row in await village.rows(broadcast)}
    for worker, (state, reason) in zip(
        workers, (("sent", None), ("failed", "gave_up"), ("skipped", "muted"), ("uncertain", "crash")), strict=True
    ):
        async with AsyncSession(village.engine) as session, session.begin():
            row = await session.merge(rows[worker])
            row.state, row.reason = state, reason
            if state == "sent":
                notice = (await village.get(broadcast)).notice_id
                session.add(Response(notice_id=notice, identity_id=accounts[0], answer="come"))
    async with village.engine.connect() as connection:
        found = await funnel.funnel(connection, broadcast)
        assert found.by_state == {"sent": 1, "failed": 1, "skipped": 1, "uncertain": 1, "unreachable": 1}
        assert found.by_reason["unreachable", "no_chat"] == 1
        assert (found.whole, found.waiting) == (5, 0)
        assert await funnel.answers(connection, broadcast) == {"come": 1}
        called = await funnel.call_list(connection, broadcast)
        assert [(one.worker_id, one.hamlet) for one in called] == [(workers[1], "B"), (paper, "B"), (workers[3], "D")]
        assert called[1].phone == "+84912345678"
        first = called[0]
        rest = await funnel.call_list(connection, broadcast, after=(first.place_id, first.hamlet, first.worker_id))
        assert list(rest) == list(called[1:])
        assert await funnel.call_list(connection, broadcast, places=[]) == []
        assert [(one.hamlet, one.people) for one in await funnel.hamlets_to_call(connection, broadcast)] == [
            ("B", 2),
            ("D", 1),
        ]


async def test_progress_tells_the_rate_and_the_time_left(village: Village) -> None:
    for _ in range(40):
        await village.person(await village.account())
    broadcast = await village.broadcast()
    village.clock.forward(seconds=10)
    async with village.engine.begin() as connection:
        await connection.execute(
            text("UPDATE delivery SET state = 'sent', sent_at = :now WHERE id IN (SELECT id FROM delivery LIMIT 10)"),
            {"now": village.clock()},
        )
    async with village.engine.connect() as connection:
        one = await funnel.progress(connection, broadcast, village.clock())
    assert one is not None
    assert one.rate(village.clock()) == pytest.approx(1.0)
    assert commands.pace_of(one, village.clock()) == "1.0/s, 0:30 left"
    assert "sent: 10" in commands.told(one)


async def test_the_command_line_stops_and_follows(
    village: Village, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await village.person(await village.account())
    broadcast = await village.broadcast()
    settings = Settings(database_url=database, secret_key=SecretStr("x"))
    monkeypatch.setattr(commands, "Settings", lambda: settings)
    said = await asyncio.to_thread(commands.do, broadcast, "pause")
    assert said == f"Broadcast {broadcast} is paused"
    with pytest.raises(commands.NoBroadcast, match="paused"):
        await asyncio.to_thread(commands.do, broadcast, "pause")
    assert "1 people" in await asyncio.to_thread(commands.do, broadcast, "cancel")
    with pytest.raises(commands.NoBroadcast, match="no broadcast"):
        await asyncio.to_thread(commands.do, 999, "cancel")
    console = Console(file=io.StringIO(), width=120)
    await asyncio.to_thread(commands.watch, broadcast, console)
    assert isinstance(console.file, io.StringIO)
    assert "skipped: 1 (cancelled 1)" in console.file.getvalue()
    console.print(await asyncio.to_thread(commands.listed))
    assert "cancelled" in console.file.getvalue()
    assert [action for _, action, _ in await recorded(village)] == [
        "broadcast_release",
        "broadcast_pause",
        "broadcast_cancel",
    ]

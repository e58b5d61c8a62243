"""A ledger is sent over real HTTP to the strict stand-in: each once, errors read rightly, crashes accounted for."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db import broadcasting
from db.broadcasts import Delivery
from db.notices import Response
from db.people import Identity
from tests.broadcasts.conftest import SERVED, WORDS, Sending, Village, sending
from tests.standins.telegram import TelegramStandIn, faults
from tests.standins.telegram.errors import ApiError


async def one_row(village: Village, broadcast: int) -> Delivery:
    (row,) = await village.rows(broadcast)
    return row


async def test_everybody_gets_it_once_in_their_language(sent: Sending) -> None:
    village = sent.village
    vi, km = (await sent.people(1))[0], (await sent.people(1, lang="km"))[0]
    broadcast = await village.broadcast()
    await sent.work()
    for account, lang in ((vi, "vi"), (km, "km")):
        (told,) = sent.texts(await village.chat(account))
        assert all(words in told for words in WORDS[lang])

    assert set((await village.states(broadcast)).values()) == {("sent", None)}
    assert (await village.get(broadcast)).state == "done"
    assert all(row.sent_at == village.clock() and row.external_id for row in await village.rows(broadcast))
    await sent.work()
    assert sent.telegram.stats.sent == 2
    assert sent.telegram.violations == []


async def test_a_number_that_is_typed_after_it_means_its_choices(sent: Sending) -> None:
    village = sent.village
    idle, busy = (await sent.people(1))[0], (await sent.people(1, state="form:sex"))[0]
    await village.broadcast()
    await sent.work()
    async with AsyncSession(village.engine) as session:
        offered = (await session.get_one(Identity, idle)).data["offered"]
        assert offered
        assert all(data.startswith("notice:") for _, data in offered)
        assert "offered" not in (await session.get_one(Identity, busy)).data, "there a number answers the question"


async def test_many_more_than_fit_in_flight(sent: Sending) -> None:
    await sent.people(90)
    broadcast = await sent.village.broadcast()
    await sent.work()
    assert sent.telegram.stats.sent == 90
    assert {len(one.arrivals) for one in sent.telegram.world.chats.rooms.values()} == {1}
    assert set((await sent.village.states(broadcast)).values()) == {("sent", None)}


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        (faults.server_error(502, as_html=True), "queued", None),
        (faults.server_error(500), "queued", None),
        (faults.too_many(2), "queued", None),
        (faults.dropped(), "uncertain", "no_answer"),
        (faults.blocked(), "unreachable", "blocked"),
        (faults.deactivated(), "unreachable", "blocked"),
        (faults.chat_not_found(), "unreachable", "blocked"),
    ],
)
async def test_what_each_error_means(sent: Sending, fault: Any, state: str, reason: str | None) -> None:
    await sent.people(1)
    broadcast = await sent.village.broadcast()
    sent.telegram.faults.add(fault, method="sendMessage")
    await sent.work()
    row = await one_row(sent.village, broadcast)
    assert (row.state, row.reason) == (state, reason)
    assert row.holder is None


async def test_a_temporary_error_is_tried_again_later_and_later_and_then_given_up(sent: Sending) -> None:
    village = sent.village
    await sent.people(1)
    broadcast = await village.broadcast()
    sent.telegram.faults.add(faults.server_error(500), method="sendMessage", times=None)
    pauses = []
    for _ in range(6):
        before = village.clock()
        assert await sent.work() == 1
        assert await sent.work() == 0, "not before its time"
        row = await one_row(village, broadcast)
        pauses.append((row.due_at - before).total_seconds())
        village.clock.now = max(row.due_at, village.clock())
    assert (row.state, row.reason, row.tries) == ("failed", "gave_up", 6)
    for pause, base in zip(pauses[:5], (5, 10, 20, 40, 80), strict=True):
        assert base * 0.75 <= pause <= base * 1.25


async def test_a_permanent_error_is_not_tried_again(sent: Sending) -> None:
    await sent.people(1)
    broadcast = await sent.village.broadcast(corrects=False, words=None)
    odd = faults.Fault(ApiError(400, "Bad Request: message is too odd"))
    sent.telegram.faults.add(odd, method="sendMessage")

    await sent.work()
    row = await one_row(sent.village, broadcast)
    assert (row.state, row.reason) == ("failed", "refused")


async def test_a_blocked_account_is_noted_and_the_next_one_gets_it(sent: Sending) -> None:
    village = sent.village
    first = (await sent.people(1))[0]
    second = await village.account(active_at=village.clock() - timedelta(days=9))
    await village.link(second, village.owners[first])
    sent.telegram.person(await village.chat(second)).room.open = True
    sent.telegram.faults.add(faults.blocked(), method="sendMessage", chat_id=await village.chat(first))
    broadcast = await village.broadcast()
    await sent.work()
    row = await one_row(village, broadcast)
    assert (row.identity_id, row.state) == (second, "sent")
    async with AsyncSession(village.engine) as session:
        assert (await session.get_one(Identity, first)).blocked_at == village.clock()


async def test_who_is_reached_on_an_account_of_a_row_of_its_own_is_told_by_that(sent: Sending) -> None:
    village = sent.village
    own, family = await sent.people(2)
    await village.link(family, village.owners[own], relation="other")
    sent.telegram.faults.add(faults.blocked(), method="sendMessage", chat_id=await village.chat(own))
    broadcast = await village.broadcast()
    await sent.work()
    states = await village.states(broadcast)
    assert states == {own: ("skipped", "told"), family: ("sent", None)}


async def test_a_chat_that_moved_is_followed(sent: Sending) -> None:
    village = sent.village
    account = (await sent.people(1))[0]
    sent.telegram.group(-100500)
    sent.telegram.faults.add(faults.migrated(-100500), method="sendMessage", chat_id=await village.chat(account))
    broadcast = await village.broadcast()
    await sent.work()
    await sent.work()
    assert await village.chat(account) == -100500
    assert (await one_row(village, broadcast)).state == "sent"
    assert len(sent.telegram.world.chats.rooms[-100500].arrivals) == 1


@pytest.mark.parametrize(("rule", "state", "copies"), [("uncertain", "uncertain", 1), ("resend", "sent", 2)])
async def test_an_answer_that_is_lost_leaves_doubt_and_the_notice_decides(
    sent: Sending, monkeypatch: pytest.MonkeyPatch, rule: str, state: str, copies: int
) -> None:
    monkeypatch.setattr("bot.sender.SEND_TIMEOUT", 0.2)
    village = sent.village
    account = (await sent.people(1))[0]
    sent.telegram.faults.add(faults.lost_answer(), method="sendMessage")
    broadcast = await village.broadcast(on_doubt=rule)
    await sent.work()
    village.clock.forward(minutes=1)
    monkeypatch.setattr("bot.sender.SEND_TIMEOUT", 20)
    await sent.work()
    row = await one_row(village, broadcast)
    assert (row.state, row.doubts) == (state, 1)
    assert len(sent.texts(await village.chat(account))) == copies


@pytest.mark.parametrize(("rule", "state"), [("uncertain", "uncertain"), ("resend", "sent")])
async def test_rows_that_a_crash_left_in_the_air_are_decided_and_only_those(
    sent: Sending, telegram: TelegramStandIn, rule: str, state: str
) -> None:
    village = sent.village
    await sent.people(3)
    broadcast = await village.broadcast(on_doubt=rule)
    gone = (await village.rows(broadcast))[0].id
    async with sending(village, telegram) as other:
        await village.take(gone, other.post.holder)
        await sent.sender._recover()
        assert (await village.rows(broadcast))[0].state == "sending", "its process lives"
    await sent.work()
    rows = {row.id: (row.state, row.doubts) for row in await village.rows(broadcast)}
    assert rows.pop(gone) == (state, 1)
    assert set(rows.values()) == {("sent", 0)}


async def test_a_running_broadcast_is_paused_resumed_and_cancelled(sent: Sending) -> None:
    village = sent.village
    await sent.people(3)
    broadcast = await village.broadcast()
    now = village.clock()
    async with AsyncSession(village.engine) as session, session.begin():
        broadcasting.pause(session, await broadcasting.locked(session, broadcast), None, now)
    assert await sent.work() == 0
    async with AsyncSession(village.engine) as session, session.begin():
        broadcasting.resume(session, await broadcasting.locked(session, broadcast), None, now)
    await village.take((await village.rows(broadcast))[0].id, 0, state="sent")
    async with AsyncSession(village.engine) as session, session.begin():
        assert await broadcasting.cancel(session, await broadcasting.locked(session, broadcast), None, now) == 2
    assert await sent.work() == 0
    assert sorted(state for state, _ in (await village.states(broadcast)).values()) == ["sent", "skipped", "skipped"]
    with pytest.raises(broadcasting.NotNow):
        async with AsyncSession(village.engine) as session, session.begin():
            broadcasting.resume(session, await broadcasting.locked(session, broadcast), None, now)


async def test_a_notice_that_is_called_off_is_not_told_any_further_but_its_correction_is(sent: Sending) -> None:
    village = sent.village
    await sent.people(2)
    first = await village.broadcast()
    notice = (await village.get(first)).notice_id
    later = await village.broadcast(notice=notice, expanded=False, start_at=village.clock() + timedelta(days=1))
    async with AsyncSession(village.engine) as session, session.begin():
        correction = (await broadcasting.correct(session, notice, {"vi": "x", "km": "x"}, None, village.clock())).id
        assert await broadcasting.withdraw(session, notice, None, village.clock()) == 2
    states = [(await village.get(one)).state for one in (first, later, correction)]
    assert states == ["cancelled", "cancelled", "draft"]
    assert await sent.work() == 0


async def test_an_error_of_our_own_leaves_no_row_in_the_air(sent: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    await sent.people(1)
    broadcast = await sent.village.broadcast()

    async def broken(*_: object) -> None:
        raise LookupError("a mistake of ours")

    monkeypatch.setattr(sent.post.cards, "get", broken)
    await sent.work()
    assert (await one_row(sent.village, broadcast)).state == "queued", "nothing was sent"
    monkeypatch.undo()
    monkeypatch.setattr(sent.sender, "_call", broken)
    sent.village.clock.forward(minutes=1)
    await sent.work()
    assert (await one_row(sent.village, broadcast)).state == "uncertain", "that can't be known"


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("UPDATE identity SET muted_at = now() WHERE id = :i", ("skipped", "muted")),
        ("INSERT INTO mute (identity_id) VALUES (:i)", ("skipped", "muted")),
        ("UPDATE consent SET withdrawn_at = now() WHERE identity_id = :i", ("skipped", "withdrawn")),
        ("UPDATE identity SET blocked_at = now() WHERE id = :i", ("unreachable", "blocked")),
        ("DELETE FROM identity WHERE id = :i", ("skipped", "erased")),
        ("UPDATE notice SET state = 'cancelled' WHERE :i > 0", ("skipped", "cancelled")),
    ],
)
async def test_what_changed_since_the_expansion_counts(sent: Sending, change: str, state: tuple[str, str]) -> None:
    account = (await sent.people(1))[0]
    broadcast = await sent.village.broadcast()
    async with sent.village.engine.begin() as connection:
        await connection.execute(text(change), {"i": account})
    await sent.work()
    row = await one_row(sent.village, broadcast)
    assert (row.state, row.reason) == state
    assert sent.telegram.stats.sent == 0


async def test_the_correction_also_goes_to_who_only_said_that_they_come(sent: Sending) -> None:
    village = sent.village
    told, coming, _ = await sent.people(3)
    broadcast = await village.broadcast()
    for row in await village.rows(broadcast):
        await village.take(row.id, 0, state="sent" if row.identity_id == told else "failed")
    async with AsyncSession(village.engine) as session, session.begin():
        notice = (await village.get(broadcast)).notice_id
        session.add_all(
            Response(notice_id=notice, identity_id=account, answer=answer)
            for account, answer in ((told, "come"), (coming, "maybe"))
        )
        correction = await broadcasting.correct(session, notice, {"vi": "Đổi giờ."}, None, village.clock())
        broadcasting.rehearsed(correction, village.clock())
        await broadcasting.release(session, correction, None, SERVED, 0, village.clock())
        assert correction.expected == 2
        await broadcasting.expand(session, correction, SERVED, village.clock())
        number = correction.id
    assert set(await village.states(number)) == {told, coming}


async def test_the_correction_goes_to_exactly_those_who_were_told(sent: Sending) -> None:
    village = sent.village
    told, _, _ = await sent.people(3)
    broadcast = await village.broadcast()
    for row in await village.rows(broadcast):
        await village.take(row.id, 0, state="sent" if row.identity_id == told else "failed")
    async with AsyncSession(village.engine) as session, session.begin():
        words = {"vi": "Đổi giờ: 8 giờ.", "km": "ប្តូរម៉ោង"}
        notice = (await village.get(broadcast)).notice_id
        correction = await broadcasting.correct(session, notice, words, None, village.clock())
        broadcasting.rehearsed(correction, village.clock())
        await broadcasting.release(session, correction, None, SERVED, 0, village.clock())
        assert correction.expected == 1
        await broadcasting.expand(session, correction, SERVED, village.clock())
        number = correction.id
    await sent.work()
    assert await village.states(number) == {told: ("sent", None)}
    assert sent.texts(await village.chat(told)) == ["Đổi giờ: 8 giờ."]

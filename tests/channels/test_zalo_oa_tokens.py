"""The chain of tokens: one refresher, nothing burnt in silence, an alarm where it is lost."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_errors import ZaloAway
from bot.channels.zalo_oa_oauth import Grant, OAuth, Refused, challenge_of, new_verifier
from bot.channels.zalo_oa_tokens import NoToken, TokenKeeper
from db.seal import Seal
from db.zalo_tokens import Pair, TokenRow
from tests.conftest import MovableClock, Running
from tests.conversation.zalo_phone import ZaloPhone
from tests.standins.zalo_oa import ZaloStandIn
from tests.standins.zalo_oa.world import APP_ID, APP_SECRET

PATH = "/v4/oa/access_token"


@pytest.fixture
async def keeper(engine: AsyncEngine, zalo: ZaloStandIn, clock: MovableClock) -> TokenKeeper:
    made = keeper_of(engine, zalo, clock)
    pair = zalo.world.new_pair()
    await made.keep(Grant(pair["access_token"], pair["refresh_token"], limits.ACCESS_LIVES))
    return made


def keeper_of(engine: AsyncEngine, zalo: ZaloStandIn, clock: MovableClock) -> TokenKeeper:
    oauth = OAuth(zalo.base_url, APP_ID, APP_SECRET)
    return TokenKeeper(engine, TokenRow(engine, Seal("a secret of the tests"), APP_ID), oauth, clock)


async def alarm(engine: AsyncEngine) -> str | None:
    async with engine.connect() as connection:
        found: str | None = await connection.scalar(
            text("SELECT detail ->> 'why' FROM alarm WHERE kind = 'zalo_login'")
        )
        return found


async def old(keeper: TokenKeeper, clock: MovableClock) -> Pair:
    clock.forward(hours=21)
    return await keeper.current()


def test_pkce_as_zalos_own_code_makes_it() -> None:
    verifier = new_verifier()
    assert len(verifier) == limits.VERIFIER
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def test_tokens_are_sealed(engine: AsyncEngine, keeper: TokenKeeper, zalo: ZaloStandIn) -> None:
    async with engine.connect() as connection:
        row = (await connection.execute(text("SELECT * FROM zalo_token"))).one()
    for word in (zalo.world.tokens.access, *zalo.world.tokens.refresh):
        assert word.encode() not in bytes(row.access) + bytes(row.refresh)


async def test_it_is_renewed_in_time_and_only_then(keeper: TokenKeeper, zalo: ZaloStandIn, clock: MovableClock) -> None:
    await keeper.look()
    assert zalo.world.tokens.refreshes == 0
    for day in range(1, 6):
        clock.forward(hours=20.5)
        await keeper.look()
        assert zalo.world.tokens.refreshes == day
        assert (await keeper.current()).access == zalo.world.tokens.access


async def test_a_pasted_token_of_unknown_age_is_renewed_soon(
    keeper: TokenKeeper, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    pair = zalo.world.new_pair()
    await keeper.keep(Grant(pair["access_token"], pair["refresh_token"], limits.REST))
    clock.forward(minutes=6)
    await keeper.look()
    assert zalo.world.tokens.refreshes == 1


async def test_many_processes_ask_once(
    engine: AsyncEngine, keeper: TokenKeeper, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    pair = await old(keeper, clock)
    others = [keeper, *(keeper_of(engine, zalo, clock) for _ in range(4))]
    pairs = await asyncio.gather(*(one.renew(pair) for one in others for _ in range(2)))
    assert zalo.world.tokens.refreshes == 1
    assert {one.access for one in pairs} == {zalo.world.tokens.access}


async def test_a_refused_token_is_refreshed_once_and_the_message_goes(
    program: Running, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    phone = await ZaloPhone.open(program, zalo)
    await phone.say("alo")
    clock.forward(hours=26)
    assert "Cảm ơn anh/chị" in await phone.say("1")
    assert zalo.world.tokens.refreshes == 1


async def test_a_token_that_is_refused_when_young_is_not_refreshed_for_ever(
    program: Running, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    phone = await ZaloPhone.open(program, zalo)
    for _ in range(6):
        zalo.world.faults.append({"path": "/message/cs", "error": -216, "before": True})
    for _ in range(3):
        await phone.say("alo")
    assert zalo.world.tokens.refreshes == 0


async def test_no_connection_leaves_no_doubt(
    engine: AsyncEngine, keeper: TokenKeeper, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    pair = await old(keeper, clock)
    deaf = TokenKeeper(
        engine,
        TokenRow(engine, Seal("a secret of the tests"), APP_ID),
        OAuth("http://127.0.0.1:9", APP_ID, APP_SECRET),
        clock,
    )
    with pytest.raises(ZaloAway):
        await deaf.renew(pair)
    assert (await keeper.current()).asked_at is None
    await keeper.look()
    assert zalo.world.tokens.refreshes == 1


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
async def test_an_asking_that_zalo_did_not_read_is_made_up_for(
    engine: AsyncEngine, keeper: TokenKeeper, zalo: ZaloStandIn, clock: MovableClock, fault: dict[str, object]
) -> None:
    pair = await old(keeper, clock)
    zalo.world.faults.append({"path": PATH, "before": True} | fault)
    with pytest.raises(ZaloAway):
        await keeper.renew(pair)
    assert (await keeper.current()).asked_at is not None, "the doubt is on record"
    assert (await keeper.current()).access == zalo.world.tokens.access, "the old token serves on"
    with pytest.raises(ZaloAway):
        await keeper.renew(pair)
    assert zalo.world.tokens.refreshes == 0, "not while the first may still be under way"
    clock.forward(minutes=3)
    await keeper.look()
    assert zalo.world.tokens.refreshes == 1
    assert (await keeper.current()).asked_at is None
    assert await alarm(engine) is None


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
async def test_an_answer_that_was_lost_ends_in_an_alarm(
    engine: AsyncEngine, keeper: TokenKeeper, zalo: ZaloStandIn, clock: MovableClock, fault: dict[str, object]
) -> None:
    pair = await old(keeper, clock)
    zalo.world.faults.append({"path": PATH} | fault)
    with pytest.raises(ZaloAway):
        await keeper.renew(pair)
    clock.forward(minutes=3)
    await keeper.look()
    assert "after a refresh without an answer" in (await alarm(engine) or "")
    with pytest.raises(NoToken):
        await keeper.current()
    await keeper.look()
    assert zalo.world.tokens.refreshes == 1, "a lost chain is not asked again and again"
    fresh = zalo.world.new_pair()
    await keeper.keep(Grant(fresh["access_token"], fresh["refresh_token"], limits.ACCESS_LIVES))
    assert await alarm(engine) is None, "logging in ends it"


async def test_a_pair_is_held_until_the_database_takes_it(
    keeper: TokenKeeper, zalo: ZaloStandIn, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = await old(keeper, clock)
    real, left = keeper._row.keep, [2]

    async def sometimes(*args: object) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise ConnectionRefusedError
        await real(*args)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(keeper._row, "keep", sometimes)
    renewed = await keeper.renew(pair)
    assert renewed.access == zalo.world.tokens.access


async def test_without_a_login_there_is_an_alarm(engine: AsyncEngine, zalo: ZaloStandIn, clock: MovableClock) -> None:
    keeper = keeper_of(engine, zalo, clock)
    await keeper.look()
    assert await alarm(engine) == "never logged in"


async def test_a_consent_is_exchanged_once(engine: AsyncEngine, zalo: ZaloStandIn, clock: MovableClock) -> None:
    keeper, row = keeper_of(engine, zalo, clock), TokenRow(engine, Seal("a secret of the tests"), APP_ID)
    verifier = await row.verifier(new_verifier())
    assert await row.verifier(new_verifier()) == verifier, "one pair for ever: the console keeps its other half"
    oauth = OAuth(zalo.base_url, APP_ID, APP_SECRET)
    code = zalo.consent(challenge_of(verifier))
    await keeper.keep(await oauth.exchange(code, verifier))
    assert (await keeper.current()).access == zalo.world.tokens.access
    with pytest.raises(Refused):
        await oauth.exchange(code, verifier)

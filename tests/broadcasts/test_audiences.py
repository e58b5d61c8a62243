"""An audience chooses the right people, each once, on the right account."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.recipients import add_people
from db import recipients
from db.audiences import Audience, UnknownGroup, groups, save_group
from db.broadcasts import Delivery
from db.notices import Follow
from db.people import Identity
from tests.broadcasts.conftest import HAM_GIANG, SERVED, TAP_SON, Village

EVERYBODY = Audience()


async def test_only_who_agreed_and_wants_to_hear_is_reached(village: Village) -> None:
    good = await village.account()
    for silent in ({"consent": False}, {"withdrawn": True}, {"muted_at": village.clock()}, {"silent": True},
                   {"blocked_at": village.clock()}):  # fmt: skip
        await village.person(await village.account(**silent))
    await village.person(good)
    assert await village.reached(EVERYBODY) == {good}


@pytest.mark.parametrize(
    ("audience", "meant"),
    [
        ({"kinds": ("training",)}, {"learner"}),
        ({"kinds": ("job", "training"), "statuses": ("new",)}, {"learner", "young"}),
        ({"statuses": ("placed",)}, {"placed"}),
        ({"age_from": 30}, {"learner", "placed"}),
        ({"age_to": 29}, {"young"}),
        ({"age_from": 36, "age_to": 36}, {"learner"}),
        ({"sexes": ("male",)}, {"young"}),
        ({"hamlets": ("Leng",)}, {"placed"}),
        ({"langs": ("km",)}, {"learner"}),
        ({"channels": ("web",)}, {"placed", "bare"}),
        ({"langs": ("vi",)}, {"young", "placed", "bare"}),
        ({}, {"learner", "young", "placed", "bare"}),
        ({"seen_within_days": 30}, {"learner", "young", "bare"}),
        ({"follows": ("job_fair",)}, {"bare"}),
        ({"follows": ("course",)}, set()),
    ],
)
async def test_each_choice(village: Village, audience: dict[str, Any], meant: set[str]) -> None:
    old = village.clock() - timedelta(days=60)
    accounts = {
        "learner": await village.account(lang="km"),
        "young": await village.account(),
        "placed": await village.account("web", active_at=old),
        "bare": await village.account("web"),
    }
    await village.person(accounts["learner"], kind="training")
    await village.person(accounts["young"], sex="male", birth_year=2005)
    await village.person(accounts["placed"], status="placed", birth_year=1980, hamlet="Leng")
    async with AsyncSession(village.engine) as session, session.begin():
        session.add(Follow(identity_id=accounts["bare"], kind="job_fair"))
    assert await village.reached(Audience(**audience)) == {accounts[name] for name in meant}


async def test_a_new_commune_stands_for_those_it_was_made_of(village: Village) -> None:
    here, there = await village.account(), await village.account()
    await village.person(here, commune=HAM_GIANG)
    await village.person(there, commune=TAP_SON)
    assert await village.reached(Audience(places=(await village.place(HAM_GIANG),))) == {here}
    assert await village.reached(Audience(places=(await village.place(HAM_GIANG, "2025"),))) == {here}
    within = [await village.place(TAP_SON)]
    assert await village.reached(EVERYBODY, within=within) == {there}, "staff of one commune reach that commune"


async def test_a_person_with_two_accounts_is_one_and_a_family_phone_rings_once(village: Village) -> None:
    old, new = await village.account(active_at=village.clock() - timedelta(days=9)), await village.account("web")
    await village.person(old, new)
    family = await village.account()
    first = await village.person(family)
    await village.person(family, relation="other")
    assert await village.reached(EVERYBODY) == {new, family}
    broadcast = await village.broadcast()
    rows = await village.rows(broadcast)
    assert {row.identity_id: row.worker_id for row in rows}[family] == first, "it counts for the phone's owner"
    assert len(rows) == 2


async def test_who_is_blocked_on_one_account_is_reached_on_the_other(village: Village) -> None:
    blocked = await village.account(blocked_at=village.clock())
    other = await village.account("web", active_at=village.clock() - timedelta(days=9))
    await village.person(blocked, other)
    assert await village.reached(EVERYBODY) == {other}


async def test_whom_nothing_reaches_stands_in_the_ledger_to_be_called(village: Village) -> None:
    on_paper = await village.person()
    blocked = await village.person(await village.account(blocked_at=village.clock()))
    elsewhere = await village.person(await village.account("zalo_oa"))
    await village.person(await village.account(silent=True))
    await village.person(await village.account(withdrawn=True))
    broadcast = await village.broadcast()
    rows = {row.worker_id: (row.state, row.reason) for row in await village.rows(broadcast)}
    assert rows == {
        on_paper: ("unreachable", "no_chat"),
        blocked: ("unreachable", "blocked"),
        elsewhere: ("unreachable", "channel"),
    }, "who wants to hear nothing is not called either"


async def test_groups_update_themselves_and_nobody_is_in_two_twice(village: Village) -> None:
    now = village.clock()
    async with AsyncSession(village.engine) as session, session.begin():
        women = await save_group(session, "Phụ nữ", Audience(sexes=("female",)), None, now)
        learners = await save_group(session, "Học nghề", Audience(kinds=("training",)), None, now)
        number, both = women.id, Audience(groups=(women.id, learners.id))
        assert [one.name for one in await groups(session)] == ["Học nghề", "Phụ nữ"]
        with pytest.raises(UnknownGroup):
            await save_group(session, "Nhóm của nhóm", both, None, now)
    ana = await village.account()
    await village.person(ana, kind="training")
    assert await village.reached(both) == {ana}
    ba = await village.account()
    await village.person(ba, kind="training", sex="male")
    assert await village.reached(both) == {ana, ba}, "who came later is in it"
    assert await village.reached(Audience(kinds=("training",), without_groups=(number,))) == {ba}
    with pytest.raises(UnknownGroup):
        await village.reached(Audience(groups=(12345,)))


async def test_exclusions_are_counted_each(village: Village) -> None:
    now = village.clock()
    told, talking, quiet, free = [await village.account() for _ in range(4)]
    for one in (told, talking, quiet, free):
        await village.person(one)
    notice = await village.notice()
    broadcast = await village.broadcast(notice=notice)
    async with AsyncSession(village.engine) as session, session.begin():
        for row in await village.rows(broadcast):
            row.state = "sent" if row.identity_id == told else "failed"
            await session.merge(row)
        for one, columns in ((talking, {"state": "form:sex"}), (quiet, {"active_at": now - timedelta(days=90)})):
            identity = await session.get_one(Identity, one)
            for name, value in columns.items():
                setattr(identity, name, value)
    audience = Audience(without_told=True, without_talking=True, seen_within_days=30)
    assert await village.reached(audience, notice_id=notice) == {free}
    preview = await village.preview(audience, notice_id=notice)
    assert preview.people == 1
    assert preview.excluded == {"without_told": 1, "without_talking": 1, "seen_within_days": 1}


async def test_the_preview_tells_reach_and_the_sample_is_of_those(village: Village) -> None:
    for number in range(12):
        await village.person(
            await village.account("web" if number % 3 else "telegram", lang="km" if number % 2 else "vi")
        )
    await village.person()
    preview = await village.preview(EVERYBODY)
    assert preview.people == 12
    assert preview.by_channel == {"telegram": 4, "web": 8}
    assert preview.by_language == {"vi": 6, "km": 6}
    assert preview.unreachable == {"no_chat": 1}
    async with village.engine.connect() as connection:
        first = await recipients.sample(connection, EVERYBODY, SERVED, village.clock())
        again = await recipients.sample(connection, EVERYBODY, SERVED, village.clock())
    assert len(first) == 10
    assert first == again
    assert first[0].name == "Thạch Thị Đào"


async def test_no_person_and_no_account_gets_two_rows(village: Village) -> None:
    await village.person(await village.account())
    broadcast = await village.broadcast()
    (row,) = await village.rows(broadcast)
    for twice in ({"identity_id": row.identity_id}, {"worker_id": row.worker_id}):
        with pytest.raises(Exception, match="uq_delivery"):
            async with AsyncSession(village.engine) as session, session.begin():
                session.add(Delivery(broadcast_id=broadcast, **twice))


@pytest.mark.parametrize("wrong", [{"kinds": ("cow",)}, {"age_from": 40, "age_to": 20}, {"shoe": 42}, {"sexes": "x"}])
def test_what_is_no_audience_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Audience(**wrong)


def test_an_audience_is_json_and_back() -> None:
    audience = Audience(places=(1, 2), kinds=("job",), age_from=18, without_told=True)
    kept = audience.model_dump(mode="json", exclude_defaults=True)
    assert kept == {"places": [1, 2], "kinds": ["job"], "age_from": 18, "without_told": True}
    assert Audience.model_validate(kept) == audience


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A district in which not everybody is looked at to count them."""
    monkeypatch.setattr(recipients, "LOOKED_AT", 400)
    monkeypatch.setattr(recipients, "FEW", 60)


@pytest.mark.usefixtures("large")
async def test_in_a_large_district_many_are_reckoned_and_few_are_counted(village: Village) -> None:
    await add_people(village.engine, 2_000)
    now = village.clock()
    async with village.engine.connect() as connection:
        many = await recipients.preview(connection, Audience(seen_within_days=90), SERVED, now)
        heads = await recipients.head_count(connection, Audience(seen_within_days=90), SERVED, now)
        some = await recipients.sample(connection, EVERYBODY, SERVED, now)
        few = await recipients.preview(connection, Audience(hamlets=("Ấp 3",), sexes=("male",)), SERVED, now)
    assert many.about
    assert many.people == pytest.approx(2_000, rel=0.1)
    assert many.by_language["km"] == pytest.approx(2_000 / 3, rel=0.4)
    assert heads == many.people
    assert len(some) == recipients.SAMPLE
    assert (few.about, few.people) == (False, 100)

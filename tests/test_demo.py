"""The demo makes a believable district, the same each time, and nothing in it can ever be written to."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.invented_district import CHANNEL, furnish
from db.invented_people import fill

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SHAPE = """
SELECT (SELECT md5(string_agg(name || coalesce(phone, '') || place_id, ',' ORDER BY id)) FROM worker),
       (SELECT md5(string_agg(status || kind || coalesce(owner_id, 0), ',' ORDER BY id)) FROM registration),
       (SELECT md5(string_agg(answer || identity_id, ',' ORDER BY id)) FROM response),
       (SELECT md5(string_agg(lang || chat_id, ',' ORDER BY id)) FROM identity),
       (SELECT md5(string_agg(coalesce(answer, '-') || months, ',' ORDER BY id)) FROM outcome)
"""
TABLES = ("worker", "identity", "consent", "registration", "case_call", "case_note", "case_message", "help_request",
          "notice", "notice_text", "broadcast", "delivery", "response", "attendance", "outcome", "question_tally",
          "monthly_list", "monthly_total", "staff", "staff_place", "owner_rule")  # fmt: skip


async def one(engine: AsyncEngine, query: str, **values: Any) -> Any:
    async with engine.connect() as connection:
        return (await connection.execute(text(query), values)).one()


@pytest.fixture
async def district(engine: AsyncEngine) -> AsyncEngine:
    await fill(engine, 1500, now=NOW)
    await furnish(engine, workers=0, registrations=0, now=NOW, zone=ZONE)
    return engine


async def test_a_district_with_everything(district: AsyncEngine) -> None:
    for table in TABLES:
        (count,) = await one(district, f"SELECT count(*) FROM {table}")
        assert count > 0, table
    communes, languages = await one(
        district,
        """SELECT (SELECT count(DISTINCT place_id) FROM registration),
           (SELECT count(DISTINCT lang) FROM identity)""",
    )
    assert (communes, languages) == (17, 2)
    (lists,) = await one(district, "SELECT count(*) FROM monthly_list WHERE told_at IS NOT NULL")
    assert lists == 11
    (left,) = await one(district, """SELECT sum("left") FROM monthly_total""")
    assert left > 50, "people leave the lists as they find work"
    (silent, said) = await one(
        district,
        """SELECT sum(n) FILTER (WHERE event LIKE '%.asked'), sum(n) FILTER (WHERE event NOT LIKE '%.asked')
           FROM tally_now WHERE dimension = 'kind' AND event LIKE 'after.%'""",
    )
    assert silent > said > 0


async def test_it_is_the_same_each_time(district: AsyncEngine) -> None:
    first = await one(district, SHAPE)
    assert tuple(first) == await _again(district)


async def _again(engine: AsyncEngine) -> tuple[Any, ...]:
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "TRUNCATE worker, identity, staff, notice, tally, monthly_list, question_tally RESTART IDENTITY CASCADE"
            )
        )
    await fill(engine, 1500, now=NOW)
    await furnish(engine, workers=0, registrations=0, now=NOW, zone=ZONE)
    return tuple(await one(engine, SHAPE))


async def test_nobody_in_it_can_be_written_to(district: AsyncEngine) -> None:
    (count,) = await one(district, "SELECT count(*) FROM identity WHERE channel <> :channel", channel=CHANNEL)
    assert count == 0
    (logs_in,) = await one(district, "SELECT count(*) FROM staff WHERE password <> '!'")
    assert logs_in == 0
    (waiting,) = await one(district, "SELECT count(*) FROM delivery WHERE state IN ('queued', 'sending')")
    assert waiting == 0
    (owed,) = await one(district, "SELECT count(*) FROM outgoing")
    assert owed == 0


async def test_faces_and_the_officers_work_agree_with_the_rows(district: AsyncEngine) -> None:
    faces = (
        "SELECT count(*), count(*) FILTER (WHERE score = 'bad'), count(words) FROM rating WHERE staff_id IS NOT NULL"
    )
    (asked, bad, words) = await one(district, faces)
    assert asked > 100
    assert bad > 10
    assert words > 5
    sums = await one(
        district,
        """SELECT sum(n) FILTER (WHERE event = 'rated.asked'), sum(n) FILTER (WHERE event = 'rated.bad'),
           sum(n) FILTER (WHERE event = 'given'), sum(n) FILTER (WHERE event = 'called'),
           count(DISTINCT wait) FILTER (WHERE event = 'reply') FROM staff_tally_now""",
    )
    owned = "SELECT count(*) FROM registration WHERE owner_id IS NOT NULL"
    called = "SELECT count(*) FROM step s JOIN registration r ON r.id = s.registration_id WHERE s.status = 'contacted' AND owner_id IS NOT NULL"  # noqa: E501
    assert tuple(sums[:2]) == (asked, bad)
    assert tuple(sums[2:4]) == (*(await one(district, owned)), *(await one(district, called)))
    assert sums[4] > 5, "replies take now a few minutes, now a day"
    (talks, begun) = await one(
        district,
        """SELECT count(DISTINCT registration_id), count(*) FILTER (WHERE actor IS NULL) FROM case_message""",
    )
    assert talks < begun < 2 * talks, "staff write first, the worker answers, and some wait for an answer"
    (waiting,) = await one(district, "SELECT count(*) FROM registration WHERE due_at IS NOT NULL AND asked_at < now()")
    assert waiting > 0


async def test_what_waits_is_of_these_weeks(district: AsyncEngine) -> None:
    """Nobody would believe an office that has let people wait for two years."""
    (waiting, oldest) = await one(district, "SELECT count(*), min(created_at) FROM registration WHERE status = 'new'")
    assert waiting > 10 and oldest > NOW - timedelta(days=60)
    (asking,) = await one(district, "SELECT count(*) FROM help_request WHERE done_at IS NULL")
    assert asking > 1

"""The office composes, rehearses, releases and watches a broadcast in Chromium, on a desktop and a small phone."""

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.people import Consent, Identity
from db.staff import Staff, StaffIdentity
from jobs.broadcasts import end_done, start_due
from tests.browser import test_cases_days
from tests.browser.desk_day import SIZES, enter, sound
from tests.browser.test_whole import shot
from tests.conftest import MovableClock, Running
from tests.notices import publish

district = test_cases_days.district


async def _agreed(house: Running, clock: MovableClock) -> None:
    """Everybody agreed to be written to, and the office has linked a chat."""
    async with AsyncSession(house.engine) as session, session.begin():
        for number in (await session.scalars(select(Identity.id))).all():
            kept = {"text_version": "v1", "lang": "vi", "channel": "web", "given_at": clock()}
            session.add(Consent(identity_id=number, **kept))
        office = (await session.scalars(select(Staff).where(Staff.login == "office"))).one()
        chat = Identity(channel="web", chat_id=99, lang="vi")
        session.add(chat)
        await session.flush()
        session.add(StaffIdentity(identity_id=chat.id, staff_id=office.id, linked_at=clock()))


async def _settle(house: Running, state: str, reason: str | None, count: int, clock: MovableClock) -> None:
    query = """UPDATE delivery SET state = :state, reason = :reason, sent_at = :now WHERE id IN
               (SELECT id FROM delivery WHERE state = 'queued' ORDER BY id LIMIT :count)"""
    async with house.engine.begin() as connection:
        values = {"state": state, "reason": reason, "now": clock(), "count": count}
        await connection.execute(text(query), values)


@pytest.mark.parametrize("size", SIZES)
async def test_a_broadcast_from_draft_to_funnel(
    chromium: Browser, district: Running, clock: MovableClock, size: str
) -> None:
    await _agreed(district, clock)
    notice = await publish(district.engine, updated_at=clock())
    page = await enter(chromium, district, "office", size)
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    await page.goto(f"{district.url}/desk/notice/{notice}")
    await page.get_by_role("button", name="Gửi tin này cho bà con").click()
    await page.get_by_label("Đến mấy tuổi").fill("60")
    await page.get_by_role("button", name="Lưu và đếm người").click()
    await expect(page.get_by_text("3 người sẽ nhận tin")).to_be_visible()
    await shot(page, f"broadcast-compose-{size}")
    await sound(page)
    await page.get_by_role("button", name="Gửi thử").click()
    await expect(page.get_by_text("Đã gửi thử.")).to_be_visible()
    await page.get_by_role("button", name="Duyệt, gửi đi").click()
    await expect(page.get_by_text("Đã duyệt, chờ giờ gửi")).to_be_visible()
    await start_due(district.engine, ("web",), district.program.settings.zone, clock())
    await expect(page.get_by_text("0 trên 3 người")).to_be_visible()  # the script has seen that it runs
    await _settle(district, "sent", None, 1, clock)
    await expect(page.get_by_text("1 trên 3 người")).to_be_visible()
    await shot(page, f"broadcast-live-{size}")
    await sound(page)
    await _settle(district, "unreachable", "blocked", 2, clock)
    await end_done(district.engine, clock())
    await expect(page.get_by_text("Đã gửi xong")).to_be_visible()
    await shot(page, f"broadcast-done-{size}")
    await page.get_by_role("link", name="Danh sách cần gọi").click()
    await page.get_by_role("link", name="Trà Tro").click()
    await expect(page.get_by_text("đã chặn tin nhắn")).to_be_visible()
    await shot(page, f"broadcast-calls-{size}")
    await sound(page)
    await page.goto(f"{district.url}/desk/broadcasts")
    await shot(page, f"broadcasts-{size}")
    await sound(page)
    assert refused == [], "nothing was refused by the policy"

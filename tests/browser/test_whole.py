"""The whole way in Chromium: a worker registers in Khmer on a small phone, an officer finds her at the desk."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from db.staff_accounts import first_administrator
from tests.browser.conftest import PATIENCE
from tests.conftest import Running

SHOTS = os.environ.get("VIECLAM_SHOTS")
"""A folder for pictures to look at; none are kept without it."""


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


async def open_phone(browser: Browser, url: str, locale: str) -> Page:
    context = await browser.new_context(
        viewport={"width": 360, "height": 740}, locale=locale, device_scale_factor=2, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto(url)
    return page


@asynccontextmanager
async def answered(page: Page, then: str) -> AsyncIterator[None]:
    """Wait until what is done inside has an answer whose last message holds ``then``.

    The same words may stand further up in the log; who goes on at their sight answers a question not yet asked.
    """
    rows = await page.locator(".row").count()
    yield
    answer = page.locator(f".row.office:nth-child(n+{rows + 1} of .row)")
    await expect(answer.last).to_contain_text(then, ignore_case=True)


async def say(page: Page, words: str, then: str) -> None:
    """Type and send; wait until the program's answer holds ``then``."""
    async with answered(page, then):
        await page.get_by_role("textbox").fill(words)
        await page.keyboard.press("Enter")


async def choose(page: Page, label: str, then: str) -> None:
    """Press the newest button with this label; wait until the program's answer holds ``then``."""
    async with answered(page, then):
        await page.get_by_role("button", name=label).last.click()


async def register_in_khmer(page: Page) -> None:
    await expect(page.get_by_text("ខ្ញុំជាប្រព័ន្ធជួយរកការងារ").first).to_be_visible()
    await shot(page, "chat-welcome-km")
    await choose(page, "ភាសាខ្មែរ", "រកការងារធ្វើ")
    await shot(page, "chat-menu-km")
    await choose(page, "រកការងារធ្វើ", "យល់ព្រម")
    await shot(page, "chat-consent-km")
    await choose(page, "ខ្ញុំយល់ព្រម", "1990")
    for words, then in (("១៩៩០", "2/12"), ("ស្រី", "3/12"), ("ham giang", "4/12"), ("Chợ", "5/12")):
        await say(page, words, then)
    await shot(page, "chat-form-km")
    for words, then in (("ថាច់ សារ៉េត", "6/12"), ("១", "7/13"), ("០៩១២ ៣៤៥ ៦៧៨", "8/13"), ("ដេរ", "9/13")):
        await say(page, words, then)
    for words, then in (("១", "10/13"), ("៣", "11/13"), ("៣", "12/14"), ("១", "13/14"), ("រំលង", "14/14")):
        await say(page, words, then)
    await say(page, "រំលង", "• ")
    await shot(page, "chat-review-km")
    await say(page, "១", "✅")
    await shot(page, "chat-done-km")


async def log_in(page: Page, password: str) -> None:
    await page.get_by_label("Tên đăng nhập").fill("admin")
    await page.get_by_label("Mật khẩu").first.fill(password)
    await shot(page, "desk-login")
    await page.get_by_role("button", name="Đăng nhập").click()


async def test_a_workers_words_reach_the_desk(program: Running, chromium: Browser) -> None:
    phone = await open_phone(chromium, program.url, "km-KH")
    await register_in_khmer(phone)
    await phone.reload()
    await expect(phone.get_by_text("✅").last).to_be_visible()

    password = await first_administrator(program.engine)
    assert password is not None
    context = await chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    desk = await context.new_page()
    await desk.goto(f"{program.url}/desk")
    await log_in(desk, password)
    fields = desk.locator("input[type=password]")
    await fields.nth(0).fill(password)
    await fields.nth(1).fill("mot mat khau dai")
    await fields.nth(2).fill("mot mat khau dai")
    await desk.locator("form button[type=submit]").last.click()
    await desk.goto(f"{program.url}/desk/registrations")
    await expect(desk.get_by_text("ថាច់ សារ៉េត").first).to_be_visible()
    await shot(desk, "desk-list")
    await desk.get_by_text("ថាច់ សារ៉េត").first.click()
    await expect(desk.get_by_text("0912 345 678").first).to_be_visible()
    await shot(desk, "desk-person")

"""Entering the desk in a browser, and what holds of each of its pages."""

from pathlib import Path
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, Response, expect
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.staff import Staff
from db.staff_accounts import hash_password
from tests.browser.conftest import PATIENCE
from tests.conftest import Running

PASSWORD = "mat-khau-rieng"
SIZES = {"desktop": (1280, 900), "phone": (360, 740)}
_SOUND = Path(__file__).with_name("sound.js").read_text(encoding="utf-8")


async def may_enter(engine: AsyncEngine) -> None:
    """Every account has the password that the tests know, and need not change it."""
    hashed = await hash_password(PASSWORD)
    async with AsyncSession(engine) as session, session.begin():
        for staff in await session.scalars(select(Staff)):
            staff.password, staff.must_change = hashed, False


async def enter(browser: Browser, running: Running, login: str, size: str, **context: Any) -> Page:
    """A page of somebody who has logged in."""
    width, height = SIZES[size]
    opened = await browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN", **context)
    opened.set_default_timeout(PATIENCE)
    page = await opened.new_page()
    await page.goto(f"{running.url}/desk")
    await log_in(page, login)
    await expect(page.get_by_role("navigation").first).to_be_visible()
    return page


async def log_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Fill in the log-in's form and send it."""
    await page.locator('input[name="username"]').fill(login)
    await page.locator('input[name="password"]').fill(password)
    await page.locator('button[type="submit"]').click()


async def faults(page: Page) -> list[str]:
    """Where the page does not fit, is not named, labelled, in order or legible, or is too small for a finger."""
    size = page.viewport_size
    assert size is not None
    wrong: list[str] = await page.evaluate(_SOUND, size["width"] < 760)
    return [f"{page.url}: {one}" for one in wrong]


async def sound(page: Page) -> None:
    """The page has none of these faults."""
    wrong = await faults(page)
    assert not wrong, "\n".join(wrong)


class Complaints:
    """What the browser complains of while pages are opened: errors of scripts, refused styles, things not found."""

    def __init__(self, page: Page) -> None:
        self.words: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.words.append(f"{page.url}: {error}"))
        page.on("response", self._answered)
        self._page = page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.words.append(f"{self._page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.words.append(f"{response.url}: {response.status}")

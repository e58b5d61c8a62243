"""A phone (Chromium at 320 pixels) and the mock server it talks to."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser as AsyncBrowser
from playwright.async_api import async_playwright
from playwright.async_api import expect as expect_async
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.mock_chat import MockChat, serving

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
    "--disable-component-update",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]

PATIENCE = 30_000
"""Milliseconds until what is waited for is missing; Playwright's five seconds are short on a busy machine."""

expect.set_options(timeout=PATIENCE)
expect_async.set_options(timeout=PATIENCE)


@pytest.fixture
def chat() -> Iterator[MockChat]:
    with serving(MockChat()) as chat:
        yield chat


# One a module, not one a session: Playwright's loop must be gone when other modules run asyncio tests.
@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(driver: Playwright) -> Iterator[Browser]:
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
async def chromium() -> AsyncIterator[AsyncBrowser]:
    """A browser for tests that run beside the program, in its loop."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    phone = browser.new_context(viewport={"width": 320, "height": 640}, locale="vi-VN", permissions=["microphone"])
    phone.set_default_timeout(PATIENCE)
    yield phone
    phone.close()


@pytest.fixture
def page(phone: BrowserContext, chat: MockChat) -> Page:
    """The chat, open and connected."""
    page = phone.new_page()
    page.goto(chat.url)
    chat.wait(lambda seen: seen.lines)
    return page

"""Work abroad in Chromium: the office loads the list of firms, a worker checks one, reads, reckons and learns."""

from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import text

from content.catalogue import messages
from content.lesson import lessons
from db.staff_accounts import first_administrator
from tests.browser.test_whole import choose, open_phone, say, shot
from tests.conftest import Running
from tests.licences.sheets import workbook

LOCALES = {"vi": "vi-VN", "km": "km-KH"}


async def log_in(browser: Browser, run: Running) -> Page:
    password = await first_administrator(run.engine)
    assert password is not None
    async with run.engine.begin() as connection:
        await connection.execute(text("UPDATE staff SET must_change = false"))
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    await page.goto(f"{run.url}/desk/login")
    await page.fill("input[name=username]", "admin")
    await page.fill("input[name=password]", password)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/")
    return page


async def load_list(page: Page, run: Running, file: Path) -> None:
    await page.goto(f"{run.url}/desk/licences")
    await page.fill("input[name=day]", date(2026, 11, 1).isoformat())
    await page.set_input_files("input[name=file]", file)
    await shot(page, "desk-licences-upload")
    await page.get_by_role("button", name="Xem thử trước").click()
    await expect(page.get_by_text("Mới có: 3")).to_be_visible()
    await shot(page, "desk-licences-preview")
    await page.get_by_role("button", name="Nhận danh sách này").click()
    await expect(page.get_by_text("đang dùng")).to_be_visible()
    await shot(page, "desk-licences")


async def come_back(page: Page, words: dict[str, str]) -> None:
    """Over the page of work abroad to its last section."""
    await choose(page, words["article.back.abroad"], words["abroad.home.text"])
    await choose(page, words["abroad.paper.title"], words["abroad.paper.text"])


@pytest.mark.parametrize("lang", LOCALES)
async def test_a_worker_learns_and_checks(chromium: Browser, program: Running, tmp_path: Path, lang: str) -> None:
    sheet = tmp_path / "danh-sach.xlsx"
    sheet.write_bytes(workbook())
    await load_list(await log_in(chromium, program), program, sheet)
    words, lesson = messages(lang), lessons()["money"]
    page = await open_phone(chromium, program.url, LOCALES[lang])
    await choose(page, words[f"choice.language.{lang}"], words["menu.register_overseas"])
    await choose(page, words["menu.register_overseas"], words["abroad.safe.title"])
    await shot(page, f"chat-abroad-{lang}")
    await choose(page, words["abroad.safe.title"], words["abroad.safe.text"])
    await choose(page, words["abroad.firm.title"], words["abroad.firm.ask"].split("\n")[0])
    await say(page, "1135", words["abroad.firm.order"])
    await shot(page, f"chat-firm-{lang}")
    await choose(page, words["abroad.firm.again"], words["abroad.firm.ask"].split("\n")[0])
    await say(page, "Việt Thắng", words["abroad.firm.near"].split("{")[0].strip())
    await shot(page, f"chat-near-{lang}")
    await say(page, "menu", words["menu.title"])
    await choose(page, words["menu.register_overseas"], words["abroad.home.text"])
    await choose(page, words["abroad.money.title"], words["abroad.money.text"])
    await choose(page, words["abroad.fee.title"], words["abroad.fee.country"])
    for said, key in (
        ("1", "work"),
        ("1", "ask.months"),
        ("3", "ask.wage"),
        ("25 tr", "ask.fee"),
        ("90 tr", "ask.total"),
    ):
        await say(page, said, words[f"abroad.fee.{key}"].split("\n")[0])
    await say(page, "185 tr", words["abroad.fee.too_much"])
    await shot(page, f"chat-fee-{lang}")
    await come_back(page, words)
    await choose(page, words["abroad.checklist.title"], words["abroad.point.job.title"])
    await shot(page, f"chat-checklist-{lang}")
    await come_back(page, words)
    await choose(page, words["abroad.lessons.title"], words["lesson.list"])
    await choose(page, lesson.title[lang], lesson.cards[0].question[lang])
    await shot(page, f"chat-lesson-{lang}")
    await say(page, {"vi": "dấu hiệu lừa đảo?", "km": "សញ្ញាបោកប្រាស់ មានអ្វីខ្លះ?"}[lang], words["article.found"])
    await say(page, "1", {"vi": "Mười dấu hiệu lừa đảo", "km": "សញ្ញាបោកប្រាស់ដប់យ៉ាង"}[lang])
    await shot(page, f"chat-signs-{lang}")

"""A notice's files on a worker's phone: the picture is seen, the recording has its player, the document is a link."""

from pathlib import Path

from playwright.async_api import async_playwright, expect

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.test_whole import shot
from tests.conftest import Running
from tests.conversation.test_notice_files import OGG, PDF, attach, picture
from tests.notices import publish


async def test_files_are_shown_on_the_page(program: Running, tmp_path: Path) -> None:
    number = await publish(program.engine, "general")
    for mime, content in (("image/png", picture()), ("audio/ogg", OGG), ("application/pdf", PDF)):
        await attach(program, number, mime, content)
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(viewport={"width": 320, "height": 640}, locale="vi-VN")
        context.set_default_timeout(10_000)
        page = await context.new_page()
        await page.goto(program.url)
        await page.get_by_role("button", name="Tiếng Việt").first.click()
        await page.get_by_role("button", name="Thông báo").last.click()
        await page.get_by_role("button", name="Tin văn phòng").last.click()
        for label in ("Xem hình", "Nghe đọc", "Tải tệp"):
            await page.get_by_role("button", name=label).last.click()
        link = page.locator("a.file").last
        await expect(link).to_be_visible()
        image = page.locator("img.photo").last
        await expect(image).to_have_js_property("naturalWidth", 40)
        assert await page.locator("audio").count() == 1
        async with page.expect_download() as found:
            await link.evaluate("(anchor) => { anchor.removeAttribute('target'); anchor.click(); }")
        saved = tmp_path / "saved"
        await (await found.value).save_as(saved)
        assert saved.read_bytes() == PDF
        await shot(page, "notice-files")
        await browser.close()

"""The second step in Chromium, as its owner: set up with an app and with Telegram, on paper, in use, and lost."""

import re

import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from db.staff_accounts import add_staff
from tests.browser.desk_day import SIZES, Complaints, enter, log_in, may_enter, sound
from tests.browser.test_whole import shot
from tests.conftest import MovableClock, Running
from tests.conversation.phones import TelegramPhone
from tests.standins.telegram import TelegramStandIn


async def _look(page: Page, name: str) -> None:
    await shot(page, f"second-{name}")
    await sound(page)


async def _set_up_app(page: Page, clock: MovableClock, size: str) -> tuple[pyotp.TOTP, list[str]]:
    await page.get_by_role("button", name="Bắt đầu").click()
    await expect(page.locator("img.qr")).to_be_visible()
    assert await page.locator("img.qr").evaluate("picture => picture.naturalWidth > 100"), "the policy lets it through"
    await _look(page, f"app-{size}")
    totp = pyotp.TOTP((await page.locator(".secret").inner_text()).replace(" ", ""))
    await page.get_by_label("Mã 6 số mà ứng dụng đang hiện").fill("000 000")
    await page.get_by_role("button", name="Xác nhận và bật").click()
    await expect(page.get_by_text("Mã chưa đúng")).to_be_visible()
    await page.get_by_label("Mã 6 số mà ứng dụng đang hiện").fill(totp.at(clock()))
    await page.get_by_role("button", name="Xác nhận và bật").click()
    await expect(page.locator(".paper li")).to_have_count(10)
    await _look(page, f"paper-{size}")
    codes = await page.locator(".paper li").all_inner_texts()
    await page.get_by_role("link", name="Tôi đã cất giữ").click()
    await expect(page.get_by_text("Còn 10 mã chưa dùng")).to_be_visible()
    return totp, codes


async def _code(phone: TelegramPhone, program: Running) -> str:
    await program.program.delivery.look()
    found = re.search(r"\b\d{6}\b", (await phone.answer()).text)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("size", SIZES)
async def test_an_administrators_two_steps(
    chromium: Browser, program: Running, telegram: TelegramStandIn, clock: MovableClock, size: str
) -> None:
    await add_staff(program.engine, "admin", "Quản trị", "administrator")
    await may_enter(program.engine)
    page = await enter(chromium, program, "admin", size)
    said = Complaints(page)
    await expect(page.get_by_text("đăng nhập hai bước trước ngày")).to_be_visible()
    await _look(page, f"banner-{size}")
    await page.get_by_role("link", name="Bật ngay").click()
    await _look(page, f"off-{size}")
    totp, codes = await _set_up_app(page, clock, size)
    assert [words for words in said.words if "422" not in words] == [], "but for the wrong code"

    await page.goto(f"{program.url}/desk/me")
    await page.get_by_role("button", name="Lấy mã nối chat").click()
    phone = TelegramPhone(program, telegram, 4001)
    await phone.say(await page.locator(".once").inner_text())
    await page.goto(f"{program.url}/desk/second")
    await page.get_by_role("button", name="Gửi mã vào chat").click()
    await expect(page.get_by_text("Đã gửi mã")).to_be_visible()
    await page.get_by_label("Mã 6 số gửi vào chat").fill(await _code(phone, program))
    await page.get_by_role("button", name="Xác nhận và bật").click()
    await expect(page.get_by_text("Đã bật đăng nhập hai bước.")).to_be_visible()
    await _look(page, f"both-{size}")

    await page.get_by_role("button", name="Thoát").click()
    await log_in(page, "admin")
    await expect(page.get_by_role("heading", name="Bước hai")).to_be_visible()
    await _look(page, f"step-{size}")
    clock.forward(seconds=60)
    await page.locator("#code").fill(totp.at(clock()))
    await page.get_by_role("button", name="Tiếp tục").click()
    await expect(page.get_by_role("button", name="Thoát")).to_be_visible()

    await page.get_by_role("button", name="Thoát").click()
    await log_in(page, "admin")
    await page.get_by_role("button", name="Gửi mã vào chat").click()
    await expect(page.get_by_text("Đã gửi mã")).to_be_visible()
    await _look(page, f"sent-{size}")
    await phone.answer()
    await page.locator("#code").fill(await _code(phone, program))
    await page.get_by_role("button", name="Tiếp tục").click()
    await expect(page.get_by_role("button", name="Thoát")).to_be_visible()

    clock.forward(minutes=40)
    await page.goto(f"{program.url}/desk/second")
    await page.get_by_role("button", name="Tạo 10 mã mới").click()
    await expect(page.get_by_role("heading", name="Xác nhận lại")).to_be_visible()
    await _look(page, f"confirm-{size}")
    await page.locator("#code").fill(codes[0])
    await page.get_by_role("button", name="Tiếp tục").click()
    await expect(page.get_by_text("Đã xác nhận.")).to_be_visible()
    await expect(page.get_by_text("Còn 9 mã chưa dùng")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
async def test_a_lost_phone_is_reset_by_an_administrator(chromium: Browser, program: Running, clock: MovableClock,
                                                         size: str) -> None:  # fmt: skip
    for login, role in (("admin", "administrator"), ("lan", "office")):
        await add_staff(program.engine, login, f"Cán bộ {login}", role)
    await may_enter(program.engine)
    theirs = await enter(chromium, program, "lan", size)
    await theirs.goto(f"{program.url}/desk/me")
    await theirs.get_by_role("button", name="ភាសាខ្មែរ").click()
    await theirs.goto(f"{program.url}/desk/second")
    await _look(theirs, f"off-km-{size}")
    await theirs.locator('form[action$="/second/app"] button').click()
    await _look(theirs, f"app-km-{size}")
    totp = pyotp.TOTP((await theirs.locator(".secret").inner_text()).replace(" ", ""))
    await theirs.locator("#code").fill(totp.at(clock()))
    await theirs.locator('form[action$="/app/confirm"] button').click()
    await expect(theirs.locator(".paper li")).to_have_count(10)
    page = await enter(chromium, program, "admin", size)
    await page.goto(f"{program.url}/desk/staff")
    await page.get_by_role("link", name="Cán bộ lan").click()
    await _look(page, f"staff-{size}")
    await page.get_by_role("button", name="Đặt lại bước hai").click()
    await expect(page.get_by_text("Đã đặt lại bước hai của lan.")).to_be_visible()
    await expect(page.get_by_role("button", name="Đặt lại bước hai")).to_have_count(0)
    await theirs.goto(f"{program.url}/desk")
    await log_in(theirs, "lan")
    await expect(theirs.get_by_role("navigation").first).to_be_visible()

"""A day of each role in Chromium: what it comes for works, what is not its business is not there."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.broadcasts import Broadcast
from db.cases import CaseCall
from db.registrations import Attachment, HelpRequest, Registration
from db.staff import Staff, StaffSession
from tests.browser import test_cases_days
from tests.browser.desk_day import PASSWORD, enter, log_in, sound
from tests.browser.test_whole import shot
from tests.conftest import MovableClock, Running
from tests.notices import publish

district = test_cases_days.district


async def _open(page: Page, house: Running, path: str, picture: str) -> None:
    await page.goto(f"{house.url}/desk{path}")
    await shot(page, picture)
    await sound(page)


async def _said(page: Page, words: str) -> None:
    await expect(page.get_by_role("alert").get_by_text(words).first).to_be_visible()


async def _asks(house: Running, clock: MovableClock) -> None:
    """Somebody asks for an officer, with a voice note on the case."""
    async with AsyncSession(house.engine) as session, session.begin():
        first = (await session.scalars(select(Registration).order_by(Registration.id).limit(1))).one()
        late = clock() - timedelta(days=1)
        session.add(HelpRequest(identity_id=first.identity_id, topic="general", phone="+84912345671", promised_at=late))
        kept = {"path": house.program.files.keep(b"OggS voice"), "stored_at": clock()}
        session.add(Attachment(identity_id=first.identity_id, registration_id=first.id, question="job_wanted",
                               kind="voice", mime="audio/ogg", **kept))  # fmt: skip


async def test_an_administrators_day(chromium: Browser, district: Running) -> None:
    page = await enter(chromium, district, "administrator", "desktop")
    await _open(page, district, "/staff", "day-administrator-staff")
    await page.get_by_label("Họ tên").fill("Kim Thị Sô Phia")
    await page.get_by_label("Tên đăng nhập").fill("so-phia")
    await page.get_by_label("Vai trò").select_option("reader")
    await page.get_by_role("button", name="Thêm", exact=True).click()
    once = await page.locator(".once").inner_text()
    await shot(page, "day-administrator-made")
    new = await (await chromium.new_context()).new_page()
    await new.goto(f"{district.url}/desk")
    await log_in(new, "so-phia", once)
    await expect(new.get_by_role("heading", name="Đổi mật khẩu")).to_be_visible()
    row = page.get_by_role("row", name="so-phia")
    await row.get_by_role("button", name="Khóa").click()
    await expect(page.get_by_role("row", name="so-phia").get_by_role("button", name="Mở khóa")).to_be_visible()
    await new.goto(f"{district.url}/desk/password")
    await expect(new.get_by_label("Mật khẩu")).to_be_visible()
    await _open(page, district, "/audit?action=staff_add", "day-administrator-record")
    await expect(page.get_by_text("Cán bộ administrator").first).to_be_visible()


async def test_the_office_releases_what_an_editor_wrote(
    chromium: Browser, district: Running, clock: MovableClock
) -> None:
    notice = await publish(district.engine, updated_at=clock())
    async with AsyncSession(district.engine) as session, session.begin():
        editor = (await session.scalars(select(Staff.id).where(Staff.login == "editor"))).one()
        told = {"state": "rehearsed", "asked_at": clock(), "expected": 1271}
        session.add(Broadcast(notice_id=notice, created_by=editor, audience={}, **told))
    page = await enter(chromium, district, "office", "phone")
    await expect(page.get_by_text("1271")).to_be_visible()
    await shot(page, "day-office-waiting")
    await sound(page)
    await page.get_by_role("link", name="Ngày hội việc làm Hàm Giang").click()
    await page.locator("summary", has_text="Trả lại").click()
    await shot(page, "day-office-hand-back")
    await sound(page)
    await page.locator("#why_words").fill("Thêm giờ về cho bà con ở xa")
    await page.get_by_role("button", name="Trả lại cho người soạn").click()
    await page.goto(f"{district.url}/desk/")
    await expect(page.get_by_text("1271")).to_have_count(0)
    author = await enter(chromium, district, "editor", "phone")
    await shot(author, "day-editor-handed-back")
    await sound(author)
    await expect(author.get_by_role("link", name="Ngày hội việc làm Hàm Giang")).to_be_visible()


async def test_a_communes_afternoon(chromium: Browser, district: Running, clock: MovableClock) -> None:
    await _asks(district, clock)
    fair = await publish(district.engine, updated_at=clock())
    page = await enter(chromium, district, "commune", "phone")
    await expect(page.get_by_role("link", name="Muốn gặp cán bộ")).to_contain_text("1")
    await _open(page, district, "/help", "day-commune-help")
    row = page.get_by_role("row", name="Thạch Thị Sa Rết")
    await row.get_by_role("button", name="Đã liên hệ xong").click()
    await expect(page.get_by_role("link", name="Tất cả (0)")).to_be_visible()
    await page.goto(f"{district.url}/desk/registrations?kind=job&status=new")
    await page.get_by_label("Tên bộ lọc").fill("Chờ việc")
    await page.get_by_role("button", name="Lưu bộ lọc này").click()
    await page.goto(f"{district.url}/desk/registrations")
    await page.get_by_role("link", name="Chờ việc").click()
    assert await page.locator("td.name a").all_inner_texts() == ["Thạch Thị Sa Rết"]
    await shot(page, "day-commune-filter")
    await page.get_by_role("link", name="Thạch Thị Sa Rết").click()
    assert await page.locator("audio").count() == 1, "what was spoken is played in the page"
    await _open(page, district, f"/fair/{fair}?q=Kim", "day-commune-fair")
    await page.get_by_role("button", name="Đã tới").first.click()
    await expect(page.get_by_text("1 người đã tới")).to_be_visible()
    await page.locator("summary", has_text="Ghi người mới tới").click()
    walk_in = page.locator("#new")
    await walk_in.locator("#name").fill("Sơn Thị Na Ri")
    await walk_in.locator("#year").fill("1995")
    await walk_in.locator("#place").select_option(label="xã Hàm Giang")
    await walk_in.get_by_role("checkbox").check()
    await shot(page, "day-commune-walk-in")
    await sound(page)
    await walk_in.get_by_role("button").click()
    await expect(page.get_by_text("2 người đã tới")).to_be_visible()


async def _help_to_register(page: Page, name: str) -> int:
    """Fill in what must be said, and no more; returns how many fields and taps it took."""
    steps = {"name": name, "birth_year": "1958", "job_wanted": "đan lát"}
    for key, words in steps.items():
        await page.locator(f"#{key}").fill(words)
    chosen = page.locator(".answers select[required]")
    for one in await chosen.all():
        if not await one.input_value():
            await one.select_option(index=1)
    await page.locator("#phone_owner").select_option("none")
    await page.locator('input[name="lang"][value="km"]').check()
    await page.locator('input[name="agrees"]').check()
    return len(steps) + await chosen.count() + 3


async def test_a_hamlet_head_registers_somebody_without_a_phone(chromium: Browser, district: Running) -> None:
    page = await enter(chromium, district, "hamlet", "phone")
    await page.get_by_role("link", name="Đăng ký giúp").click()
    await page.get_by_role("link", name="Tìm việc làm").click()
    assert await _help_to_register(page, "Thạch Thị Kiên Nhẫn") <= 13
    await shot(page, "day-hamlet-assisted")
    await sound(page)
    await page.get_by_role("button", name="Lưu đăng ký").click()
    await _said(page, "Đã lưu đăng ký")
    await expect(page.get_by_text("Cán bộ hamlet đăng ký giúp.")).to_be_visible()
    await page.goto(f"{district.url}/desk/assisted?kind=job")
    await _help_to_register(page, "Thach Thi Kien Nhan")
    await page.get_by_role("button", name="Lưu đăng ký").click()
    await expect(page.get_by_role("button", name="Thạch Thị Kiên Nhẫn")).to_be_visible()
    await shot(page, "day-hamlet-same")
    await sound(page)
    await page.locator('input[name="agrees"]').check()  # asked again, since it may be somebody else's
    await page.get_by_role("button", name="Thạch Thị Kiên Nhẫn").click()
    await _said(page, "Đã lưu đăng ký")


async def test_a_banks_day(chromium: Browser, district: Running) -> None:
    page = await enter(chromium, district, "bank", "desktop")
    await _open(page, district, "/cases?tab=open", "day-bank-cases")
    await expect(page.get_by_text("ưu tiên")).to_have_count(0)
    await page.get_by_role("link", name="Thạch Thị Sa Rết").click()
    await expect(page.get_by_text("Hộ nghèo")).to_have_count(0)
    await page.get_by_role("button", name="Đã giới thiệu").click()
    await _said(page, "Đã ghi cuộc gọi.")
    await _open(page, district, "/facts/loan.bank.address", "day-bank-fact")
    await page.locator("#value").fill("12 đường 30/4, Trà Cú")
    await page.locator("#source").fill("Giấy của phòng giao dịch")
    await page.get_by_role("button", name="Xem trước").click()
    await expect(page.get_by_text("Lưu rồi thì bà con đọc ngay như sau:")).to_be_visible()
    await expect(page.get_by_role("link", name="loan.bank.phone")).to_be_visible()  # is told with it, or neither
    await shot(page, "day-bank-fact-look")
    await sound(page)
    await page.get_by_role("button", name="Đúng, lưu").click()
    await expect(page.get_by_role("heading", name="12 đường 30/4, Trà Cú")).to_be_visible()


async def test_a_job_centres_day(chromium: Browser, district: Running) -> None:
    page = await enter(chromium, district, "job_centre", "desktop")
    await _open(page, district, "/registrations?kind=training", "day-centre-list")
    await page.get_by_role("link", name="Xuất Excel").click()
    await shot(page, "day-centre-take")
    await sound(page)
    async with page.expect_download() as taken:
        await page.get_by_role("button", name="Lấy tệp Excel").click()
    assert (await taken.value).suggested_filename.endswith(".xlsx")
    await _open(page, district, "/notices", "day-centre-notices")
    await page.get_by_role("button", name="Lớp học nghề").click()
    await page.get_by_label("Tên tin (tiếng Việt)").fill("Lớp may công nghiệp")
    await expect(page.get_by_role("status")).to_contain_text("Nội dung")
    await page.get_by_role("button", name="Lưu").first.click()
    await shot(page, "day-centre-course")
    await sound(page)
    await page.goto(f"{district.url}/desk/notices")
    await expect(page.get_by_role("link", name="Lớp may công nghiệp")).to_be_visible()


@pytest.mark.parametrize("role", ["editor", "reader"])
async def test_who_only_looks_changes_nothing(chromium: Browser, district: Running, role: str) -> None:
    page = await enter(chromium, district, role, "phone")
    await _open(page, district, "/registrations", f"day-{role}-list")
    await expect(page.get_by_text("0912 345 671")).to_have_count(0)
    await page.get_by_role("link", name="Thạch Thị Sa Rết").click()
    await shot(page, f"day-{role}-case")
    await sound(page)
    assert await page.locator("main form, main a[href^='tel:']").count() == 0
    await _open(page, district, "/reports", f"day-{role}-reports")
    await page.goto(f"{district.url}/desk/notices")
    assert await page.get_by_role("button", name="Tin chung").count() == (role == "editor")


async def test_a_long_form_outlives_the_session(chromium: Browser, district: Running) -> None:
    page = await enter(chromium, district, "commune", "phone", java_script_enabled=False)
    await page.goto(f"{district.url}/desk/assisted?kind=job")
    await _help_to_register(page, "Kim Thị Sô Phe")
    async with AsyncSession(district.engine) as session, session.begin():
        await session.execute(delete(StaffSession))
    await page.get_by_role("button", name="Lưu đăng ký").click()
    await shot(page, "day-session-ended")
    await page.get_by_label("Tên đăng nhập").fill("commune")
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.get_by_role("button", name="Đăng nhập và gửi tiếp").click()
    await _said(page, "Đã lưu đăng ký")
    await expect(page.get_by_role("heading", name="Kim Thị Sô Phe")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
async def test_a_second_tap_keeps_nothing_more(chromium: Browser, district: Running, script: bool) -> None:
    page = await enter(chromium, district, "commune", "phone", java_script_enabled=script)
    await page.goto(f"{district.url}/desk/cases?tab=overdue")
    await page.get_by_role("link", name="Thạch Thị Sa Rết").click()
    await page.get_by_role("button", name="Gọi không gặp").dblclick()
    await _said(page, "Đã ghi cuộc gọi.")
    async with AsyncSession(district.engine) as session:
        assert await session.scalar(select(func.count()).select_from(CaseCall)) == 1
    await page.go_back()
    await expect(
        page.get_by_role("heading", name="Thạch Thị Sa Rết").or_(page.get_by_role("heading", name="Việc cần làm"))
    ).to_be_visible()


async def test_by_keyboard_alone(chromium: Browser, district: Running) -> None:
    page = await enter(chromium, district, "office", "desktop")
    await page.goto(f"{district.url}/desk/cases?tab=overdue")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Đến nội dung")).to_be_focused()
    await page.keyboard.press("Enter")
    name = page.get_by_role("link", name="Thạch Thị Sa Rết")
    for _ in range(30):
        if await name.evaluate("(node) => node === document.activeElement"):
            break
        await page.keyboard.press("Tab")
    await expect(name).to_be_focused()
    assert await name.evaluate("(node) => getComputedStyle(node).outlineStyle") == "solid", "the focus is seen"
    await page.keyboard.press("Enter")
    await page.locator("#words").focus()
    await page.keyboard.type("hẹn mai")
    await page.keyboard.press("Enter")
    await _said(page, "Đã ghi cuộc gọi.")

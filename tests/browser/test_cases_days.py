"""A day of the office, of a commune's officer and of a hamlet head in Chromium, on a desktop and on a small phone."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.cases import ReadyAnswer
from db.people import Identity, Worker, WorkerIdentity
from db.places import HAMLETS, Place
from db.registrations import Registration
from db.staff import ROLES
from db.staff_accounts import add_staff
from tests.browser.desk_day import SIZES, enter, may_enter, sound
from tests.browser.test_whole import shot
from tests.conftest import MovableClock, Running

PEOPLE = (
    ("Thạch Thị Sa Rết", "Trà Tro", "job", 3, -1),
    ("Kim Sô Phia", "Trà Tro", "training", 2, 2),
    ("Nguyễn Văn Út", "Chợ", "overseas", 0, 1),
)


@pytest.fixture
async def district(program: Running, clock: MovableClock) -> Running:
    """Two hamlets, three people, and an account for each role of the day."""
    async with AsyncSession(program.engine, expire_on_commit=False) as session, session.begin():
        commune = (await session.scalars(select(Place).where(Place.code == "29488", Place.version == "2020"))).one()
        hamlets = {}
        for name in ("Trà Tro", "Chợ"):
            hamlets[name] = Place(
                code=f"2020-29488-{name}", version=HAMLETS, kind="ấp", name=name, parent_id=commune.id
            )
        session.add_all(hamlets.values())
        await session.flush()
        seal = program.program.seal
        for number, (name, hamlet, kind, priority, days) in enumerate(PEOPLE, 1):
            here = {"place_id": commune.id, "hamlet_id": hamlets[hamlet].id}
            worker = Worker(name=name, birth_year=1990, phone=f"+8491234567{number}", phone_owner="own", hamlet=hamlet,
                            household=seal.close(b"poor"), ethnicity=seal.close(b"khmer"), **here)  # fmt: skip
            identity = Identity(channel="web", chat_id=number, lang="km")
            session.add_all([worker, identity])
            await session.flush()
            session.add(WorkerIdentity(identity_id=identity.id, worker_id=worker.id))
            session.add(
                Registration(worker_id=worker.id, identity_id=identity.id, kind=kind, priority=priority,
                             promised_at=clock() + timedelta(days=days), created_at=clock(), **here)
            )  # fmt: skip
        places = {"office": [], "commune": [commune.id], "hamlet": [hamlets["Trà Tro"].id]}
    for role in ROLES:
        await add_staff(program.engine, role, f"Cán bộ {role}", role, places=places.get(role, []))
    await may_enter(program.engine)
    return program


@pytest.mark.parametrize("size", SIZES)
async def test_the_offices_day(chromium: Browser, district: Running, size: str) -> None:
    page = await enter(chromium, district, "office", size)
    await page.goto(f"{district.url}/desk/cases?tab=nobodys")
    await shot(page, f"cases-nobodys-{size}")
    await sound(page)
    names = await page.locator("td.name a").all_inner_texts()
    assert names == ["Thạch Thị Sa Rết", "Kim Sô Phia", "Nguyễn Văn Út"]
    await page.locator('input[name="id"]').first.check()
    await page.locator("#owner").select_option(label="Cán bộ commune (Cán bộ xã)")
    await page.get_by_role("button", name="Giao", exact=True).click()
    await expect(page.get_by_text("Đã giao 1 hồ sơ.")).to_be_visible()
    for path in ("setup", "hamlets", "me"):
        await page.goto(f"{district.url}/desk/{path}")
        await shot(page, f"{path}-{size}")
        await sound(page)


@pytest.mark.parametrize("size", SIZES)
async def test_a_communes_day(chromium: Browser, district: Running, size: str) -> None:
    page = await enter(chromium, district, "commune", size)
    await page.goto(f"{district.url}/desk/cases?tab=overdue")
    await page.get_by_role("link", name="Thạch Thị Sa Rết").click()
    await expect(page.get_by_text("hộ nghèo, người Khmer")).to_be_visible()
    await page.get_by_role("button", name="Đã gọi được").first.click()
    await expect(page.get_by_text("Đã ghi cuộc gọi.")).to_be_visible()
    await page.locator("#say").fill("Mai anh/chị tới xã nhé")
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await expect(page.get_by_text("Máy đang im")).to_be_visible()
    await shot(page, f"case-{size}")
    await sound(page)
    await page.get_by_role("button", name="Nói chuyện xong").click()
    await expect(page.get_by_text("Máy đã trả lời lại.")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
async def test_a_hamlet_heads_day(chromium: Browser, district: Running, size: str) -> None:
    page = await enter(chromium, district, "hamlet", size)
    await page.goto(f"{district.url}/desk/cases?tab=open")
    assert await page.locator("td.name a").all_inner_texts() == ["Thạch Thị Sa Rết", "Kim Sô Phia"]
    await page.goto(f"{district.url}/desk/me")
    await page.get_by_role("button", name="ភាសាខ្មែរ").click()
    await page.goto(f"{district.url}/desk/cases?tab=open")
    await expect(page.get_by_role("heading", name="ការងារត្រូវធ្វើ")).to_be_visible()
    await shot(page, f"cases-hamlet-km-{size}")
    await sound(page)
    await page.get_by_role("link", name="Kim Sô Phia").click()
    await page.get_by_role("button", name="ហៅមិនជួប").click()
    await expect(page.get_by_text("បានកត់ត្រាការហៅ។")).to_be_visible()
    await shot(page, f"case-hamlet-km-{size}")
    await sound(page)


@pytest.mark.parametrize("size", SIZES)
async def test_a_meeting_is_agreed_and_stands_on_the_first_page(
    chromium: Browser, district: Running, size: str
) -> None:
    page = await enter(chromium, district, "commune", size)
    await page.goto(f"{district.url}/desk/cases?tab=overdue")
    await page.get_by_role("link", name="Thạch Thị Sa Rết").click()
    form = page.locator('form[action$="/meet"]')
    await form.locator('input[name="day"]').fill("2026-11-23")
    await form.locator('input[name="hour"]').fill("15:00")
    await form.locator('input[name="venue"]').fill("Ủy ban xã")
    await form.get_by_role("button").click()
    await expect(page.get_by_text("Đã ghi hẹn.")).to_be_visible()
    await expect(page.get_by_text("15:00 23/11/2026 – Ủy ban xã")).to_be_visible()
    await shot(page, f"case-meeting-{size}")
    await sound(page)
    await page.goto(f"{district.url}/desk/")
    await expect(page.get_by_role("heading", name="Hẹn của anh/chị hôm nay")).to_be_visible()
    await shot(page, f"home-meeting-{size}")
    await sound(page)
    await page.get_by_role("link", name="Thạch Thị Sa Rết").click()
    await page.get_by_role("button", name="Bỏ hẹn").click()
    await expect(page.get_by_text("Đã bỏ hẹn.")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
async def test_a_shortcut_and_a_search_from_the_frame(chromium: Browser, district: Running, size: str) -> None:
    async with AsyncSession(district.engine) as session, session.begin():
        session.add(ReadyAnswer(name="Giấy khám", vi="Chào {name}", km="ជម្រាបសួរ {name}"))
    page = await enter(chromium, district, "commune", size)
    await page.goto(f"{district.url}/desk/cases?tab=open&waits=uncalled")
    await page.get_by_role("link", name="Thạch Thị Sa Rết").click()
    await page.locator("#say").press_sequentially("/kh")
    await expect(page.get_by_role("button", name="Giấy khám")).to_be_visible()
    await page.locator("#say").press("Enter")
    await expect(page.locator("#say")).to_have_value("ជម្រាបសួរ Thạch Thị Sa Rết")
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await page.get_by_role("search").get_by_role("searchbox").fill("ជម្រាប")
    await page.get_by_role("search").get_by_role("button").click()
    await expect(page.locator("mark")).to_have_text("ជម្រាប")
    await shot(page, f"search-{size}")
    await sound(page)
    await page.locator(".found a").first.click()
    await expect(page.locator(".message:target")).to_contain_text("ជម្រាបសួរ Thạch Thị Sa Rết")

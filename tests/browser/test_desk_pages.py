"""Every page of the desk that a link leads to, as each role, on a phone: none is too wide, pale, unlabelled."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.async_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.invented_district import furnish
from db.invented_people import fill
from db.places import Place
from db.staff import ROLES
from db.staff_accounts import add_staff
from tests.browser.desk_day import Complaints, enter, faults, may_enter
from tests.browser.test_whole import shot
from tests.conftest import MovableClock, Running

PEOPLE = 60
_LOCAL = ("commune", "hamlet")
_FILES = ("/template", "/take")


@pytest.fixture
async def district(program: Running, clock: MovableClock) -> Running:
    """The invented district, small, with an account for each role."""
    engine, inner = program.engine, program.program
    await fill(engine, PEOPLE, now=clock(), seal=inner.seal)
    await furnish(engine, workers=0, registrations=0, now=clock(), zone=inner.settings.zone)
    async with AsyncSession(engine) as session:
        home = (await session.scalars(select(Place.id).where(Place.code == "29488", Place.version == "2020"))).one()
    for role in ROLES:
        await add_staff(engine, role, f"Cán bộ {role}", role, places=[home] if role in _LOCAL else [])
    await may_enter(engine)
    return program


def _kind(address: str) -> str:
    """Pages that are made alike count as one; a form that was chosen, or a list that was narrowed, as another."""
    parts = urlsplit(address)
    path = re.sub(r"\d+", "N", re.sub(r"/facts/.+", "/facts/NAME", parts.path))
    return path + ("?more" if any(value for _, value in parse_qsl(parts.query)) else "")


async def _links(page: Page) -> list[str]:
    found: list[str] = await page.evaluate("[...document.querySelectorAll('a[href]')].map((link) => link.href)")
    return [one.partition("#")[0] for one in found]


@pytest.mark.parametrize("role", ROLES)
async def test_every_page_is_sound_on_a_phone(chromium: Browser, district: Running, role: str) -> None:
    page = await enter(chromium, district, role, "phone")
    complaints = Complaints(page)
    waiting, known, wrong = [f"{district.url}/desk/"], set[str](), list[str]()
    while waiting:
        address = waiting.pop(0)
        if not address.startswith(f"{district.url}/desk/") or _kind(address) in known or address.endswith(_FILES):
            continue
        known.add(_kind(address))
        await page.goto(address)
        wrong += await faults(page)
        await shot(page, f"{role}-{len(known):02}{re.sub(r'[^A-Za-z=]+', '-', _kind(address))}")
        waiting += await _links(page)
    assert len(known) > 20, "the menu alone has more"
    wrong += complaints.words
    assert not wrong, "\n".join(wrong)

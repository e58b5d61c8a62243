"""The real desk on a database of its own, and browsers that are logged in to it."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from starlette.applications import Starlette

from bot.assembly import office_of
from bot.settings import Settings
from db.engine import asyncpg_url, make_engine
from db.files import FileStore
from db.people import Identity, Worker, WorkerIdentity
from db.places import Place
from db.registrations import Registration
from db.seal import Seal
from db.staff import AuditEntry, Staff
from db.staff_accounts import add_staff, open_session
from desk.app import make_desk
from desk.cookie import COOKIE
from desk.desk import Desk
from desk.home import HomePage
from tests.thrift import CHEAP

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PASSWORD = "mat-khau-rieng"
HAM_GIANG, TAP_SON, PHUOC_HUNG = "29491", "29467", "29464"
BASE = "http://desk.test"


_chats = itertools.count(1)


OFFICE = office_of(Settings())


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, span: timedelta) -> None:
        self.now += span


class Browser(httpx.AsyncClient):
    """A client that fills the hidden token into its forms, as a page would."""

    async def submit(self, path: str, **fields: Any) -> httpx.Response:
        if "starlette_admin_csrftoken" not in self.cookies:
            await self.get("/desk/login")
        token = self.cookies["starlette_admin_csrftoken"]
        return await self.post(path, data={"csrftoken": token, **fields})

    async def log_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        return await self.submit("/desk/login", username=login, password=password)


@dataclass
class House:
    """The application with what a test needs to look behind it."""

    app: Starlette
    engine: AsyncEngine
    seal: Seal
    files: FileStore
    clock: Clock
    desk: Desk

    def browser(self, host: str = "10.0.0.1") -> Browser:
        transport = httpx.ASGITransport(self.app, client=(host, 1))
        return Browser(transport=transport, base_url=BASE)

    async def place(self, code: str, version: str = "2020") -> int:
        async with AsyncSession(self.engine) as session:
            query = select(Place.id).where(Place.code == code, Place.version == version)
            return (await session.execute(query)).scalar_one()

    async def staff(self, role: str, place: tuple[str, str] | None = None, login: str | None = None) -> str:
        """An account with the password that all tests know."""
        login = login or role
        place_id = await self.place(*place) if place else None
        await add_staff(self.engine, login, f"Cán bộ {login}", role, place_id=place_id)
        async with AsyncSession(self.engine) as session, session.begin():
            account = (await session.execute(select(Staff).where(Staff.login == login))).scalar_one()
            account.must_change, account.password = False, CHEAP.hash(PASSWORD)
        return login

    async def register(self, name: str = "Thạch Thị Đào", commune: str | None = HAM_GIANG, **more: Any) -> int:
        """A person with one registration; returns its number."""
        place_id = await self.place(commune) if commune else None
        person = {"birth_year": 1990, "sex": "female", "hamlet": "Ấp Trà Tro", "phone": "+84912345678",
                  "phone_owner": "own", "schooling": "lower", "work_state": "under"}  # fmt: skip
        person |= {key: more.pop(key) for key in list(more) if key in person}
        made = self.clock()
        answers = {"job_wanted": "may mặc", "job_where": "near"}
        need: dict[str, Any] = {"kind": "job", "status": "new", "answers": answers}
        need |= {"created_at": made, "promised_at": made + timedelta(days=3)}
        async with AsyncSession(self.engine) as session, session.begin():
            sealed = {"household": self.seal.close(b"poor"), "ethnicity": self.seal.close(b"khmer")}
            worker = Worker(name=name, place_id=place_id, **sealed, **person)
            identity = Identity(channel="web", chat_id=next(_chats))
            session.add_all([worker, identity])
            await session.flush()
            session.add(WorkerIdentity(identity_id=identity.id, worker_id=worker.id))
            need |= {"updated_at": self.clock()} | more
            registration = Registration(worker_id=worker.id, identity_id=identity.id, place_id=place_id, **need)
            session.add(registration)
            await session.flush()
            return registration.id

    async def status(self, number: int) -> str:
        async with AsyncSession(self.engine) as session:
            query = select(Registration.status).where(Registration.id == number)
            return (await session.execute(query)).scalar_one()

    async def record(self, action: str) -> list[AuditEntry]:
        async with AsyncSession(self.engine) as session:
            query = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
            return list(await session.scalars(query))


@pytest_asyncio.fixture(loop_scope="session")
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    """The test's own database, for the loop in which all tests of the desk run."""
    engine = make_engine(asyncpg_url(database))
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def house(engine: AsyncEngine, tmp_path: Path) -> House:
    """An empty house with its desk."""
    clock, seal, app = Clock(), Seal("test"), Starlette()
    files = FileStore(tmp_path / "files", seal)
    title = {"vi": "Văn phòng lao động", "km": "ការិយាល័យការងារ"}
    desk = make_desk(
        engine,
        seal,
        files,
        secret="test",
        clock=clock,
        title=title,
        secure=False,
        channels=("web", "telegram", "zalo_oa"),
    )
    desk.mount_to(app)
    assert isinstance(desk.index_view, HomePage)
    return House(app, engine, seal, files, clock, desk.index_view.desk)


Enter = Callable[..., Awaitable[Browser]]


@pytest.fixture
def enter(house: House) -> Enter:
    """Make an account of a role and a browser with a session of it; checking the password is slow on purpose."""

    async def make(role: str, place: tuple[str, str] | None = None, login: str | None = None) -> Browser:
        login = await house.staff(role, place, login)
        async with AsyncSession(house.engine, expire_on_commit=False) as session, session.begin():
            account = (await session.execute(select(Staff).where(Staff.login == login))).scalar_one()
            token = await open_session(session, account, house.clock())
        browser = house.browser()
        browser.cookies.set(COOKIE, token, domain="desk.test", path="/desk")
        return browser

    return make

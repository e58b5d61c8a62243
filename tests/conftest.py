"""The real program for tests: its own database a test, a clock that is moved, and channels over real HTTP."""

import bot.lazy_models  # noqa: F401, I001 - before anything imports aiogram, as the program does

import asyncio
import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.assembly import Program, assemble, prepare
from bot.commands import everything_is_imported
from bot.settings import Settings
from bot.web_app import make_app
from content.compile import main as compile_messages
from content.facts.live import live
from db import embedded
from db.engine import asyncpg_url, ensure_database, make_engine
from desk.i18n import compile_catalogues
from tests import thrift
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram.loopback import LoopbackServer
from tests.standins.zalo_oa import ZaloStandIn
from tests.standins.zalo_oa.world import APP_ID, APP_SECRET, OA_SECRET
from tests.standins.zalo_bot import ZaloBotStandIn

TEMPLATE = "vieclam_template"
SECRET = "webhook-secret"
TOKEN = "42:TEST"
FAULTS = Path(__file__).with_name("faults")
ZALO_BOT_TOKEN = "12345689:abc-xyz"
MONDAY_MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday, 9 o'clock in Trà Cú."""


class MovableClock:
    """Gives the time that a test has set."""

    def __init__(self, now: datetime = MONDAY_MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_this_machine() -> None:
    """Neither the shell's settings nor a .env file reach the tests."""
    Settings.model_config["env_file"] = None
    for name in [name for name in os.environ if name.startswith("VIECLAM_")]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    compile_messages()
    compile_catalogues()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes begins first, so that no core waits for another's kills at the end."""
    items.sort(key=lambda item: FAULTS not in item.path.parents)


def pytest_collection_finish() -> None:
    """Modules and tests live to the end: the garbage collector need not look through them time and again."""
    everything_is_imported()


@pytest.fixture(scope="session", autouse=True)
def cheaply() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        thrift.begin(patch)
        yield


@pytest.fixture(autouse=True)
def live_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test makes the process tell is forgotten after it."""
    for name, value in vars(live).items():
        monkeypatch.setattr(live, name, value)


@pytest.fixture(scope="session")
def server(catalogues: None) -> Iterator[str]:
    """The address of a PostgreSQL of our own, with a migrated template database."""
    # not under pytest's own directory: every run of pytest shuts the others' out of it
    place = tempfile.TemporaryDirectory(prefix="vieclam-tests-", dir=thrift.folder(), ignore_cleanup_errors=True)
    with place as directory:
        address = embedded.start(Path(directory), cleanup="stop", durable=False)
        asyncio.run(_make_template(address))
        yield address
        embedded.stop(Path(directory))  # it would run on without its folder


async def _make_template(address: str) -> None:
    admin = create_async_engine(asyncpg_url(address), isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f'DROP DATABASE IF EXISTS "{TEMPLATE}"'))
    await admin.dispose()
    engine = make_engine(await ensure_database(address, TEMPLATE))
    await prepare(engine)
    await engine.dispose()


@pytest.fixture
async def database(server: str) -> AsyncIterator[str]:
    """The address of a fresh, migrated database, dropped after the test."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    admin = create_async_engine(asyncpg_url(server), isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY'))
    yield asyncpg_url(server).set(database=name).render_as_string(hide_password=False)
    async with admin.connect() as connection:
        await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await admin.dispose()


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(asyncpg_url(database))
    yield engine
    await engine.dispose()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database,
        data_dir=tmp_path,
        secret_key=SecretStr("a secret of the tests"),
        telegram_token=SecretStr(TOKEN),
        telegram_mode="webhook",
        telegram_webhook_secret=SecretStr(SECRET),
        zalo_oa_app_id=APP_ID,
        zalo_oa_app_secret=SecretStr(APP_SECRET),
        zalo_oa_secret_key=SecretStr(OA_SECRET),
        zalo_oa_picture="https://example.vn/picture.png",
        zalo_bot_token=SecretStr(ZALO_BOT_TOKEN),
        zalo_bot_mode="webhook",
        zalo_bot_webhook_secret=SecretStr(SECRET),
        office_name_vi="Phòng Văn hóa – Xã hội xã Hàm Giang",
        office_name_km="ការិយាល័យវប្បធម៌ និងសង្គម ឃុំ Hàm Giang",
        office_phone="0294 000 0000",
    )


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(TOKEN, limits=None) as standin:
        yield standin


@pytest.fixture
async def zalo(clock: MovableClock) -> AsyncIterator[ZaloStandIn]:
    async with ZaloStandIn(clock) as standin:
        yield standin


@pytest.fixture
async def zalo_bot() -> AsyncIterator[ZaloBotStandIn]:
    async with ZaloBotStandIn(ZALO_BOT_TOKEN) as standin:
        yield standin


class Running:
    """The program with its web server listening."""

    def __init__(self, program: Program, port: int) -> None:
        self.program = program
        self.engine = program.engine
        self.url = f"http://127.0.0.1:{port}"

    async def settle(self) -> None:
        """Wait until every turn that was begun has been answered."""
        await self.program.tasks.idle()


@asynccontextmanager
async def running(settings: Settings, clock: MovableClock) -> AsyncIterator[Running]:
    """Start the program in this loop, served over real HTTP."""
    async with AsyncExitStack() as stack:
        program = await stack.enter_async_context(assemble(settings, clock))
        server = LoopbackServer(make_app(program))
        port = await server.open()
        stack.push_async_callback(server.close)
        program.tasks.start_endless(program.delivery.flush_forever, "flush")
        yield Running(program, port)


@pytest.fixture
async def program(
    settings: Settings, telegram: TelegramStandIn, zalo: ZaloStandIn, zalo_bot: ZaloBotStandIn, clock: MovableClock
) -> AsyncIterator[Running]:
    """The program on the webhooks of the stand-ins."""
    ours = dict.fromkeys(("zalo_oa_api_base", "zalo_oa_business_base", "zalo_oa_oauth_base"), zalo.base_url)
    addresses = {"telegram_api_base": telegram.base_url, "zalo_bot_api_base": zalo_bot.base_url}
    settings = settings.model_copy(update=addresses | ours)
    async with running(settings, clock) as run:
        bot = run.program.bots["telegram"]
        await bot.set_webhook(f"{run.url}/telegram/webhook", secret_token=SECRET)
        zalo.hook.url = f"{run.url}/zalo/oa/webhook"
        zalo_bot.webhook = {"url": f"{run.url}/zalo/bot/webhook", "secret_token": SECRET}
        yield run

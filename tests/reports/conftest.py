"""A village whose people tests know by name."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from db.people import Worker
from db.places import Place
from db.registrations import Registration
from db.seal import Seal

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SEAL = Seal("a secret of the tests")
OCTOBER = datetime(2026, 10, 10, 2, 0, tzinfo=UTC)
HAM_GIANG, TAP_SON = "29488", "29467"

Register = Callable[..., Awaitable[int]]


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        yield connection


@pytest.fixture
def register(engine: AsyncEngine) -> Register:
    """Write a person with one registration; returns the worker's number."""

    async def write(name: str, commune: str | None = HAM_GIANG, **more: Any) -> int:
        at = more.pop("at", OCTOBER)
        need = {
            "kind": "job",
            "status": "new",
            "answers": {"job_wanted": "may mặc"},
            "created_at": at,
            "updated_at": at,
        }
        need |= {key: more.pop(key) for key in list(more) if key in need}
        person = {
            "birth_year": 1990,
            "sex": "female",
            "hamlet": "Ấp Chợ",
            "work_state": "under",
            "phone": "+84912345678",
        }
        async with AsyncSession(engine) as session, session.begin():
            place = await session.scalar(select(Place.id).where(Place.code == commune, Place.version == "2020"))
            sealed = {"household": SEAL.close(b"poor"), "ethnicity": SEAL.close(b"khmer")}
            worker = Worker(name=name, place_id=place, updated_at=at, **sealed, **(person | more))
            session.add(worker)
            await session.flush()
            session.add(Registration(worker_id=worker.id, place_id=place, **need))
            return worker.id

    return write

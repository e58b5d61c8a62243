"""What is costly on purpose or only for the wide world, and bought once or cheaply in tests: they meet nobody."""

import functools
import shutil
import ssl
import sys
from pathlib import Path

import pytest
import starlette_admin.base
from aiogram.client.session.aiohttp import AiohttpSession
from argon2 import PasswordHasher
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from db import staff_accounts

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a name of chance is made in it
ROOM = 2 << 30
"""Bytes that must be free in memory for a server's data to lie there."""

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""argon2 without its price; what is checked is the same."""


class _Templates(BytecodeCache):
    """Compiled templates, for every desk that a test opens."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


def begin(patch: pytest.MonkeyPatch) -> None:
    """Save in this process from now on."""
    patch.setattr(staff_accounts, "_hasher", CHEAP)
    patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
    patch.setattr(AiohttpSession, "close", _close)
    patch.setitem(sys.modules, "sniffio", None)  # httpcore looks for it on disk at each of its locks
    patch.setattr(starlette_admin.base, "Environment", functools.partial(Environment, bytecode_cache=_Templates()))


def folder() -> str | None:
    """Where a server's data lies in memory, if there is room: a database a test is a thousand small files."""
    return str(MEMORY) if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


async def _close(session: AiohttpSession) -> None:
    """aiogram waits a quarter of a second for TLS to close: loopback has none."""
    if session._session:
        await session._session.close()

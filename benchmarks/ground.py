"""What every benchmark stands on: a directory, our PostgreSQL, a Redis, and a port for the Bot API."""

import asyncio
import platform
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil  # type: ignore[import-untyped]  # ships no types

from benchmarks.processes import ALL_CORES, free_port, postgres_server, redis_server
from db.engine import ensure_database


@dataclass(frozen=True)
class Ground:
    """Ports, addresses and process numbers."""

    api_port: int
    directory: Path
    database_url: str
    redis_url: str
    postgres: int
    redis: int

    @property
    def api(self) -> str:
        """The Bot API's address."""
        return f"http://127.0.0.1:{self.api_port}"


@contextmanager
def prepared() -> Iterator[Ground]:
    """Start the servers; leaving the block stops them and removes their files."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="vieclam-bench-")))
        directory.chmod(0o755)  # the embedded server gives up root's rights and must still come in
        address, postgres = stack.enter_context(postgres_server(directory / "database"))
        redis_url, redis = stack.enter_context(redis_server(directory / "redis"))
        url = asyncio.run(ensure_database(address)).render_as_string(hide_password=False)
        yield Ground(free_port(), directory, url, redis_url, postgres, redis)


def circumstances() -> str:
    """The day, the machine and the versions, in one paragraph."""
    memory = psutil.virtual_memory().total / 2**30
    packages = ("aiogram", "python-telegram-bot", "SQLAlchemy", "asyncpg", "uvloop", "redis")
    named = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {len(ALL_CORES)} cores, {memory:.0f} GiB, "
        f"Python {platform.python_version()}, {named}. PostgreSQL with fsync and synchronous_commit on; "
        "Redis with its default snapshots and no journal (a crash loses what came since the last snapshot)."
    )

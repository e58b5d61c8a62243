"""The real program as a process that is killed and started again, on one port and one database."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Crashing:
    """Starts the program by way of the nursery, and kills it with -9."""

    def __init__(self, nursery: asyncio.subprocess.Process) -> None:
        self._nursery = nursery
        self.pid = 0

    async def start(self) -> None:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(b"start\n")
        self.pid = int(await self._nursery.stdout.readline())

    async def kill(self) -> None:
        """Kill, and wait until the process and its listening socket are gone."""
        if not self.pid:
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
            while True:
                os.kill(self.pid, 0)
                await asyncio.sleep(0.002)
        self.pid = 0


@asynccontextmanager
async def crashing(environment: dict[str, str]) -> AsyncIterator[Crashing]:
    """A program with these ``VIECLAM_*`` settings; whatever runs of it at the end is killed."""
    nursery = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.nursery",
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    program = Crashing(nursery)
    try:
        yield program
    finally:
        await program.kill()
        assert nursery.stdin is not None
        nursery.stdin.close()
        await nursery.wait()

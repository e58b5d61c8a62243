"""The one place where background tasks are started, watched and ended; nothing else calls ``create_task``."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0
"""Seconds between tries of endless work that keeps failing."""


class Tasks:
    """Keeps hold of running tasks, logs one that fails, and ends all of them together."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._endless: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run ``work`` beside everything else."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def start_endless(self, work: Callable[[], Coroutine[Any, Any, Any]], name: str) -> asyncio.Task[Any]:
        """Run ``work`` for ever, begun anew after an error; it is cancelled at once when the program ends."""
        task = self.start(self._for_ever(work, name), name)
        self._endless.add(task)
        return task

    async def _for_ever(self, work: Callable[[], Coroutine[Any, Any, Any]], name: str) -> None:
        pause = 1.0
        while True:
            begun = time.monotonic()
            try:
                await work()
            except Exception:
                log.exception("%s failed and begins anew in %.0f s", name, pause)
            pause = 1.0 if time.monotonic() - begun > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        self._endless.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("Background task %s failed", task.get_name(), exc_info=error)

    async def idle(self) -> None:
        """Wait until nothing runs but the endless."""
        while work := self._running - self._endless:
            await asyncio.wait(work)

    async def close(self, patience: float = 5.0) -> None:
        """Let short work finish for ``patience`` seconds, then cancel what is left."""
        for task in self._endless:
            task.cancel()
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

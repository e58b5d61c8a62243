"""A file that is made for one answer: written to a temporary place, sent, and deleted."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from anyio.to_thread import run_sync
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_AT_ONCE = asyncio.Semaphore(2)
"""Files written at the same time; a third waits."""


async def download(name: str, write: Callable[[Path], Awaitable[None]]) -> Response:
    """Have a file written and give it out under ``name``, whose ending says what it is."""
    suffix = name.rpartition(".")[2]
    with tempfile.NamedTemporaryFile(prefix="vieclam-", suffix=f".{suffix}", delete=False) as made:
        file = Path(made.name)
    try:
        async with _AT_ONCE:
            await write(file)
    except BaseException:
        await run_sync(file.unlink, True)
        raise
    return FileResponse(file, media_type=MEDIA[suffix], filename=name, background=BackgroundTask(file.unlink))

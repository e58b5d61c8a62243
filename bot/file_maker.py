"""Files that staff wait for are written in a process of its own: a minute of it beside the chat would be felt there."""

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

from anyio import to_process
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from bot.assembly import Program, wall_clock
from db.engine import make_engine
from db.files import FileStore
from db.made_files import anything_due
from db.seal import Seal


async def make_files(program: Program) -> bool:
    """Make the file that has waited longest, and forget the old ones; False where there was nothing to do."""
    async with AsyncSession(program.engine) as session:
        if not await anything_due(session, program.clock()):
            return False
    settings, url = program.settings, program.engine.url.render_as_string(hide_password=False)
    names = dict(program.office.names)
    given = url, settings.secret(), program.settings.data_dir / "files", str(settings.zone), names
    return await to_process.run_sync(_make_one, *given, cancellable=True)


def _make_one(url: str, secret: str, folder: Path, zone: str, names: dict[str, str]) -> bool:
    """The same in the other process, with a connection and a clock of its own."""
    from desk.desk import Desk  # with what it stands on it takes a while to import, and only staff use it
    from desk.file_making import make_next
    from desk.i18n import install

    async def work() -> bool:
        engine, seal = make_engine(make_url(url), pool_size=4), Seal(secret)
        try:
            files = FileStore(folder, seal)
            return await make_next(Desk(engine, seal, files, wall_clock, ZoneInfo(zone), secure=True, names=names))
        finally:
            await engine.dispose()

    install()
    return asyncio.run(work())

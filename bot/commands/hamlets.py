"""``hamlets``: the list of hamlets and difficult communes, loaded from the command line."""

from collections.abc import Iterator
from datetime import date

import typer
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.assembly import wall_clock
from bot.commands import everything_is_imported
from bot.commands.data import with_engine
from bot.settings import Settings
from content.hamlet_sheet import HamletList, NoSheet, read_hamlets
from db.hamlet_list import Loaded
from desk.hamlets import load as load_list
from desk.placebook import read_places

everything_is_imported()


def load(content: bytes, version: str, since: str, source: str, *, dry_run: bool) -> Iterator[str]:
    """Load it, unless ``dry_run``; tells what was done line by line."""
    today = wall_clock().astimezone(Settings().zone).date()
    try:
        day = date.fromisoformat(since) if since else today
        read = read_hamlets(content, version)
    except NoSheet as error:
        raise typer.BadParameter("The file is no .xlsx with the columns Xã and Ấp (khóm).") from error
    except ValueError as error:
        raise typer.BadParameter(f"--since {since} is no day") from error
    if day > today:
        raise typer.BadParameter("--since is in the future")
    for fault in read.faults:
        yield f"row {fault.row}: {fault.key.removeprefix('hamlets.')}: {fault.value}"
    yield f"{len(read.rows)} hamlets of {len(read.communes)} communes; {len(read.faults)} rows left out"
    if not dry_run and read.rows:
        loaded = with_engine(lambda engine: _load(engine, read, day, source))
        yield f"loaded: {loaded.hamlets}, ended: {loaded.ended}"
        yield f"people matched: {loaded.people}, cases moved: {loaded.cases}"


async def _load(engine: AsyncEngine, read: HamletList, since: date, source: str) -> Loaded:
    async with AsyncSession(engine) as session, session.begin():
        return await load_list(session, await read_places(session), read, since, source)

"""``report``: the monthly list as a file."""

from pathlib import Path

import typer
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from bot.assembly import wall_clock
from bot.commands.data import place_id_of, with_engine
from bot.settings import Settings
from db.bounds import Bounds
from db.monthly_making import NoSuchMonth, is_over, make_list, month_of
from db.seal import Seal
from desk.access import Viewer
from desk.monthly_file import Form, TooLong, write_list
from desk.placebook import PlaceBook, read_places

_CLERK = Viewer(0, "", "", "office", "vi", False, None)
"""Who runs the program sees the whole district."""


def hamlets(month: str, out: Path, place: str) -> int:
    """Write the list of ``month`` and return its number of lines. A month that goes on is written and not kept."""
    try:
        first = month_of(month)
    except ValueError as error:
        raise typer.BadParameter(f"{month} is no month: write it as 2026-11") from error
    if out.suffix not in (".xlsx", ".pdf"):
        raise typer.BadParameter("the file must end in .xlsx or .pdf")
    form: Form = "pdf" if out.suffix == ".pdf" else "xlsx"

    async def work(engine: AsyncEngine) -> int:
        settings, now = Settings(), wall_clock()
        chosen = await place_id_of(engine, place)
        async with AsyncSession(engine) as session:
            book = await read_places(session)
            session.expunge_all()
        async with engine.connect() as connection:
            number = await make_list(connection, first, now, settings.zone)
            if is_over(first, now, settings.zone):
                await connection.commit()
            return await _write(connection, number, out, form, book, chosen, settings)

    try:
        return with_engine(work)
    except NoSuchMonth as error:
        raise typer.BadParameter(str(error)) from error
    except TooLong as error:
        raise typer.BadParameter("too many people for a paper: choose a --place, or .xlsx") from error


async def _write(
    connection: AsyncConnection,
    number: int,
    out: Path,
    form: Form,
    book: PlaceBook,
    place: int | None,
    settings: Settings,
) -> int:
    return await write_list(
        connection,
        number,
        out,
        form,
        bounds=Bounds(None) if place is None else book.within(place, Bounds(None)),
        viewer=_CLERK,
        book=book,
        seal=Seal(settings.secret()),
        office=settings.office_name_vi,
        zone=settings.zone,
    )

"""A month's list taken away: the kept one, or one of the state of now that is thrown away when it is written."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.bounds import Bounds
from db.monthly_making import first_of, kept_list, make_list, month_of
from db.monthly_reading import hamlet_numbers
from desk.access import Viewer
from desk.desk import Desk
from desk.monthly_file import write_list
from desk.placebook import PlaceBook

DIRECT = 5_000
"""So many people are written at once; more are a matter for the clock."""
_MANY = text("SELECT count(*) FROM (SELECT 1 FROM registration LIMIT :cap) r")
Tell = Callable[[int, int], Awaitable[None]]
"""Is told how many people are written, of how many."""


class NoList(Exception):
    """Nobody made a list of this month."""


async def takes_long(desk: Desk, month: date, bounds: Bounds) -> bool:
    """Whether writing it is too much for a page: a kept list by who is on it, the month that goes on by all that
    has to be looked through."""
    async with desk.engine.connect() as connection:
        number = await kept_list(connection, month)
        if number is not None:
            numbers = await hamlet_numbers(connection, number, bounds)
            return sum(one.numbers.people + one.numbers.left for one in numbers) > DIRECT
        if month != this_month(desk):
            return False
        return int(await connection.scalar(_MANY, {"cap": DIRECT + 1}) or 0) > DIRECT


def this_month(desk: Desk) -> date:
    """The month that goes on."""
    return first_of(desk.today().date())


def within(place: int | None, viewer: Viewer, book: PlaceBook) -> Bounds:
    """What of the district is wanted, as far as it is the viewer's."""
    return viewer.bounds if place is None else book.within(place, viewer.bounds)


async def write_month(
    desk: Desk, viewer: Viewer, asked: Mapping[str, Any], file: Path, told: Tell | None = None
) -> int:
    """Write what ``asked`` says (month, place, form) and return its rows. Raises ``NoList`` and ``TooLong``."""
    async with desk.session() as session:
        book = await desk.book(session)
    month, bounds = month_of(asked["month"]), within(asked["place"], viewer, book)
    async with desk.engine.connect() as connection:
        number = await _list(desk, connection, month)
        if number is None:
            raise NoList
        count = await write_list(
            connection, number, file, asked["form"], bounds=bounds, viewer=viewer, book=book, seal=desk.seal,
            office=desk.office, zone=desk.zone, taker=viewer.name, told=told,
        )  # fmt: skip
        await connection.rollback()
    return count


async def _list(desk: Desk, connection: AsyncConnection, month: date) -> int | None:
    """The kept list, or one of the state of now that the caller throws away."""
    if month == this_month(desk):
        return await make_list(connection, month, desk.clock(), desk.zone)
    return await kept_list(connection, month)

"""``staff`` and ``demo``: what the command line does to the database."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.assembly import open_engine, prepare, wall_clock
from bot.commands import everything_is_imported
from bot.settings import Settings
from content import login_words
from content.places import NEW, OLD, display_name, find_units
from db.invented_district import furnish
from db.invented_people import fill
from db.people import Worker
from db.places import Place
from db.record import SYSTEM, note
from db.registrations import Registration
from db.seal import Seal
from db.second_factor import forget_factor
from db.staff import Staff
from db.staff_accounts import StaffError, add_staff, end_sessions, reset_password

Result = TypeVar("Result")

everything_is_imported()


def add(login: str, name: str, role: str, place: str) -> str:
    """Make a log-in, bound to the commune that ``place`` names unless it is empty; returns its one-time password."""

    async def work(engine: AsyncEngine) -> str:
        return await add_staff(engine, login, name, role, place_id=await place_id_of(engine, place))

    return with_engine(work)


async def place_id_of(engine: AsyncEngine, name: str) -> int | None:
    """The commune that a name means, or None for an empty one; raises ``StaffError``."""
    if not name:
        return None
    found = find_units(name, version=NEW) or find_units(name, version=OLD)
    if len(found) != 1:
        near = ", ".join(display_name(unit) for unit in found)
        raise StaffError(f"{name} names {'several communes: ' + near if found else 'no commune'}")
    async with engine.connect() as connection:
        query = select(Place.id).where(Place.code == found[0].code, Place.version == found[0].version)
        return await connection.scalar(query)


def new_password(login: str) -> str:
    """Give a log-in a new one-time password."""
    return with_engine(lambda engine: reset_password(engine, login))


def forget_second(login: str) -> None:
    """Take a log-in's second step away; raises ``StaffError`` where there is none. Its owner is told in their chats."""

    async def work(engine: AsyncEngine) -> None:
        from desk.second_chat import tell_chats  # the desk's libraries are wanted here only

        now = wall_clock()
        async with AsyncSession(engine) as session, session.begin():
            staff = await session.scalar(select(Staff).where(Staff.login == login.lower()))
            if staff is None or not await forget_factor(session, staff.id):
                raise StaffError(f"There is no login {login} with a second step")
            await end_sessions(session, staff.id)
            await tell_chats(session, staff, login_words.RESET, now)
            note(session, SYSTEM, now, "second_reset", "staff", staff.id, login=staff.login, by="command")

    with_engine(work)


def everybody() -> list[Staff]:
    """All log-ins, by name."""

    async def work(engine: AsyncEngine) -> list[Staff]:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            return list(await session.scalars(select(Staff).order_by(Staff.login)))

    return with_engine(work)


def invent(people: int, *, yes: bool) -> None:
    """Fill in invented people; asks first where there are registrations, unless ``yes``."""

    async def work(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            kept = await session.scalar(select(func.count()).select_from(Registration)) or 0
        if kept and not yes:
            typer.confirm(f"There are {kept} registrations already. Add invented ones among them?", abort=True)
        settings, now = Settings(), wall_clock()
        async with engine.connect() as connection:
            workers = await connection.scalar(select(func.coalesce(func.max(Worker.id), 0))) or 0
            before = await connection.scalar(select(func.coalesce(func.max(Registration.id), 0))) or 0
        await fill(engine, people, now=now, seal=Seal(settings.secret()))
        await furnish(engine, workers=workers, registrations=before, now=now, zone=settings.zone)

    with_engine(work)


def with_engine(work: Callable[[AsyncEngine], Awaitable[Result]]) -> Result:
    """Do something with the configured database, prepared."""

    async def prepared() -> Result:
        engine = await open_engine(Settings(), pool_size=2)
        try:
            await prepare(engine)
            return await work(engine)
        finally:
            await engine.dispose()

    try:
        return asyncio.run(prepared())
    except StaffError as error:
        raise typer.BadParameter(str(error)) from error

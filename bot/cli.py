"""The command line: ``vieclam --help`` says it all."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer
import uvloop
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot import doctor as checks
from bot.assembly import open_engine, prepare
from bot.log import set_up_logging
from bot.poster import NoPoster, make_poster
from bot.serve import serve
from bot.settings import Settings
from content.understand import understand as read_intent
from db.staff import Staff
from db.staff_accounts import StaffError, add_staff, first_administrator, reset_password

Result = TypeVar("Result")

app = typer.Typer(no_args_is_help=True, help="vieclam: the workers' chatbot and the office's desk.")
database = typer.Typer(no_args_is_help=True, help="The database.")
staff = typer.Typer(no_args_is_help=True, help="Who may log in at the desk.")
app.add_typer(database, name="db")
app.add_typer(staff, name="staff")


@app.command()
def run(
    only: Annotated[
        Literal["web", "jobs"] | None, typer.Option(help="Run one part, to have several processes.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Start the chat, the desk, the channels and the clock."""
    changed = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = Settings().model_copy(update=changed)
    set_up_logging(settings.log_level)
    problem = checks.fatal(settings)
    if problem:
        raise typer.BadParameter(problem)
    uvloop.run(_run(settings, only))


async def _run(settings: Settings, only: Literal["web", "jobs"] | None) -> None:
    engine = await open_engine(settings, pool_size=2)
    try:
        await prepare(engine)
        password = await first_administrator(engine)
    finally:
        await engine.dispose()
    typer.echo(f"Chat:  {settings.url}/\nDesk:  {settings.url}/desk")
    if password:
        typer.echo(f"First log-in, shown only now:  login admin   password {password}")
    await serve(settings, only)


@app.command()
def understand(
    words: Annotated[str, typer.Argument(help="What a worker wrote, or - to read lines from standard input.")],
    lang: Annotated[Literal["vi", "km"], typer.Option(help="The language of the dialogue.")] = "vi",
) -> None:
    """Print what a text asks for, in one word."""
    if words == "-":
        for line in sys.stdin:
            typer.echo(read_intent(line.rstrip("\n"), lang).intent)
    else:
        typer.echo(read_intent(words, lang).intent)


@app.command()
def poster(
    place: Annotated[str, typer.Argument(help="A commune's name, or the source to put in the link (ap-kosla).")],
    out: Annotated[Path, typer.Option(help="The PDF to write.")] = Path("poster.pdf"),
    channel: Annotated[Literal["web", "telegram"], typer.Option(help="What the code opens.")] = "web",
) -> None:
    """Make an A4 poster in both languages with a QR code that opens the chat and names the place."""
    settings = Settings()
    try:
        link = asyncio.run(make_poster(settings, place, out, channel))
    except NoPoster as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(f"{out}: opens {link}")


@app.command()
def doctor() -> None:
    """Say what is configured and what is missing."""
    lines, sound = asyncio.run(checks.examine(Settings()))
    for line in lines:
        typer.echo(line)
    raise typer.Exit(0 if sound else 1)


@database.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the tables of this version."""

    async def work() -> None:
        engine = await open_engine(Settings(), pool_size=2)
        try:
            await prepare(engine)
        finally:
            await engine.dispose()

    asyncio.run(work())
    typer.echo("The database is up to date.")


@staff.command("add")
def staff_add(
    login: str,
    role: Annotated[str, typer.Option(help="administrator, office, commune, hamlet, bank, job_centre, editor, reader")],
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
) -> None:
    """Make a log-in and print its one-time password."""
    password = asyncio.run(_with_engine(lambda engine: add_staff(engine, login, name or login, role)))
    typer.echo(f"login {login.lower()}   password {password}   (to be changed at the first log-in)")


@staff.command("password")
def staff_password(login: str) -> None:
    """Give a log-in a new one-time password."""
    password = asyncio.run(_with_engine(lambda engine: reset_password(engine, login)))
    typer.echo(f"login {login.lower()}   password {password}   (to be changed at the next log-in)")


@staff.command("list")
def staff_list() -> None:
    """List the log-ins."""

    async def work(engine: AsyncEngine) -> list[Staff]:
        async with AsyncSession(engine) as session:
            return list(await session.scalars(select(Staff).order_by(Staff.login)))

    for one in asyncio.run(_with_engine(work)):
        state = "disabled" if one.disabled_at else "one-time password" if one.must_change else "active"
        typer.echo(f"{one.login}\t{one.role}\t{one.name}\t{state}")


async def _with_engine(work: Callable[[AsyncEngine], Awaitable[Result]]) -> Result:
    engine = await open_engine(Settings(), pool_size=2)
    try:
        await prepare(engine)
        return await work(engine)
    except StaffError as error:
        raise typer.BadParameter(str(error)) from error
    finally:
        await engine.dispose()


def main() -> None:
    """Entry point."""
    logging.captureWarnings(capture=True)
    app()


if __name__ == "__main__":
    main()

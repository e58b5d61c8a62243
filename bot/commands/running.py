"""``run`` and ``db upgrade``: preparing the database, the first log-in, and starting."""

import typer
import uvloop

from bot.assembly import assemble, open_engine, prepare
from bot.commands import everything_is_imported
from bot.doctor import fatal
from bot.log import set_up_logging
from bot.serve import Part, serve
from bot.settings import Settings
from db.staff_accounts import first_administrator

everything_is_imported()


def run(only: Part | None, host: str | None, port: int | None) -> None:
    """Start and run until stopped. Raises ``typer.BadParameter`` for settings that can't work together."""
    changed = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = Settings().model_copy(update=changed)
    set_up_logging(settings.log_level)
    if problem := fatal(settings):
        raise typer.BadParameter(problem)
    uvloop.run(_run(settings, only))


async def _run(settings: Settings, only: Part | None) -> None:
    async with assemble(settings) as program:
        password = await first_administrator(program.engine)
        typer.echo(f"Chat:  {settings.url}/\nDesk:  {settings.url}/desk")
        if password:
            typer.echo(f"First log-in, shown only now:  login admin   password {password}")
        await serve(program, only)


def upgrade() -> None:
    """Bring the database to the tables of this version."""

    async def work() -> None:
        engine = await open_engine(Settings(), pool_size=2)
        try:
            await prepare(engine)
        finally:
            await engine.dispose()

    uvloop.run(work())

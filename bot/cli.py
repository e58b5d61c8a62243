"""The command line: ``vieclam --help`` says it all.

What a command needs is imported when it is called: ``understand`` answers at once, without the server's libraries.
"""

import asyncio
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.roles import Role

app = typer.Typer(no_args_is_help=True, help="vieclam: the workers' chatbot and the office's desk.")
database = typer.Typer(no_args_is_help=True, help="The database.")
staff = typer.Typer(no_args_is_help=True, help="Who may log in at the desk.")
content = typer.Typer(no_args_is_help=True, help="What the bot says and understands.")
report = typer.Typer(no_args_is_help=True, help="Lists and reports as files.")
app.add_typer(database, name="db")
app.add_typer(staff, name="staff")
app.add_typer(content, name="content")
app.add_typer(report, name="report")
review = typer.Typer(no_args_is_help=True, help="The Khmer texts, out to a reader and back.")
content.add_typer(review, name="review")
broadcast = typer.Typer(no_args_is_help=True, help="What is being sent to many.")
app.add_typer(broadcast, name="broadcast")
licences = typer.Typer(no_args_is_help=True, help="The list of firms that may send workers abroad.")
app.add_typer(licences, name="licences")
zalo = typer.Typer(no_args_is_help=True, help="Zalo's Official Account.")
app.add_typer(zalo, name="zalo")


@app.command()
def run(
    only: Annotated[
        Literal["web", "jobs"] | None, typer.Option(help="Run one part, to have several processes.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Start the chat, the desk, the channels and the clock."""
    from bot.commands import running

    running.run(only, host, port)


@app.command()
def understand(
    words: Annotated[str, typer.Argument(help="What a worker wrote, or - to read lines from standard input.")],
    lang: Annotated[Literal["vi", "km"], typer.Option(help="The language of the dialogue.")] = "vi",
) -> None:
    """Print what a text asks for, in one word."""
    from content.understand import understand as read

    for line in sys.stdin if words == "-" else (words,):
        typer.echo(read(line.rstrip("\n"), lang).intent)


@app.command()
def poster(
    place: Annotated[str, typer.Argument(help="A commune's name, or the source to put in the link (ap-kosla).")],
    out: Annotated[Path, typer.Option(help="The PDF to write.")] = Path("poster.pdf"),
    channel: Annotated[Literal["web", "telegram"], typer.Option(help="What the code opens.")] = "web",
) -> None:
    """Make an A4 poster in both languages with a QR code that opens the chat and names the place."""
    from bot.poster import NoPoster, make_poster
    from bot.settings import Settings

    settings = Settings()
    try:
        link = asyncio.run(make_poster(settings, place, out, channel))
    except NoPoster as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(f"{out}: opens {link}")
    if channel == "web" and settings.public_url is None:
        typer.echo("PUBLIC_URL is not set: this code opens the chat on this machine only.", err=True)


@app.command()
def doctor() -> None:
    """Say what is configured and what is missing."""
    from bot.doctor import examine
    from bot.settings import Settings

    lines, sound = asyncio.run(examine(Settings()))
    for line in lines:
        typer.echo(line)
    raise typer.Exit(0 if sound else 1)


@app.command()
def demo(
    people: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many registrations to invent.")] = 3000,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, even where there are registrations.")] = False,
) -> None:
    """Fill the database with invented people: a believable district to look at. Nobody in it is real."""
    from bot.commands import data

    data.invent(people, yes=yes)
    typer.echo(f"{people} invented registrations are in the database. Look at them at the desk.")


@content.command("check")
def content_check() -> None:
    """Check that both languages are whole and the facts sound; says what is wrong and fails when anything is."""
    from content.check import problems

    found = list(problems(date.today()))
    for problem in found:
        typer.echo(problem)
    if found:
        raise typer.Exit(1)
    typer.echo("Both languages are whole, and the facts are sound.")


@review.command("export")
def review_export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The spreadsheet to write (.xlsx).")],
    everything: Annotated[bool, typer.Option("--all", help="Also what a reader has approved already.")] = False,
) -> None:
    """Write the Khmer texts that wait for a reader, beside their Vietnamese, into a spreadsheet."""
    from bot.commands import review as texts

    typer.echo(texts.send(file, everything=everything))


@review.command("import")
def review_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The spreadsheet that came back.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Take a reader's corrections and approvals back; fails when a row was refused, and says which and why."""
    from bot.commands import review as texts

    lines, refused = texts.take_back(file, dry_run=dry_run)
    for line in lines:
        typer.echo(line)
    raise typer.Exit(1 if refused else 0)


@database.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the tables of this version."""
    from bot.commands import running

    running.upgrade()
    typer.echo("The database is up to date.")


@licences.command("load")
def licences_load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The spreadsheet (.xlsx).")],
    date: Annotated[str, typer.Option(help="The day of the list, as 2026-11-01.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check and compare; nothing is kept.")] = False,
) -> None:
    """Load the list of licensed firms from a spreadsheet: checked row by row, compared with the one in force."""
    from bot.commands import licences as lists

    for line in lists.load(file, date, dry_run=dry_run):
        typer.echo(line)


@staff.command("add")
def staff_add(
    login: str,
    role: Annotated[Role, typer.Option(help="What the person does.")],
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    place: Annotated[str, typer.Option(help="The commune that bounds what they see; of 2025, else of 2020.")] = "",
) -> None:
    """Make a log-in and print its one-time password."""
    from bot.commands import data

    password = data.add(login, name or login, role, place)
    typer.echo(f"login {login.lower()}   password {password}   (to be changed at the first log-in)")


@staff.command("password")
def staff_password(login: str) -> None:
    """Give a log-in a new one-time password, and end its sessions."""
    from bot.commands import data

    typer.echo(f"login {login.lower()}   password {data.new_password(login)}   (to be changed at the next log-in)")


@staff.command("second-reset")
def staff_second_reset(login: str) -> None:
    """Take a log-in's second step away and end its sessions: for the last administrator who lost theirs."""
    from bot.commands import data

    data.forget_second(login)
    typer.echo(f"login {login.lower()}   the password is enough now; a second step can be set up at the desk")


@app.command()
def hamlets(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The spreadsheet.")],
    map: Annotated[Literal["2025", "2020"], typer.Option(help="Which communes the file names.")] = "2025",
    since: Annotated[str, typer.Option(help="From which day it holds, as 2026-11-01; default today.")] = "",
    source: Annotated[str, typer.Option(help="The decision behind it.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would load.")] = False,
) -> None:
    """Load the list of hamlets and difficult communes."""
    from bot.commands import hamlets as command

    for line in command.load(file.read_bytes(), map, since, source, dry_run=dry_run):
        typer.echo(line)


@staff.command("list")
def staff_list() -> None:
    """List the log-ins."""
    from bot.commands import data

    for one in data.everybody():
        state = "disabled" if one.disabled_at else "one-time password" if one.must_change else "active"
        typer.echo(f"{one.login}\t{one.role}\t{one.name}\t{state}")


@report.command("hamlets")
def report_hamlets(
    month: Annotated[str, typer.Option(help="The month, as 2026-11.")],
    out: Annotated[Path, typer.Option(help="The file to write: .xlsx, or .pdf to print.")],
    place: Annotated[str, typer.Option(help="One commune's list only; of 2025, else of 2020.")] = "",
) -> None:
    """Write the monthly list: who is without work, underemployed or wants to learn a trade, by commune and hamlet."""
    from bot.commands import reports

    count = reports.hamlets(month, out, place)
    typer.echo(f"{out}: {count} lines")


@broadcast.command("list")
def broadcast_list() -> None:
    """List the newest broadcasts with their states."""
    from rich.console import Console

    from bot.commands import broadcast as commands

    Console().print(commands.listed())


@broadcast.command("watch")
def broadcast_watch(number: int) -> None:
    """Follow a broadcast until it ends: a bar, messages a second, time left, and what became of it."""
    from rich.console import Console

    from bot.commands import broadcast as commands

    try:
        commands.watch(number, Console())
    except commands.NoBroadcast as error:
        raise typer.BadParameter(str(error)) from error


@broadcast.command("pause")
def broadcast_pause(number: int) -> None:
    """Stop sending for now; what is on its way arrives."""
    _do_to_broadcast(number, "pause")


@broadcast.command("resume")
def broadcast_resume(number: int) -> None:
    """Go on with a paused broadcast."""
    _do_to_broadcast(number, "resume")


@broadcast.command("cancel")
def broadcast_cancel(number: int) -> None:
    """End a broadcast, and its repetitions: whoever was not written to will not be."""
    _do_to_broadcast(number, "cancel")


def _do_to_broadcast(number: int, deed: Literal["pause", "resume", "cancel"]) -> None:
    from bot.commands import broadcast as commands

    try:
        typer.echo(commands.do(number, deed))
    except commands.NoBroadcast as error:
        raise typer.BadParameter(str(error)) from error


@zalo.command("login")
def zalo_login(
    pair: Annotated[bool, typer.Option("--pair", help="Paste a pair of tokens instead of agreeing.")] = False,
) -> None:
    """Log the Official Account in: agree as its administrator, and the program keeps its tokens."""
    from bot.commands import zalo as work

    work.log_in(pair=pair)


@zalo.command("refresh")
def zalo_refresh() -> None:
    """Ask for a new token now, also after the program gave up."""
    from bot.commands import zalo as work

    work.renew()


@zalo.command("read")
def zalo_read() -> None:
    """Read the plan, what is left of it, and the templates with their prices from Zalo now."""
    from bot.commands import zalo as work

    work.read()


def main() -> None:
    """Entry point."""
    app()


if __name__ == "__main__":
    main()

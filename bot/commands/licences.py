"""``licences load``: the list of licensed firms from a spreadsheet, as the desk's page does it."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import typer
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.assembly import wall_clock
from bot.commands.data import with_engine
from content.licence_sheet import Sheet, Unreadable, read_sheet
from db.licences import accept, current_list, firms_of, keep_list
from db.staff import AuditEntry
from desk.licence_changes import Changes, compare
from desk.words import word


def load(file: Path, day: str, *, dry_run: bool) -> Iterator[str]:
    """Load the list of ``day``, unless ``dry_run``; gives the lines that say what it changes."""
    try:
        listed_on = date.fromisoformat(day)
        sheet = read_sheet(file.read_bytes(), listed_on)
    except Unreadable as error:
        raise typer.BadParameter(word(f"licences.file.{error.key}")) from error
    except ValueError as error:
        raise typer.BadParameter(f"{day} is no day: write it as 2026-11-01") from error
    if sheet.faults:
        faults = (
            f"{fault.row}: {word(f'licences.field.{fault.column}')} {word(f'licences.fault.{fault.key}')} {fault.value}"
            for fault in sheet.faults
        )
        raise typer.BadParameter("\n".join((word("licences.faulty"), *faults)))
    changes = with_engine(lambda engine: _load(engine, sheet, listed_on, file.name, dry_run=dry_run))
    return _told(sheet, changes)


async def _load(engine: AsyncEngine, sheet: Sheet, listed_on: date, name: str, *, dry_run: bool) -> Changes:
    now = wall_clock()
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        before = await current_list(session)
        old = await firms_of(session, before.id) if before else ()
        kept = await keep_list(
            session, map(asdict, sheet.firms), listed_on=listed_on, source=name, loaded_by="system", now=now
        )
        await accept(session, kept, now)
        session.add(
            AuditEntry(
                actor="system",
                action="licences_accept",
                subject="licence_list",
                subject_id=kept.id,
                detail={"count": len(sheet.firms)},
                created_at=now,
            )
        )
        changes = compare(old, await firms_of(session, kept.id))
        if dry_run:
            await session.rollback()
    return changes


def _told(sheet: Sheet, changes: Changes) -> Iterator[str]:
    yield f"{len(sheet.firms)} firms"
    for name in ("gone", "status", "renamed", "new"):
        yield word(f"licences.changes.{name}", count=len(getattr(changes, name)))

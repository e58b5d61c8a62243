"""``content review``: the Khmer texts out to a reader, and safely back."""

from datetime import date
from pathlib import Path

import typer

from content.compile import compile_folder
from content.review import SHEET, main
from content.review_file import NotOurs, read, write
from content.review_return import judge
from content.review_units import ROOT, units
from content.review_writing import apply


def send(file: Path, *, everything: bool) -> str:
    """Write the spreadsheet; returns what to tell."""
    if file.suffix != ".xlsx":
        raise typer.BadParameter("the file must end in .xlsx")
    count = write(file, units(), everything=everything)
    return f"{file}: {count} texts for the reader"


def take_back(file: Path, *, dry_run: bool) -> tuple[list[str], bool]:
    """Take a spreadsheet back unless ``dry_run``; returns what to tell, and whether a row was refused."""
    try:
        outcome = judge(read(file.read_bytes()), units())
    except NotOurs as error:
        raise typer.BadParameter(str(error)) from error
    if not dry_run and outcome.taken:
        for folder in {file.parent for file in apply(outcome.taken, ROOT, date.today()) if file.suffix == ".po"}:
            compile_folder(folder)
        if SHEET.parent.is_dir():  # an installed program has no manual beside it
            main()
    changed = sum(one.changed for one in outcome.taken)
    approved = sum(bool(one.reader) for one in outcome.taken)
    told = f"corrected: {changed}   approved: {approved}   left as they are: {outcome.unchanged}"
    lines = [f"remark on {line}" for line in outcome.notes] + [f"refused: {line}" for line in outcome.refused]
    return [*lines, told], bool(outcome.refused)

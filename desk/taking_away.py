"""Taking lists of people away: columns, dates and a look at the first rows; small files at once, large by the clock."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.export_queries import count_taken
from db.made_files import last_columns, remember_columns
from desk.access import Viewer
from desk.download import download
from desk.export import ROWS_LIMIT, Cell
from desk.made_files import ask_for
from desk.monthly_words import thousands
from desk.page import Page, demand, form_text, go, viewer_at
from desk.people_columns import COLUMNS, SETS, allowed
from desk.people_file import first_rows, write_people
from desk.record import note
from desk.taking import DATES, ENDS, Asked, Kind, clean, sets_for, settled

DIRECT = 5_000
"""So many rows take a second or two; more are made by the clock, and the page tells how far it is."""
LOOKED = 10
"""Rows of a look ahead."""
NAMES: dict[Kind, str] = {"registration": "dang-ky", "case": "viec-can-lam"}


class TakePage(Page):
    """One list's choices; the list's own address is its ``query``."""

    kind: ClassVar[Kind]
    back: ClassVar[str]

    def is_accessible(self, request: Request) -> bool:
        """Who may take lists away."""
        return viewer_at(request).may_export

    async def choose(self, request: Request) -> Response:
        """Show the choices, as last time or as a named set has them."""
        viewer = viewer_at(request)
        given = request.query_params
        query = clean(self.kind, str(given))
        async with self.desk.session() as session:
            last = allowed(viewer, await last_columns(session, viewer.id, self.kind))
        named = given.get("set", "last")
        wanted = SETS[named] if named in SETS else last or SETS["usual"]
        return await self._show(request, Asked(self.kind, query, allowed(viewer, wanted), {}), last)

    async def act(self, request: Request) -> Response:
        """Show the first rows of what was chosen, or give it as a file."""
        viewer = viewer_at(request)
        demand(viewer.may_export)
        asked = await self._asked(request, viewer)
        if (await form_text(request, "do"))[0] == "look":
            return await self._look(request, viewer, asked)
        return await self._take(request, viewer, asked)

    async def _asked(self, request: Request, viewer: Viewer) -> Asked:
        form: FormData = await request.form(max_files=0, max_fields=500)
        async with self.desk.session() as session:
            last = await last_columns(session, viewer.id, self.kind)
        return Asked.read(self.kind, form, viewer, last or SETS["usual"])

    async def _look(self, request: Request, viewer: Viewer, asked: Asked) -> Response:
        async with self.desk.session() as session:
            book = await self.desk.book(session)
        rows = await first_rows(self.desk, viewer, asked, book, LOOKED)
        async with self.desk.session() as session:
            last = allowed(viewer, await last_columns(session, viewer.id, self.kind))
            note(session, viewer, self.desk.clock(), "list", "registration", count=len(rows), **asked.for_record())
        return await self._show(request, asked, last, rows)

    async def _show(
        self, request: Request, asked: Asked, last: Sequence[str], rows: Sequence[Sequence[Cell]] | None = None
    ) -> Response:
        viewer = viewer_at(request)
        async with self.desk.session() as session:
            book = await self.desk.book(session)
        async with self.desk.engine.connect() as connection:
            taken = await settled(connection, asked.taken(viewer, book, self.desk.clock(), self.desk.zone))
            count = await count_taken(connection, taken, DIRECT + 1)
        offered = [*asked.columns, *(key for key in allowed(viewer, COLUMNS) if key not in asked.columns)]
        return self.render(
            request, "take.html", asked=asked, offered=offered, last=last, sets=sets_for(viewer), rows=rows,
            shown=cell_words, chosen=asked.words(book), count=count, direct=DIRECT, limit=ROWS_LIMIT,
            dates=DATES, ends=ENDS, thousands=thousands, path=self.path, back=self.back, kind=self.kind,
        )  # fmt: skip

    async def _take(self, request: Request, viewer: Viewer, asked: Asked) -> Response:
        now = self.desk.clock()
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            await remember_columns(session, viewer.id, self.kind, asked.columns, now)
        async with self.desk.engine.connect() as connection:
            taken = await settled(connection, asked.taken(viewer, book, now, self.desk.zone))
            count = await count_taken(connection, taken, DIRECT + 1)
        name = f"{NAMES[self.kind]}-{self.desk.today():%Y%m%d}.xlsx"
        if count > DIRECT:
            await ask_for(request, self.desk, viewer, self.kind, name, asked.to_keep())
            return go(request, "/files")

        async def write(file: Path) -> None:
            rows = await write_people(self.desk, viewer, asked, book, file)
            async with self.desk.session() as session:
                note(session, viewer, now, "export", self.kind, count=rows, **asked.for_record())

        return await download(name, write)


class RegistrationsTakePage(TakePage):
    """Of the list of registrations."""

    path = "/registrations/export"
    kind = "registration"
    back = "/registrations"

    @route("", name="registrations-choose")
    async def index(self, request: Request) -> Response:
        """Show the choices."""
        return await self.choose(request)

    @route("", methods=["POST"], name="registrations-export")
    async def take(self, request: Request) -> Response:
        """Show the first rows, or give the file."""
        return await self.act(request)


class CasesTakePage(TakePage):
    """Of the list of what is to be done."""

    path = "/cases/export"
    kind = "case"
    back = "/cases"

    @route("", name="cases-choose")
    async def index(self, request: Request) -> Response:
        """Show the choices."""
        return await self.choose(request)

    @route("", methods=["POST"], name="cases-export")
    async def take(self, request: Request) -> Response:
        """Show the first rows, or give the file."""
        return await self.act(request)


def cell_words(cell: Cell) -> str:
    """A cell as a page shows it."""
    if cell is None or isinstance(cell, str | int):
        return "" if cell is None else str(cell)
    return f"{cell:%d/%m/%Y}"

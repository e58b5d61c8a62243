"""The day of a fair: who comes, checking in by name or code, those who come unannounced, and the evening's list."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.catalogue import LANGUAGES
from content.fold import fold, latin_digits
from content.reading.names import read_name
from content.reading.phones import read_phone
from content.reading.years import read_birth_year
from db.fair_codes import read_code
from db.fair_day import check_in, expected, fair, fairs, found, person, take_back, walk_in
from db.ownership import settle_owner
from desk.access import Viewer
from desk.answers import phone_for
from desk.download import download
from desk.export import Cell, Sheet
from desk.page import Page, demand, form_text, go, number_at, number_of, say, viewer_at
from desk.placebook import PlaceBook
from desk.record import note
from desk.words import word

MOST = 1000
KINDS = ("job", "training", "overseas")
MINIMUM_AGE = 16
"""As in the forms: below it a parent must agree, too (Law 91/2025)."""
_WIDTHS = {"name": 28, "birth_year": 10, "phone": 16, "place": 22, "hamlet": 18, "said": 18, "came": 18, "way": 18}


class FairsPage(Page):
    """Fairs around today."""

    path = "/fairs"
    menu = "menu.fairs"

    @route("", name="fairs")
    async def index(self, request: Request) -> Response:
        """Show them."""
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            rows = await fairs(session, self.desk.clock())
        return self.render(request, "fairs.html", rows=rows, place=book.name)


class FairPage(Page):
    """One fair, on a phone at the door or on a table inside."""

    path = "/fair/{id}"

    @route("", name="fair")
    async def index(self, request: Request) -> Response:
        """Show who comes and came; with a search or a code, whom it means."""
        viewer, now, number = viewer_at(request), self.desk.clock(), number_at(request, "id")
        q, code = (request.query_params.get(name, "").strip()[:60] for name in ("q", "code"))
        async with self.desk.session() as session:
            one = await _fair(session, number)
            book = await self.desk.book(session)
            rows = await expected(session, number, viewer.bounds, MOST)
            match = await found(session, number, _searched(q), viewer.bounds) if q and viewer.may_search(q) else ()
            known = read_code(self.desk.seal, number, code) if code else None
            shown = await person(session, known, viewer.bounds) if known is not None else None
            note(session, viewer, now, "list", "fair", number, count=len(rows) + len(match) + bool(shown))
        return self.render(
            request, "fair.html", fair=one, rows=rows, q=q, match=match, code=code, shown=shown, place=book.name,
            came=sum(row.came_at is not None for row in rows), kinds=KINDS, languages=LANGUAGES,
            places=book.choices("2020", None), phone=lambda value: phone_for(viewer, value),
        )  # fmt: skip

    @route("/in", methods=["POST"], name="fair-in")
    async def check_in(self, request: Request) -> Response:
        """Somebody is here."""
        viewer, now, number = viewer_at(request), self.desk.clock(), number_at(request, "id")
        demand(viewer.may_change)
        given, by_code = await form_text(request, "worker", "code")
        worker_id = number_of(given)
        async with self.desk.session() as session:
            await _fair(session, number)
            worker = await person(session, worker_id, viewer.bounds) if worker_id is not None else None
            if worker is None:
                raise HTTPException(404)
            way = "code" if by_code and read_code(self.desk.seal, number, by_code) == worker.id else "name"
            new = await check_in(session, number, worker.id, way, viewer.id, now)
            if new:
                note(session, viewer, now, "fair_in", "fair", number, worker=worker.id, way=way)
        say(request, "fair.is_in" if new else "fair.was_in", name=worker.name or "")
        return go(request, f"/fair/{number}")

    @route("/out", methods=["POST"], name="fair-out")
    async def take_back(self, request: Request) -> Response:
        """It was somebody else."""
        viewer, number = viewer_at(request), number_at(request, "id")
        demand(viewer.may_change)
        worker_id = number_of((await form_text(request, "worker"))[0])
        async with self.desk.session() as session:
            worker = await person(session, worker_id, viewer.bounds) if worker_id is not None else None
            if worker is None or not await take_back(session, number, worker.id):
                raise HTTPException(404)
            note(session, viewer, self.desk.clock(), "fair_out", "fair", number, worker=worker.id)
        say(request, "fair.is_out", name=worker.name or "")
        return go(request, f"/fair/{number}")

    @route("/new", methods=["POST"], name="fair-new")
    async def walk_in(self, request: Request) -> Response:
        """Somebody came unannounced: a few facts, what they look for, and that they agree."""
        viewer, now, number = viewer_at(request), self.desk.clock(), number_at(request, "id")
        demand(viewer.may_change)
        names = ("name", "birth_year", "phone", "place", "hamlet", "kind", "lang", "agrees")
        given = dict(zip(names, await form_text(request, *names, longest=120), strict=True))
        async with self.desk.session() as session:
            await _fair(session, number)
            facts = self._facts(given, await self.desk.book(session))
            if facts is None or given["kind"] not in KINDS or given["lang"] not in LANGUAGES or not given["agrees"]:
                say(request, "fair.wrong", "error")
                return go(request, f"/fair/{number}#new")
            registration = await walk_in(session, viewer.bounds, facts, given["kind"], given["lang"], now)
            await settle_owner(session, viewer, registration, now)
            await check_in(session, number, registration.worker_id, "walk_in", viewer.id, now)
            note(session, viewer, now, "fair_new", "registration", registration.id, fair=number)
        say(request, "fair.is_in", name=facts["name"])
        return go(request, f"/fair/{number}")

    def _facts(self, given: dict[str, str], book: PlaceBook) -> dict[str, Any] | None:
        """What was typed, as it is kept; None where something that is needed can't be read."""
        name = read_name(given["name"])
        year = read_birth_year(given["birth_year"], self.desk.today().date())
        phone = read_phone(given["phone"]) if given["phone"] else None
        place = number_of(given["place"])
        if name is None or year is None or (given["phone"] and phone is None) or place not in book.units:
            return None
        if self.desk.today().year - year < MINIMUM_AGE:
            return None
        owner = "own" if phone else "none"
        return {"name": name, "birth_year": year, "phone": phone, "phone_owner": owner, "place_id": place,
                "hamlet": given["hamlet"] or None}  # fmt: skip

    @route("/take", methods=["POST"], name="fair-take")
    async def take(self, request: Request) -> Response:
        """Give the evening's list as a file."""
        viewer, now, number = viewer_at(request), self.desk.clock(), number_at(request, "id")
        demand(viewer.may_export)

        async def write(file: Path) -> None:
            async with self.desk.session() as session:
                one = await _fair(session, number)
                book = await self.desk.book(session)
                rows = await expected(session, number, viewer.bounds, 100_000)
                note(session, viewer, now, "export", "fair", number, count=len(rows))
            moment = f"{self.desk.local(now):%H:%M %d/%m/%Y}"
            heading = word("fair.heading", title=one.title or "", who=viewer.name, moment=moment)
            await run_sync(self._write, viewer, file, heading, rows, book)

        return await download(f"ngay-hoi-{number}.xlsx", write)

    def _write(self, viewer: Viewer, file: Path, heading: str, rows: Sequence[Any], book: PlaceBook) -> None:
        columns = [(word(f"fair.column.{key}"), width) for key, width in _WIDTHS.items()]
        with Sheet(file, columns, heading) as sheet:
            sheet.write(self._row(viewer, row, book) for row in rows)

    def _row(self, viewer: Viewer, row: Any, book: PlaceBook) -> Sequence[Cell]:
        came = self.desk.local(row.came_at).replace(tzinfo=None) if row.came_at else None
        return (
            row.name or "",
            row.birth_year or "",
            phone_for(viewer, row.phone),
            book.name(row.place_id),
            row.hamlet or "",
            word(f"fair.said.{row.answer}") if row.answer else "",
            came,
            word(f"fair.way.{row.way}") if row.way else "",
        )


async def _fair(session: AsyncSession, number: int) -> Any:
    one = await fair(session, number)
    if one is None:
        raise HTTPException(404)
    return one


def _searched(q: str) -> str:
    """Words as the search column has them: without accents, a phone with its country."""
    phone = read_phone(q)
    return phone if phone is not None else fold(latin_digits(q))

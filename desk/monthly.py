"""The monthly lists: each month's numbers by commune and hamlet, and the lists to take away and print."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.monthly_glance import ask, glance
from db.monthly_making import kept_list, month_of
from db.monthly_reading import HamletNumbers, Kept, Numbers, erased, hamlet_numbers, kept_months, read_list
from desk.access import Viewer
from desk.bars import Bar, Series, draw
from desk.download import download
from desk.made_files import ask_for
from desk.monthly_file import Form, TooLong
from desk.monthly_taking import NoList, takes_long, this_month, within, write_month
from desk.monthly_words import hamlet_name, thousands
from desk.page import Page, demand, form_text, go, number_of, say, viewer_at
from desk.placebook import PlaceBook
from desk.record import note
from desk.words import word

REASONS = ("without_work", "underemployed", "learners")


class MonthlyPage(Page):
    """One month at a time; the month that goes on is counted by the clock, and not kept."""

    path = "/lists"
    menu = "menu.lists"

    @route("", name="lists")
    async def index(self, request: Request) -> Response:
        """Show the numbers of a month."""
        viewer = viewer_at(request)
        async with self.desk.session() as session:
            book = await self.desk.book(session)
        async with self.desk.engine.connect() as connection:
            months = await kept_months(connection)
            month = self._chosen(request.query_params.get("month", ""), months)
            shown = await self._shown(connection, month, viewer, book)
        choices = [(self._this_month(), True), *((one.month, False) for one in months)]
        return self.render(
            request, "lists.html", month=month, choices=choices, shown=shown, places=_places(viewer, book),
            this_month=self._this_month(), thousands=thousands,
        )  # fmt: skip

    async def _shown(
        self, connection: AsyncConnection, month: date, viewer: Viewer, book: PlaceBook
    ) -> dict[str, Any] | None:
        """What is kept of a month, or what was counted of the one that goes on."""
        if month == self._this_month():
            counted = await glance(connection, month, viewer.bounds)
            return _put_together(*counted, 0, book) if counted is not None else None
        number = await kept_list(connection, month)
        if number is None:
            return None
        numbers = await hamlet_numbers(connection, number, viewer.bounds)
        gone = await erased(connection, number, viewer.bounds)
        return _put_together(await read_list(connection, number), numbers, gone, book)

    @route("/count", methods=["POST"], name="lists-count")
    async def count(self, request: Request) -> Response:
        """Have the month that goes on counted anew, by the clock."""
        async with self.desk.engine.begin() as connection:
            await ask(connection, self._this_month(), self.desk.clock())
        say(request, "lists.counting")
        return go(request, f"/lists?month={self._this_month():%Y-%m}")

    @route("/take", methods=["POST"], name="lists-take")
    async def take(self, request: Request) -> Response:
        """Give a month's list, of one commune or of all that are the viewer's, as a file."""
        viewer = viewer_at(request)
        demand(viewer.may_export)
        month_words, place_words, form = await form_text(request, "month", "place", "form")
        month, place = _month(month_words), number_of(place_words) if place_words else None
        if month is None or form not in ("xlsx", "pdf"):
            raise HTTPException(404)
        try:
            return await self._file(request, viewer, month, place, "pdf" if form == "pdf" else "xlsx")
        except TooLong:
            say(request, "monthly.too_long", "warning")
            return go(request, f"/lists?month={month_words}")

    async def _file(self, request: Request, viewer: Viewer, month: date, place: int | None, form: Form) -> Response:
        async with self.desk.session() as session:
            book = await self.desk.book(session)
        if place is not None and place not in book.units:
            raise HTTPException(404)
        where = f"-{book.code_of(place)}" if place is not None else ""
        name = f"danh-sach-{month:%Y-%m}{where}.{form}"
        asked: dict[str, Any] = {"month": f"{month:%Y-%m}", "place": place, "form": form}
        if await takes_long(self.desk, month, within(place, viewer, book)):
            await ask_for(request, self.desk, viewer, "monthly_list", name, asked)
            return go(request, "/files")

        async def write(file: Path) -> None:
            try:
                count = await write_month(self.desk, viewer, asked, file)
            except NoList as error:
                raise HTTPException(404) from error
            async with self.desk.session() as session:
                note(session, viewer, self.desk.clock(), "export", "monthly_list", count=count, **asked)

        return await download(name, write)

    def _this_month(self) -> date:
        return this_month(self.desk)

    def _chosen(self, words: str, months: Sequence[Kept]) -> date:
        """The month that was asked for, or the newest that is kept."""
        month = _month(words)
        known = {one.month for one in months} | {self._this_month()}
        if month is not None and month in known:
            return month
        return months[0].month if months else self._this_month()


def _month(words: str) -> date | None:
    try:
        return month_of(words) if len(words) == len("2026-11") else None
    except ValueError:
        return None


def _places(viewer: Viewer, book: PlaceBook) -> list[tuple[str, list[tuple[int, str]]]]:
    maps = [(version, book.choices(version, viewer.places)) for version in ("2020", "2025")]
    return [*maps, ("hamlets", book.hamlets(viewer.bounds) if viewer.hamlets else [])]


def _put_together(kept: Kept, numbers: Sequence[HamletNumbers], gone: int, book: PlaceBook) -> dict[str, Any]:
    communes = [_commune(place, list(them), book) for place, them in groupby(numbers, key=lambda one: one.place_id)]
    return {
        "kept": kept,
        "communes": communes,
        "whole": sum((commune["numbers"] for commune in communes), Numbers()),
        "erased": gone,
        "drawing": draw([Bar(one["name"], _reasons(one["numbers"])) for one in communes]),
        "series": Series(tuple(word(f"monthly.column.{reason}") for reason in REASONS)),
    }


def _reasons(numbers: Numbers) -> tuple[int, ...]:
    return tuple(getattr(numbers, reason) for reason in REASONS)


def _commune(place: int | None, hamlets: Sequence[HamletNumbers], book: PlaceBook) -> dict[str, Any]:
    return {
        "name": book.name(place) or word("monthly.elsewhere"),
        "numbers": sum((one.numbers for one in hamlets), Numbers()),
        "hamlets": [(hamlet_name(one.hamlet), one.numbers) for one in hamlets],
    }

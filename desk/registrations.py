"""The list of registrations: filter, search, change many at once."""

from typing import Any

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.desk_queries import COUNT_CAP, Cursor, page
from db.desk_queries import Page as Rows
from db.registrations import KINDS, STATUSES
from db.twins import in_sight
from desk.answers import phone_for
from desk.changes import MOST_AT_ONCE, Changed, change_status, undo
from desk.listing import OVERDUE, Listing, months, read_cursor, write_cursor
from desk.page import Page, demand, form_text, go, number_of, say, viewer_at
from desk.placebook import PlaceBook
from desk.record import note
from desk.saved_filters import filters_of
from desk.statuses import NEXT, Refused
from desk.words import word
from desk.work_listing import WorkListing

SIZE = 50
_COLUMNS = ("number", "date", "name", "birth_year", "place", "hamlet", "kind", "status", "phone", "promised")


class RegistrationsPage(Page):
    """People who registered, newest first."""

    path = "/registrations"
    menu = "menu.registrations"

    @route("", name="registrations")
    async def index(self, request: Request) -> Response:
        """Show one page of the list."""
        viewer, now = viewer_at(request), self.desk.clock()
        listing, cursor = Listing.read(request.query_params), read_cursor(request.query_params)
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            if listing.status == OVERDUE and not listing.q and not listing.month:
                # what is overdue has an order of its own
                return go(request, f"/cases?{WorkListing('overdue', listing.place, listing.kind).query()}")
            filters = await filters_of(session, viewer)
            rows = await page(session, listing.wanted(viewer, book, now, self.desk.zone), SIZE, cursor)
            chosen: dict[str, Any] = {"filter": listing.query(q=None), "searched": bool(listing.q)}
            twins = await in_sight(session, [row.twin_id for row in rows.rows], viewer.bounds)
            note(session, viewer, now, "list", "registration", count=len(rows.rows), **chosen)
        return self.render(
            request,
            "registrations.html",
            listing=listing,
            rows=rows,
            twins=twins,
            count=count_words(rows),
            now=now,
            phone=lambda number: phone_for(viewer, number),
            **_row_words(rows, book),
            ways=_ways(listing, rows, cursor),
            choices=self._choices(viewer.places, book),
            undo=request.query_params.get("undo"),
            filters=filters,
            next_statuses=[status for status in STATUSES if status != "new"],
        )

    def _choices(self, places: frozenset[int] | None, book: PlaceBook) -> dict[str, Any]:
        return {
            "places": book.choices("2020", places),
            "new_places": book.choices("2025", places),
            "kinds": KINDS,
            "statuses": (OVERDUE, *STATUSES),
            "months": months(self.desk.today()),
        }

    @route("/status", methods=["POST"], name="registrations-status")
    async def change(self, request: Request) -> Response:
        """Change the status of the rows that were ticked."""
        viewer = viewer_at(request)
        demand(viewer.may_change)
        wanted, reason = await form_text(request, "status", "reason")
        form = await request.form()
        ids = [number_of(value) if isinstance(value, str) else None for value in form.getlist("id")]
        known = [number for number in ids if number is not None]
        if len(known) < len(ids):
            raise HTTPException(404)
        back = await _back(request)
        if not known:
            say(request, "list.none_ticked", "warning")
            return go(request, f"/registrations?{back}")
        async with self.desk.session() as session:
            changed = await change_status(session, viewer, self.desk.clock(), known[:MOST_AT_ONCE], wanted, reason)
        tell(request, changed, wanted)
        return go(request, f"/registrations?{back}{'&' if back else ''}undo={changed.token if changed.done else ''}")

    @route("/undo", methods=["POST"], name="registrations-undo")
    async def take_back(self, request: Request) -> Response:
        """Undo the change that was just made."""
        viewer = viewer_at(request)
        demand(viewer.may_change)
        token, where = await form_text(request, "token", "where")
        async with self.desk.session() as session:
            undone = await undo(session, viewer, self.desk.clock(), token)
        if undone:
            say(request, "undo.done", count=len(undone))
        else:
            say(request, "undo.too_late", "warning")
        if (number := number_of(where)) is not None:
            return go(request, f"/registration/{number}")
        return go(request, f"/registrations?{await _back(request)}")


def filter_words(listing: Listing, book: PlaceBook) -> str:
    """The filter as one line for people."""
    parts = [
        ("filter.q", listing.q),
        ("filter.place", book.name(listing.place)),
        ("filter.kind", word(f"kind.{listing.kind}") if listing.kind else ""),
        ("filter.status", word(f"status.{listing.status}") if listing.status else ""),
        ("filter.month", month_words(listing.month) if listing.month else ""),
    ]
    return ", ".join(f"{word(key).lower()}: {said}" for key, said in parts if said)


def month_words(month: str) -> str:
    """11/2026."""
    year, number = month.split("-")
    return f"{int(number)}/{year}"


def count_words(rows: Rows) -> str:
    """How many, or "more than" where counting on would be slow."""
    if not rows.capped:
        return word("list.count", count=_thousands(rows.count))
    return word("list.more_than", count=_thousands(min(rows.count, COUNT_CAP)))


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _row_words(rows: Rows, book: PlaceBook) -> dict[str, Any]:
    """The words that the rows repeat, looked up once a page."""
    places = {row.place_id for row in rows.rows}
    return {
        "c": {key: word(f"column.{key}") for key in _COLUMNS},
        "w": {kind: word(f"kind.{kind}") for kind in KINDS} | {status: word(f"status.{status}") for status in STATUSES},
        "place_names": {place: book.name(place) for place in places},
        "place_titles": {place: word("list.now_in", place=book.new_name(place)) if place else "" for place in places},
    }


def _ways(listing: Listing, rows: Rows, cursor: Cursor | None) -> dict[str, str]:
    """Addresses of the pages around this one; a missing one is empty."""
    if not rows.rows:
        return {"first": listing.query() if cursor else "", "newer": "", "older": ""}
    first, last = rows.rows[0], rows.rows[-1]
    is_newer = cursor is not None and cursor.newer
    newer = rows.more if is_newer else cursor is not None
    older = True if is_newer else rows.more
    return {
        "first": listing.query() if newer else "",
        "newer": listing.query(newer=write_cursor(first.created_at, first.id)) if newer else "",
        "older": listing.query(older=write_cursor(last.created_at, last.id)) if older else "",
        "here": "yes" if newer or older else "",
    }


async def _back(request: Request) -> str:
    """The filter that the form was sent from, read and written anew so that nothing else comes along."""
    (query,) = await form_text(request, "query", longest=1_000)
    return Listing.read(QueryParams(query)).query()


def tell(request: Request, changed: Changed, wanted: str) -> None:
    """Say what was changed, and why the rest was not."""
    if changed.done:
        say(request, "status.changed", count=len(changed.done), wanted=word(f"status.{wanted}"))
    for number, refusal in changed.refused[:3]:
        say(request, "status.refused", "error", number=number, why=refusal_words(refusal))
    if len(changed.refused) > 3:
        say(request, "status.refused_more", "error", count=len(changed.refused) - 3)
    if not changed.done and not changed.refused:
        say(request, "status.gone", "error")


def refusal_words(refusal: Refused) -> str:
    """Why a change can't be, with what is possible instead."""
    values = {name: word(f"status.{status}") for name, status in refusal.values.items() if status in NEXT}
    current = refusal.values.get("current", "")
    after = ", ".join(word(f"status.{status}") for status in NEXT.get(current, ()))
    return word(refusal.key, **values, possible=after)

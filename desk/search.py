"""One search over people and over what was written: names, phones and numbers first, then words in cases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.fold import fold
from db.desk_queries import page as people_page
from db.registrations import HelpRequest
from db.words_search import CAP, SOURCES, Finds, Place, find
from desk.access import Viewer
from desk.answers import phone_for
from desk.excerpt import Piece, contains, excerpt
from desk.listing import Listing
from desk.page import Page, number_of, viewer_at
from desk.record import note

PEOPLE = 10
WORDS = 30
MOST_WORDS = 6
OPENED = 500
"""So many of the newest sealed stories are opened and looked through; none of their words is kept in the open."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Told(NamedTuple):
    """A call for a person in whose sealed words something was found."""

    asked: HelpRequest
    pieces: Sequence[Piece]


class SearchPage(Page):
    """What the field in the frame leads to."""

    path = "/search"

    @route("", name="search")
    async def index(self, request: Request) -> Response:
        """Show who and what was found."""
        viewer, now = viewer_at(request), self.desk.clock()
        listing, after = Listing.read(request.query_params), _read_place(request.query_params.get("after", ""))
        words = _words(listing.q)
        allowed = viewer.may_search(listing.q)
        context: dict[str, Any] = {"q": listing.q, "allowed": allowed, "opened": OPENED, "cap": CAP}
        if not words or not allowed:
            return self.render(request, "search.html", **context, asked=False)
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            wanted = Listing(q=listing.q).wanted(viewer, book, now, self.desk.zone)
            people = await people_page(session, wanted, PEOPLE) if after is None else None
            finds = await find(session, viewer.bounds, words, WORDS, after)
            told = await self._told(session, viewer, words) if after is None else ()
            count = finds.count + len(told) + (len(people.rows) if people else 0)
            note(session, viewer, now, "search", "words", count=count)
        context |= {"people": people, "finds": finds, "told": told, "asked": True}
        context["pieces"] = {(row.what, row.id): excerpt(viewer.reads(row.words), words) for row in finds.rows}
        context["place_names"] = {row.place_id: book.name(row.place_id) for row in (people.rows if people else ())}
        context["older"] = _write_place(finds) if finds.more else ""
        return self.render(request, "search.html", **context, phone=lambda number: phone_for(viewer, number))

    async def _told(self, session: AsyncSession, viewer: Viewer, words: Sequence[str]) -> list[Told]:
        """Calls for a person whose sealed words fit: opened here, for those whose work it is, and forgotten again."""
        if not viewer.sees_private or viewer.bounds.is_nothing:
            return []
        sealed = select(HelpRequest).where(HelpRequest.detail.is_not(None), viewer.bounds.help_requests())
        rows = (await session.scalars(sealed.order_by(HelpRequest.id.desc()).limit(OPENED))).all()
        opened = [(row, self.desk.seal.open(row.detail).decode()) for row in rows if row.detail is not None]
        return [Told(row, excerpt(story, words)) for row, story in opened if contains(story, words)]


def _words(q: str) -> list[str]:
    """The folded words that all must stand there."""
    return list(dict.fromkeys(fold(q).split()))[:MOST_WORDS]


def _write_place(finds: Finds) -> str:
    last = finds.rows[-1]
    return f"{(last.created_at - _EPOCH) // timedelta(microseconds=1)}-{last.what}-{last.id}"


def _read_place(given: str) -> Place | None:
    """Where to go on; None for the first page and for nonsense."""
    moment, _, rest = given.partition("-")
    what, _, number = rest.partition("-")
    at, id = number_of(moment), number_of(number)
    if at is None or id is None or what not in SOURCES or len(moment) > 16:
        return None
    return Place(_EPOCH + timedelta(microseconds=at), what, id)

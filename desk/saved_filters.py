"""Filters of the lists that somebody keeps under a name."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.cases import SavedFilter
from desk.access import Viewer
from desk.listing import Listing
from desk.page import Page, form_text, go, number_of, say, viewer_at
from desk.work_listing import WorkListing

PAGES = ("registrations", "cases")
LONGEST = 60
MOST = 30


class SavedFiltersPage(Page):
    """Keeping a filter and dropping it; the list shows them."""

    path = "/filters"

    @route("", name="filters")
    async def index(self, request: Request) -> Response:
        """They are shown with the list."""
        return go(request, "/registrations")

    @route("/save", methods=["POST"], name="filter-save")
    async def save(self, request: Request) -> Response:
        """Keep the filter of the list; the words searched for are not kept, for they may be a name."""
        viewer = viewer_at(request)
        name, given, page = await form_text(request, "name", "query", "page", longest=1_000)
        page = page if page in PAGES else PAGES[0]
        query = _without_words(page, given)
        back = f"/{page}?{query}"
        if not name or not query:
            say(request, "filters.nothing", "error")
            return go(request, back)
        values = {"staff_id": viewer.id, "page": page, "name": name[:LONGEST], "query": query}
        async with self.desk.session() as session:
            if len(await filters_of(session, viewer, page)) >= MOST:
                say(request, "filters.too_many", "error")
                return go(request, back)
            kept = insert(SavedFilter).values(**values, created_at=self.desk.clock())
            await session.execute(kept.on_conflict_do_update(index_elements=["staff_id", "page", "name"], set_=values))
        say(request, "filters.saved", name=name[:LONGEST])
        return go(request, back)

    @route("/drop", methods=["POST"], name="filter-drop")
    async def drop(self, request: Request) -> Response:
        """Drop one of one's own."""
        (number,) = await form_text(request, "id")
        async with self.desk.session() as session:
            mine = SavedFilter.id == number_of(number), SavedFilter.staff_id == viewer_at(request).id
            page = await session.scalar(delete(SavedFilter).where(*mine).returning(SavedFilter.page))
        return go(request, f"/{page or PAGES[0]}")


def _without_words(page: str, given: str) -> str:
    if page == "cases":
        return WorkListing.read(QueryParams(given)).query()
    return Listing.read(QueryParams(given)).query(q=None)


async def filters_of(session: AsyncSession, viewer: Viewer, page: str = PAGES[0]) -> Sequence[SavedFilter]:
    """One's own filters of a list, by name."""
    query = select(SavedFilter).where(SavedFilter.staff_id == viewer.id, SavedFilter.page == page)
    return (await session.scalars(query.order_by(SavedFilter.name))).all()

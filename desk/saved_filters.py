"""Filters of the list that somebody keeps under a name."""

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
        name, given = await form_text(request, "name", "query")
        query = Listing.read(QueryParams(given)).query(q=None)
        if not name or not query:
            say(request, "filters.nothing", "error")
            return go(request, f"/registrations?{query}")
        values = {"staff_id": viewer.id, "name": name[:LONGEST], "query": query}
        async with self.desk.session() as session:
            if len(await filters_of(session, viewer)) >= MOST:
                say(request, "filters.too_many", "error")
                return go(request, f"/registrations?{query}")
            kept = insert(SavedFilter).values(**values, created_at=self.desk.clock())
            await session.execute(kept.on_conflict_do_update(index_elements=["staff_id", "name"], set_=values))
        say(request, "filters.saved", name=name[:LONGEST])
        return go(request, f"/registrations?{query}")

    @route("/drop", methods=["POST"], name="filter-drop")
    async def drop(self, request: Request) -> Response:
        """Drop one of one's own."""
        (number,) = await form_text(request, "id")
        async with self.desk.session() as session:
            mine = SavedFilter.id == number_of(number), SavedFilter.staff_id == viewer_at(request).id
            await session.execute(delete(SavedFilter).where(*mine))
        return go(request, "/registrations")


async def filters_of(session: AsyncSession, viewer: Viewer) -> Sequence[SavedFilter]:
    """One's own filters, by name."""
    query = select(SavedFilter).where(SavedFilter.staff_id == viewer.id).order_by(SavedFilter.name)
    return (await session.scalars(query)).all()

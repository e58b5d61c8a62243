"""Setting what the plan asks for in a year: for the office and administrators, each change on record."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.bounds import EVERYWHERE
from db.targets import MEASURES, Target
from desk.page import Page, demand, form_text, go, number_of, say, viewer_at
from desk.record import note

_MOST = 1_000_000
_YEARS = range(2020, 2101)


class TargetsPage(Page):
    """All targets, newest year first, and a form that sets one."""

    path = "/targets"

    def is_accessible(self, request: Request) -> bool:
        """Those whose work is the whole district."""
        return viewer_at(request).role in EVERYWHERE

    @route("", name="targets")
    async def index(self, request: Request) -> Response:
        """Show them."""
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            query = select(Target).order_by(Target.year.desc(), Target.place_id.nulls_first(), Target.measure.desc())
            targets = (await session.scalars(query)).all()
        return self.render(
            request, "targets.html", targets=targets, book=book, measures=MEASURES, year=self.desk.today().year
        )

    @route("/set", methods=["POST"], name="targets-set")
    async def set(self, request: Request) -> Response:
        """Set a year's target; the one that was there is replaced, and stands in the record."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.role in EVERYWHERE)
        year_words, measure, place_words, number_words, source = await form_text(
            request, "year", "measure", "place", "number", "source"
        )
        year, number = number_of(year_words), number_of(number_words)
        place = number_of(place_words) if place_words else None
        if year not in _YEARS or measure not in MEASURES or number is None or number > _MOST or len(source) < 3:
            say(request, "targets.wrong", "error")
            return go(request, "/targets")
        async with self.desk.session() as session:
            if place_words and (place is None or place not in (await self.desk.book(session)).units):
                raise HTTPException(404)
            same = Target.year == year, Target.measure == measure, Target.place_id.is_not_distinct_from(place)
            before = await session.scalar(select(Target.number).where(*same))
            values = {"number": number, "source": source, "updated_at": now}
            query = insert(Target).values(year=year, measure=measure, place_id=place, **values)
            keys = ["year", "measure", "place_id"]
            await session.execute(query.on_conflict_do_update(index_elements=keys, set_=values))
            detail = {"year": year, "measure": measure, "place": place, "from": before, "to": number}
            note(session, viewer, now, "target", "target", None, **detail)
        say(request, "targets.kept")
        return go(request, "/targets")

"""The rates, ceilings, fees and days that workers are told: by age, with their source, and to be corrected at once."""

from dataclasses import asdict

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.catalogue import LANGUAGES
from content.facts.book import FactBook
from content.facts.corrections import corrected_facts
from content.facts.fact import Fact
from content.facts.live import live
from content.facts.units import short_day, written_value
from db.fact_corrections import FactCorrection, correct, corrections
from desk.fact_form import FIELDS, FactForm
from desk.fact_lines import FactLine, as_told, lacking, listed
from desk.page import Page, demand, form_text, go, say, viewer_at
from desk.record import note

STATES = ("unknown", "old", "told")


class FactsPage(Page):
    """All facts, one fact with its history, and the form that corrects it after a look at how it will read."""

    path = "/facts"
    menu = "menu.facts"
    seldom = True

    @route("", name="facts")
    async def index(self, request: Request) -> Response:
        """Show the facts: those nobody has confirmed first, then the oldest."""
        state = request.query_params.get("state", "")
        async with self.desk.session() as session:
            lines = listed(await _book(session), self.desk.today().date())
        counts = {one: sum(line.state == one for line in lines) for one in STATES}
        lines = [line for line in lines if state not in STATES or line.state == state]
        return self.render(request, "facts.html", lines=lines, counts=counts, state=state, day=short_day)

    @route("/{name}", name="fact")
    async def one(self, request: Request) -> Response:
        """Show one fact, how workers read it, and its history."""
        return await self._show(request, _fact_at(request))

    @route("/{name}/correct", methods=["POST"], name="fact-correct")
    async def correct(self, request: Request) -> Response:
        """Show how the correction would read; or, when that was looked at, make it: it counts at once everywhere."""
        fact, viewer = _fact_at(request), viewer_at(request)
        demand(viewer.may_correct(fact.confirm))
        *words, sure = await form_text(request, *FIELDS, "sure", longest=300)
        form = FactForm(*words)
        if wrong := form.fault(fact, self.desk.today().date()):
            return await self._show(request, fact, form, wrong=wrong)
        row = form.correction(fact, viewer.id, viewer.name)
        if not sure:
            return await self._show(request, fact, form, row=row)
        async with self.desk.session() as session:
            await correct(session, row)
            detail = {"name": row.name, "value": row.value, "source": row.source}
            note(session, viewer, self.desk.clock(), "fact_correct", "fact", row.id, **detail)
        say(request, "facts.corrected")
        return go(request, f"/facts/{fact.name}")

    async def _show(
        self,
        request: Request,
        fact: Fact,
        form: FactForm | None = None,
        row: FactCorrection | None = None,
        wrong: str | None = None,
    ) -> Response:
        today = self.desk.today().date()
        async with self.desk.session() as session:
            book = await _book(session)
            history = list(await corrections(session, fact.name))
            after = await _book(session, row) if row else None
        context = {
            "line": FactLine(fact.name, fact, book.on(fact.name, today), today),
            "told_lines": {lang: as_told(fact.name, book, lang, today) for lang in LANGUAGES},
            "after": after and {lang: as_told(fact.name, after, lang, today) for lang in LANGUAGES},
            "lacking": lacking(fact.name, after or book, today),
            "history": [(one, _worth(fact, one)) for one in reversed(history)],
            "form": asdict(form or FactForm(checked=short_day(today))),
            "wrong": wrong,
            "day": short_day,
            "may": viewer_at(request).may_correct(fact.confirm),
        }
        return self.render(request, "fact.html", **context)


async def _book(session: AsyncSession, *more: FactCorrection) -> FactBook:
    """What is told now, read anew: this process may not have heard of the last correction yet."""
    return live.book.corrected(corrected_facts(live.book, [*await corrections(session), *more]))


def _fact_at(request: Request) -> Fact:
    name = request.path_params["name"]
    if name not in live.book:
        raise HTTPException(404)
    return live.book.periods(name)[0]


def _worth(fact: Fact, row: FactCorrection) -> str:
    """The value of a kept correction as people read it."""
    one = next(corrected_facts(live.book, [row]), None)
    return "" if one is None or one.value is None else written_value(fact.unit, one.value, LANGUAGES[0])

"""How cases are shared out, and the ready answers; for the district."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.ready_answers import LONGEST, LONGEST_NAME, PLACES, fault_of
from db.cases import OwnerRule, ReadyAnswer
from db.ownership import settle_owner
from db.registrations import KINDS, Registration
from db.staff import Staff
from desk.access import EVERYWHERE, LOOKING
from desk.cases import colleagues_of
from desk.page import Page, form_text, go, number_of, say, viewer_at
from desk.record import note

AT_ONCE = 2_000
"""Cases of nobody that one press of the button shares out."""


class SetupPage(Page):
    """The rules and the answers, each with a form for one more."""

    path = "/setup"
    menu = "menu.setup"
    seldom = True

    def is_accessible(self, request: Request) -> bool:
        """The district's staff."""
        return viewer_at(request).role in EVERYWHERE

    @route("", name="setup")
    async def index(self, request: Request) -> Response:
        """Show both."""
        return await self._show(request)

    @route("/rule", methods=["POST"], name="setup-rule")
    async def add_rule(self, request: Request) -> Response:
        """Say whose new cases of a place and kind are."""
        viewer, now = viewer_at(request), self.desk.clock()
        place, kind, owner = await form_text(request, "place", "kind", "owner")
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            place_id = number_of(place)
            staff = await _owner(session, owner)
            if staff is None or (place and place_id not in book.units) or (kind and kind not in KINDS):
                raise HTTPException(404)
            values: dict[str, Any] = {"place_id": place_id, "kind": kind or None, "staff_id": staff.id}
            of_place = OwnerRule.place_id.is_not_distinct_from(place_id)
            of_kind = OwnerRule.kind.is_not_distinct_from(kind or None)
            await session.execute(delete(OwnerRule).where(of_place, of_kind))
            await session.execute(insert(OwnerRule).values(**values, created_at=now))
            note(session, viewer, now, "rule", "staff", staff.id, place=book.name(place_id), kind=kind)
        say(request, "setup.rule_kept")
        return go(request, "/setup")

    @route("/rule/drop", methods=["POST"], name="setup-rule-drop")
    async def drop_rule(self, request: Request) -> Response:
        """Take a rule away; cases keep the owners that they have."""
        viewer, now = viewer_at(request), self.desk.clock()
        (number,) = await form_text(request, "id")
        async with self.desk.session() as session:
            found = await session.get(OwnerRule, number_of(number) or 0)
            if found is None:
                raise HTTPException(404)
            note(session, viewer, now, "rule_drop", "staff", found.staff_id)
            await session.delete(found)
        return go(request, "/setup")

    @route("/share", methods=["POST"], name="setup-share")
    async def share(self, request: Request) -> Response:
        """Apply the rules to the open cases that are nobody's."""
        viewer, now = viewer_at(request), self.desk.clock()
        async with self.desk.session() as session:
            waiting = select(Registration).where(Registration.owner_id.is_(None), Registration.due_at.is_not(None))
            cases = await session.scalars(waiting.order_by(Registration.id).limit(AT_ONCE).with_for_update())
            given = 0
            for case in cases.all():
                await settle_owner(session, viewer, case, now)
                given += case.owner_id is not None
        say(request, "cases.assigned", count=given)
        return go(request, "/setup")

    @route("/answer", methods=["POST"], name="setup-answer")
    async def keep_answer(self, request: Request) -> Response:
        """Keep a ready answer in both languages; one of the same name is replaced."""
        viewer, now = viewer_at(request), self.desk.clock()
        (name,) = await form_text(request, "name", longest=LONGEST_NAME)
        vi, km = await form_text(request, "vi", "km", longest=LONGEST)
        given = {"name": name, "vi": vi, "km": km}
        if wrong := fault_of(name, vi, km):
            return await self._show(request, wrong=wrong, given=given)
        async with self.desk.session() as session:
            query = insert(ReadyAnswer).values(**given, updated_at=now)
            changed = {"vi": vi, "km": km, "updated_at": now}
            await session.execute(query.on_conflict_do_update(index_elements=["name"], set_=changed))
            note(session, viewer, now, "ready_answer", "ready_answer", None, name=name)
        say(request, "setup.answer_kept", name=name)
        return go(request, "/setup")

    @route("/answer/drop", methods=["POST"], name="setup-answer-drop")
    async def drop_answer(self, request: Request) -> Response:
        """Take a ready answer away."""
        viewer, now = viewer_at(request), self.desk.clock()
        (number,) = await form_text(request, "id")
        async with self.desk.session() as session:
            found = await session.get(ReadyAnswer, number_of(number) or 0)
            if found is None:
                raise HTTPException(404)
            note(session, viewer, now, "ready_answer_drop", "ready_answer", found.id, name=found.name)
            await session.delete(found)
        return go(request, "/setup")

    async def _show(self, request: Request, wrong: str | None = None, given: dict[str, str] | None = None) -> Response:
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            rules: Sequence[Any] = (
                await session.execute(select(OwnerRule, Staff).join(Staff).order_by(OwnerRule.place_id, OwnerRule.id))
            ).all()
            answers = (await session.scalars(select(ReadyAnswer).order_by(ReadyAnswer.name))).all()
            colleagues = await colleagues_of(session)
        context = {"book": book, "rules": rules, "answers": answers, "colleagues": colleagues, "kinds": KINDS}
        everywhere = viewer_at(request).bounds
        context |= {"hamlets": book.hamlets(everywhere), "places": PLACES, "wrong": wrong, "given": given or {}}
        response = self.render(request, "setup.html", **context)
        response.status_code = 422 if wrong else 200
        return response


async def _owner(session: AsyncSession, owner: str) -> Staff | None:
    number = number_of(owner)
    staff = await session.get(Staff, number) if number is not None else None
    return None if staff is None or staff.disabled_at is not None or staff.role in LOOKING else staff

"""Registering somebody else: one page, with that person's own agreement and the helper's name."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.catalogue import LANGUAGES
from content.consent_text import TEXT_VERSION, read_out
from content.forms import FORMS
from db.hamlets import hamlet_named
from db.people import Consent, Worker
from db.register import Kept, keep_registration
from db.twins import Traits, alike, know_apart
from desk.access import Viewer
from desk.answers import choice, label, phone_for
from desk.helper_form import Filled, asked, communes_of, read_form
from desk.page import Page, demand, form_text, go, say, viewer_at
from desk.placebook import PlaceBook
from desk.record import note
from desk.words import word

SOURCE = "helper"


class AssistedPage(Page):
    """The form of one kind, for the people of one's own places."""

    path = "/assisted"
    menu = "menu.assisted"
    first = True

    def is_accessible(self, request: Request) -> bool:
        """Those who may change something."""
        return viewer_at(request).may_change

    @route("", name="assisted")
    async def index(self, request: Request) -> Response:
        """Show the kinds, or the empty form of one."""
        viewer = viewer_at(request)
        kind = request.query_params.get("kind", "")
        async with self.desk.session() as session:
            book = await self.desk.book(session)
        return self._show(request, book, kind if kind in FORMS else "", self._first(viewer, book))

    @route("/keep", methods=["POST"], name="assisted-keep")
    async def keep(self, request: Request) -> Response:
        """Keep it; but show first who may be the same person."""
        viewer, today = viewer_at(request), self.desk.today().date()
        demand(viewer.may_change)
        kind, is_who = await form_text(request, "kind", "is")
        if kind not in FORMS:
            raise HTTPException(400)
        names = [question.key for question in asked(FORMS[kind], viewer)] + ["lang", "agrees"]
        given = dict(zip(names, await form_text(request, *names, longest=120), strict=True))
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            filled = read_form(kind, given, viewer, book, today)
            traits = await self._traits(session, filled, book)
            if not viewer.bounds.covers(traits.place_id, traits.hamlet_id):
                key = "hamlet" if viewer.hamlets else "commune"
                filled.faults.setdefault(key, word("assisted.not_yours"))
            if filled.faults:
                return self._show(request, book, kind, given, faults=filled.faults)
            same = await _seen(session, viewer, traits)
            chosen = next((one for one in same if str(one.id) == is_who), None)
            if same and chosen is None and is_who != "new":
                note(session, viewer, self.desk.clock(), "list", "worker", count=len(same))
                return self._show(request, book, kind, given, same=same)
            kept = await self._keep(session, viewer, filled, chosen)
            if chosen is None:
                others = [one.id for one in same]
                await know_apart(session, kept.number, others, viewer.id, self.desk.clock())
        say(request, "assisted.kept", number=kept.number)
        return go(request, f"/registration/{kept.number}")

    async def _keep(self, session: AsyncSession, viewer: Viewer, filled: Filled, known: Worker | None) -> Kept:
        now = self.desk.clock()
        kept = await keep_registration(
            session, self.desk.seal, identity_id=None, kind=filled.form.name, person=filled.person, answers=filled.need,
            commune=filled.answers["commune"], source=SOURCE, promised_at=self.desk.called_by(now), for_other=True,
            now=now, helper=viewer, worker=known,
        )  # fmt: skip
        agreed = {"text_version": TEXT_VERSION, "lang": filled.lang, "channel": "desk", "given_at": now}
        person_id = kept.worker_id
        session.add(Consent(worker_id=person_id, helper_id=viewer.id, taken="read", **agreed))
        note(session, viewer, now, "assist", "registration", kept.number, known=known is not None)
        return kept

    async def _traits(self, session: AsyncSession, filled: Filled, book: PlaceBook) -> Traits:
        """What the person is known again by."""
        given = filled.answers
        place_id = book.id_of(str(given.get("commune")))
        hamlet = given.get("hamlet")
        found = await hamlet_named(session, place_id, hamlet)
        names = ("name", "birth_year", "phone", "phone_owner")
        return Traits(**{name: given.get(name) for name in names}, place_id=place_id, hamlet=hamlet, hamlet_id=found)

    def _first(self, viewer: Viewer, book: PlaceBook) -> dict[str, str]:
        """What is known before anything is asked: where there is one place only."""
        communes, hamlets = communes_of(viewer, book), _hamlet_names(viewer, book)
        only = {"commune": communes[0][0]} if len(communes) == 1 else {}
        return only | ({"hamlet": hamlets[0]} if len(hamlets) == 1 and viewer.hamlets else {})

    def _show(
        self, request: Request, book: PlaceBook, kind: str, given: dict[str, str], *,
        faults: dict[str, str] | None = None, same: Sequence[Worker] = (),
    ) -> Response:  # fmt: skip
        viewer = viewer_at(request)
        context: dict[str, Any] = {
            "kinds": tuple(FORMS), "kind": kind, "given": given, "faults": faults or {}, "same": same,
            "questions": asked(FORMS[kind], viewer) if kind else (), "label": label, "choice": choice,
            "communes": communes_of(viewer, book), "hamlets": _hamlet_names(viewer, book), "languages": LANGUAGES,
            "aloud": {lang: read_out(lang, self.desk.names[lang]) for lang in LANGUAGES},
            "place": book.name, "phone": lambda value: phone_for(viewer, value),
        }  # fmt: skip
        response = self.render(request, "assisted.html", **context)
        response.status_code = 422 if faults else 200
        return response


def _hamlet_names(viewer: Viewer, book: PlaceBook) -> list[str]:
    """Names of hamlets to pick from, as far as they are the viewer's."""
    return list(dict.fromkeys(name.partition(" – ")[0] for _, name in book.hamlets(viewer.bounds)))


async def _seen(session: AsyncSession, viewer: Viewer, traits: Traits) -> Sequence[Worker]:
    """Who may be the same, as far as the viewer may see them."""
    ids = [number for number, _ in await alike(session, traits)]
    query = select(Worker).where(Worker.id.in_(ids), viewer.bounds.workers(), Worker.merged_into.is_(None))
    return (await session.scalars(query.order_by(Worker.id))).all()

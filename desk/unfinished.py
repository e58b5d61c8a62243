"""Registrations that were begun and not sent: how far they got, so that somebody can help to finish them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.people import Identity
from db.registrations import KINDS
from desk.access import Viewer
from desk.answers import draft_lines, label
from desk.page import Page, viewer_at
from desk.placebook import PlaceBook
from desk.record import note
from desk.words import told, word

MOST = 100


class UnfinishedPage(Page):
    """The newest unfinished forms."""

    path = "/unfinished"
    menu = "menu.unfinished"
    seldom = True

    @route("", name="unfinished")
    async def index(self, request: Request) -> Response:
        """Show them."""
        viewer, now = viewer_at(request), self.desk.clock()
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            rows = await _drafts(session, viewer, book)
            note(session, viewer, now, "list", "draft", count=len(rows))
        drafts = [_draft(row, viewer, book) for row in rows]
        return self.render(request, "unfinished.html", drafts=drafts, most=MOST)


async def _drafts(session: AsyncSession, viewer: Viewer, book: PlaceBook) -> Sequence[Row[Any]]:
    query = select(Identity.id, Identity.channel, Identity.active_at, Identity.data["draft"].label("draft"))
    query = query.where(text("identity.data ? 'draft'")).order_by(Identity.active_at.desc()).limit(MOST)
    if viewer.places is not None:
        codes = [book.code_of(place) for place in viewer.places if place in book.units]
        commune = Identity.data["draft"]["answers"]["commune"].astext
        query = query.where(commune == bindparam("codes", codes, type_=ARRAY(TEXT)).any_())
    return (await session.execute(query)).all()


def _draft(row: Row[Any], viewer: Viewer, book: PlaceBook) -> dict[str, Any]:
    draft = row.draft
    asked = draft.get("at", "")
    return {
        "kind": word(f"kind.{draft['form']}") if draft.get("form") in KINDS else draft.get("form", ""),
        "at": word("unfinished.review") if asked in ("review", "change") else told(f"field.{asked}") or label(asked),
        "since": row.active_at,
        "channel": row.channel,
        "lines": list(draft_lines(draft.get("answers", {}), viewer, book)),
    }

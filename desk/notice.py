"""One notice: both languages side by side, what is missing, how a worker sees it; publishing and cancelling."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.catalogue import LANGUAGES
from content.notices.card import Card, card, cost_sheet, more
from content.notices.correction import correction
from content.notices.details import COSTS, EMPLOYERS, MARKETS, read_details
from content.notices.publication import faults
from db.broadcasting import correct
from db.notice_queries import NoticeRow, read_notice
from db.notices import NoticeChange
from db.responses import count_answers
from db.staff import Staff
from desk.access import Viewer
from desk.notice_changes import Refused, cancel, publish, save
from desk.notice_form import read_form, typed, typed_day
from desk.page import Page, demand, form_text, go, number_at, number_of, say, viewer_at

_FIELDS = 500
_SPARE = 2
"""Empty lines for further employers."""


class NoticePage(Page):
    """The page on which a notice is written, published, moved and called off."""

    path = "/notice/{id}"

    @route("", name="notice")
    async def index(self, request: Request) -> Response:
        """Show it."""
        viewer = viewer_at(request)
        async with self.desk.session() as session:
            notice = await self._one(session, request, viewer)
            return await self._show(session, request, notice)

    @route("/check", methods=["POST"], name="notice-check")
    async def check(self, request: Request) -> Response:
        """What is missing and how it would look, for the form as it stands; nothing is kept."""
        viewer = viewer_at(request)
        async with self.desk.session() as session:
            draft = await self._draft(session, request, viewer)
        return self.render(request, "notice_side.html", **self._side(draft))

    @route("/save", methods=["POST"], name="notice-save")
    async def save(self, request: Request) -> Response:
        """Keep the form; a published notice that changed may be told to those who knew it."""
        viewer, now = viewer_at(request), self.desk.clock()
        try:
            async with self.desk.session() as session:
                draft = await self._draft(session, request, viewer)
                (seen,) = await form_text(request, "version")
                await save(session, viewer, draft, number_of(seen) or 0, now)
        except Refused as refusal:
            say(request, refusal.key, "error")
            async with self.desk.session() as session:
                response = await self._show(session, request, await self._draft(session, request, viewer))
            response.status_code = 422
            return response
        say(request, "notice.saved")
        return go(request, f"/notice/{draft.id}")

    @route("/publish", methods=["POST"], name="notice-publish")
    async def publish(self, request: Request) -> Response:
        """Let workers read it."""
        return await self._act(request, "publish")

    @route("/cancel", methods=["POST"], name="notice-cancel")
    async def cancel(self, request: Request) -> Response:
        """Call it off."""
        return await self._act(request, "cancel")

    @route("/correct", methods=["POST"], name="notice-correct")
    async def correct(self, request: Request) -> Response:
        """Make the broadcast that tells those who were told before what has changed since."""
        viewer, now = viewer_at(request), self.desk.clock()
        async with self.desk.session() as session:
            notice = await self._one(session, request, viewer, to_change=True)
            words = await self._correction(session, notice)
            if words:
                staff = await session.get_one(Staff, viewer.id)
                broadcast = await correct(session, notice.id, words, staff, now)
        say(request, "notice.corrected" if words else "notice.nothing_to_correct")
        return go(request, f"/broadcast/{broadcast.id}" if words else f"/notice/{notice.id}")

    async def _act(self, request: Request, what: str) -> Response:
        viewer, now = viewer_at(request), self.desk.clock()
        act = {"publish": publish, "cancel": cancel}[what]
        number = number_at(request, "id")
        try:
            async with self.desk.session() as session:
                await self._one(session, request, viewer, to_change=True)
                await act(session, viewer, number, now)
        except Refused as refusal:
            say(request, refusal.key, "error")
        else:
            say(request, f"notice.{what}_done")
        return go(request, f"/notice/{number}")

    async def _one(
        self, session: AsyncSession, request: Request, viewer: Viewer, *, to_change: bool = False
    ) -> NoticeRow:
        """The notice; drafts are for those who may write such a one."""
        notice = await read_notice(session, number_at(request, "id"))
        if notice is None or (notice.state == "draft" and notice.kind not in viewer.publishes):
            raise HTTPException(404)
        demand(not to_change or notice.kind in viewer.publishes)
        return notice

    async def _draft(self, session: AsyncSession, request: Request, viewer: Viewer) -> NoticeRow:
        kept = await self._one(session, request, viewer, to_change=True)
        form = await request.form(max_files=0, max_fields=_FIELDS)
        return read_form(form, kept, await self.desk.book(session), self.desk.zone)

    async def _show(self, session: AsyncSession, request: Request, notice: NoticeRow) -> Response:
        viewer, book = viewer_at(request), await self.desk.book(session)
        context: dict[str, Any] = {
            "notice": notice,
            "details": read_details(notice.kind, notice.details),
            "may": notice.kind in viewer.publishes and notice.state != "cancelled",
            "answers": await count_answers(session, notice.id),
            "correction": await self._correction(session, notice) if notice.state != "draft" else {},
            "officers": await _officers(session),
            "places": {version: book.choices(version, None) for version in ("2020", "2025")},
            "langs": LANGUAGES,
            "markets": MARKETS,
            "cost_lines": COSTS,
            "spare": _SPARE,
            "employers_most": EMPLOYERS,
            "typed": lambda moment: typed(moment, self.desk.zone),
            "typed_day": lambda moment: typed_day(moment, self.desk.zone),
        }
        return self.render(request, "notice.html", **context, **self._side(notice))

    def _side(self, notice: NoticeRow) -> dict[str, Any]:
        now = self.desk.clock()
        found = faults(notice, now)
        return {
            "faults": list(dict.fromkeys(found)),
            "previews": {lang: self._preview(notice, lang) for lang in LANGUAGES},
        }

    def _preview(self, notice: NoticeRow, lang: str) -> Card:
        """The card with all that lies behind it, as a worker reads it."""
        shown = card(notice, lang, self.desk, self.desk.clock())
        behind = more(notice, lang) + ([cost_sheet(notice, lang)] if notice.kind == "overseas" else [])
        return Card((*shown.texts, *behind), shown.choices)

    async def _correction(self, session: AsyncSession, notice: NoticeRow) -> dict[str, str]:
        """What changed since it was published, taken together, in both languages."""
        query = select(NoticeChange).where(NoticeChange.notice_id == notice.id).order_by(NoticeChange.id)
        changes: Sequence[NoticeChange] = (await session.scalars(query)).all()
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for change in changes:
            before = change.before | before
            after = after | change.after
        return correction(notice, before, after, self.desk)


async def _officers(session: AsyncSession) -> list[tuple[int, str]]:
    query = select(Staff.id, Staff.name).where(Staff.disabled_at.is_(None)).order_by(Staff.name)
    return [(number, name) for number, name in (await session.execute(query)).all()]

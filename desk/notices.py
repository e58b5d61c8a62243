"""The notices: what is coming, what is past, drafts; and beginning a new one."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.notices import NOTICE_KINDS, NOTICE_STATES, Notice, NoticeText
from db.notices import Response as Answer
from desk.notice_changes import add_draft
from desk.page import Page, demand, form_text, go, number_of, viewer_at

SIZE = 50
WHEN = ("coming", "past")


class NoticesPage(Page):
    """All notices, the newest number first."""

    path = "/notices"
    menu = "menu.notices"

    @route("", name="notices")
    async def index(self, request: Request) -> Response:
        """Show one page of the list."""
        chosen = {
            "kind": _one_of(request, "kind", NOTICE_KINDS),
            "state": _one_of(request, "state", NOTICE_STATES),
            "when": _one_of(request, "when", WHEN),
        }
        before = number_of(request.query_params.get("before", ""))
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            rows = await self._rows(session, chosen, before)
            answers = await _answers(session, [row.id for row in rows])
        return self.render(
            request,
            "notices.html",
            chosen=chosen,
            rows=rows[:SIZE],
            answers=answers,
            older=rows[SIZE - 1].id if len(rows) > SIZE else None,
            kinds=NOTICE_KINDS,
            states=NOTICE_STATES,
            whens=WHEN,
            places={row.place_id: book.name(row.place_id) for row in rows},
            now=self.desk.clock(),
        )

    @route("/add", methods=["POST"], name="notices-add")
    async def add(self, request: Request) -> Response:
        """Begin a notice of a kind."""
        viewer = viewer_at(request)
        (kind,) = await form_text(request, "kind")
        demand(kind in viewer.publishes)
        async with self.desk.session() as session:
            number = await add_draft(session, viewer, kind, self.desk.clock())
        return go(request, f"/notice/{number}")

    async def _rows(self, session: AsyncSession, chosen: dict[str, str], before: int | None) -> list[Any]:
        now = self.desk.clock()
        title = select(NoticeText.title).where(NoticeText.notice_id == Notice.id, NoticeText.lang == "vi")
        columns = Notice.id, Notice.kind, Notice.state, Notice.when_at, Notice.over_at, Notice.place_id
        query = select(*columns, title.scalar_subquery().label("title")).order_by(Notice.id.desc()).limit(SIZE + 1)
        if chosen["kind"]:
            query = query.where(Notice.kind == chosen["kind"])
        if chosen["state"]:
            query = query.where(Notice.state == chosen["state"])
        if chosen["when"] == "coming":
            query = query.where(Notice.over_at > now)
        if chosen["when"] == "past":
            query = query.where(Notice.over_at <= now)
        if before is not None:
            query = query.where(Notice.id < before)
        return list((await session.execute(query)).all())


def _one_of(request: Request, name: str, known: tuple[str, ...]) -> str:
    given: str = request.query_params.get(name, "")
    return given if given in known else ""


async def _answers(session: AsyncSession, numbers: list[int]) -> dict[int, dict[str, int]]:
    """How many said what, by notice."""
    query = select(Answer.notice_id, Answer.answer, func.count()).where(Answer.notice_id.in_(numbers))
    counts: dict[int, dict[str, int]] = {}
    for notice, answer, count in await session.execute(query.group_by(Answer.notice_id, Answer.answer)):
        counts.setdefault(notice, {})[answer] = count
    return counts

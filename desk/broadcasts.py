"""The broadcasts: each with its state, newest first; and beginning one for a notice."""

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.broadcasts import Broadcast
from db.notices import Notice, NoticeText
from desk.broadcast_changes import begin
from desk.page import Page, demand, form_text, go, number_of, say, viewer_at
from desk.words import language

SIZE = 50


class BroadcastsPage(Page):
    """All broadcasts; nothing of a person is here."""

    path = "/broadcasts"
    menu = "menu.broadcasts"

    @route("", name="broadcasts")
    async def index(self, request: Request) -> Response:
        """Show one page of the list."""
        before = number_of(request.query_params.get("before", ""))
        title = select(NoticeText.title).where(
            NoticeText.notice_id == Broadcast.notice_id, NoticeText.lang == language()
        )
        columns = (Broadcast.id, Broadcast.state, Broadcast.start_at, Broadcast.started_at, Broadcast.expected,
                   Broadcast.corrects, Broadcast.urgent, Broadcast.repeat, Notice.kind)  # fmt: skip
        query = select(*columns, title.scalar_subquery().label("title")).join(Notice, Notice.id == Broadcast.notice_id)
        query = query.order_by(Broadcast.id.desc()).limit(SIZE + 1)
        if before is not None:
            query = query.where(Broadcast.id < before)
        async with self.desk.session() as session:
            rows = (await session.execute(query)).all()
        older = rows[SIZE - 1].id if len(rows) > SIZE else None
        return self.render(request, "broadcasts.html", rows=rows[:SIZE], older=older)

    @route("/add", methods=["POST"], name="broadcasts-add")
    async def add(self, request: Request) -> Response:
        """Begin one for a published notice."""
        viewer = viewer_at(request)
        demand(bool(viewer.publishes))
        (given,) = await form_text(request, "notice")
        async with self.desk.session() as session:
            notice = await session.get(Notice, number_of(given) or 0)
            if notice is None:
                raise HTTPException(404)
            demand(notice.kind in viewer.publishes)
            if notice.state != "published":
                say(request, "broadcast.not_published", "error")
                return go(request, f"/notice/{notice.id}")
            number = await begin(session, viewer, notice, self.desk.clock())
        return go(request, f"/broadcast/{number}")

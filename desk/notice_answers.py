"""Who answered a notice, and how: for those who see these people, and on record."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.notice_queries import read_notice
from db.notices import ANSWERS
from db.notices import Response as Answer
from db.people import Identity, Worker
from db.responses import count_answers
from desk.access import Viewer
from desk.answers import phone_for
from desk.download import download
from desk.export import Cell, Sheet
from desk.page import Page, demand, form_text, number_at, number_of, viewer_at
from desk.placebook import PlaceBook
from desk.record import note
from desk.words import language, word

SIZE = 100
_WIDTHS = {"name": 28, "answer": 26, "phone": 16, "place": 22, "hamlet": 18, "date": 18}


class NoticeAnswersPage(Page):
    """The people, newest answer first, one answer at a time if wanted."""

    path = "/notice/{id}/answers"

    @route("", name="notice-answers")
    async def index(self, request: Request) -> Response:
        """Show one page of them."""
        viewer, now, number = viewer_at(request), self.desk.clock(), number_at(request, "id")
        wanted = request.query_params.get("answer", "")
        wanted = wanted if wanted in ANSWERS else ""
        before = number_of(request.query_params.get("before", ""))
        async with self.desk.session() as session:
            notice = await read_notice(session, number)
            if notice is None or notice.state == "draft":
                raise HTTPException(404)
            rows = await _rows(session, viewer, number, wanted, before)
            book = await self.desk.book(session)
            counts = await count_answers(session, number)
            note(session, viewer, now, "list", "notice", number, count=len(rows[:SIZE]), answer=wanted)
        return self.render(
            request,
            "notice_answers.html",
            notice=notice,
            rows=rows[:SIZE],
            older=rows[SIZE - 1].id if len(rows) > SIZE else None,
            answers=ANSWERS,
            counts=counts,
            wanted=wanted,
            phone=lambda number: phone_for(viewer, number),
            place=book.name,
        )

    @route("/take", methods=["POST"], name="notice-answers-take")
    async def take(self, request: Request) -> Response:
        """Give the answers of people in sight, one kind at a time if wanted, as a file."""
        viewer, now, number = viewer_at(request), self.desk.clock(), number_at(request, "id")
        demand(viewer.may_export)
        (given,) = await form_text(request, "answer")
        wanted = given if given in ANSWERS else ""
        async with self.desk.session() as session:
            notice = await read_notice(session, number)
            if notice is None or notice.state == "draft":
                raise HTTPException(404)
            book = await self.desk.book(session)
        chosen = word(f"notice.answer.{wanted}") if wanted else word("export.all")
        moment = f"{self.desk.local(now):%H:%M %d/%m/%Y}"
        title = notice.texts[language()].title
        heading = word("notice.answers_heading", title=title, who=viewer.name, moment=moment, chosen=chosen)

        async def write(file: Path) -> None:
            titles = [(word(f"notice.column.{key}"), width) for key, width in _WIDTHS.items()]
            sheet = await run_sync(Sheet, file, titles, heading)
            try:
                async with self.desk.session() as session:
                    before: int | None = None
                    while rows := await _rows(session, viewer, number, wanted, before):
                        await run_sync(sheet.write, [self._cells(viewer, book, row) for row in rows[:SIZE]])
                        if len(rows) <= SIZE:
                            break
                        before = rows[SIZE - 1].id
            finally:
                await run_sync(sheet.__exit__, None, None, None)
            async with self.desk.session() as session:
                note(session, viewer, now, "export", "notice", number, count=sheet.rows, answer=wanted)

        return await download(f"tra-loi-{number}.xlsx", write)

    def _cells(self, viewer: Viewer, book: PlaceBook, row: Any) -> list[Cell]:
        """One person's line, as on the page."""
        said = [word(f"notice.answer.{row.answer}")]
        if row.call_asked_at and row.answer != "call_me":
            said.append(word("notice.answer.call_me"))
        answered = self.desk.local(row.answered_at).replace(tzinfo=None)
        name = row.name or word("notice.unregistered")
        place = book.name(row.place_id)
        return [name, ", ".join(said), phone_for(viewer, row.phone), place, row.hamlet, answered]


async def _rows(session: AsyncSession, viewer: Viewer, number: int, wanted: str, before: int | None) -> Sequence[Any]:
    """The answers of people whom the viewer may see; who never registered is the district's."""
    query = (
        select(Answer.id, Answer.answer, Answer.call_asked_at, Answer.answered_at, Identity.channel, Identity.lang,
               Worker.name, Worker.phone, Worker.place_id, Worker.hamlet)
        .join(Identity, Identity.id == Answer.identity_id)
        .outerjoin(Worker, Worker.id == Answer.worker_id)
        .where(Answer.notice_id == number, viewer.bounds.workers())
        .order_by(Answer.id.desc())
        .limit(SIZE + 1)
    )  # fmt: skip
    if wanted == "call_me":
        query = query.where(or_(Answer.call_asked_at.is_not(None), Answer.answer == wanted))
    elif wanted:
        query = query.where(Answer.answer == wanted)
    if before is not None:
        query = query.where(Answer.id < before)
    return (await session.execute(query)).all()

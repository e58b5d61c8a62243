"""What is to be done: the viewer's own cases, those of nobody, those overdue; given to somebody many at once."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.ownership import give, may_own
from db.places import Place
from db.registrations import KINDS, STATUSES, Registration
from db.staff import AuditEntry, Staff, StaffPlace
from db.taking_back import own_batch
from db.work_queries import COUNT_CAP, WAITS, WorkPage, work_count, work_page
from desk.access import EVERYWHERE, LOCAL, LOOKING, Viewer
from desk.answers import phone_for
from desk.changes import MOST_AT_ONCE, change_status, in_sight, undo
from desk.page import Page, demand, form_text, go, number_of, say, viewer_at
from desk.record import note
from desk.registrations import tell
from desk.saved_filters import filters_of
from desk.words import word
from desk.work_listing import DAYS, OF_MANY, TABS, WorkListing, read_cursor, write_cursor

SIZE = 50
WAITING_CAP = 1_000
"""Beyond it the lists of who waits only say "more than"."""


class CasesPage(Page):
    """Open cases in the order in which they are to be done."""

    path = "/cases"
    menu = "menu.cases"
    first = True

    @route("", name="cases")
    async def index(self, request: Request) -> Response:
        """Show one page of the list."""
        viewer, now = viewer_at(request), self.desk.clock()
        listing, cursor = WorkListing.read(request.query_params), read_cursor(request.query_params)
        async with self.desk.session() as session:
            book = await self.desk.book(session)
            rows = await work_page(session, listing.work(viewer, book, now), SIZE, cursor)
            counts = {tab: await work_count(session, WorkListing(tab).work(viewer, book, now)) for tab in TABS[:3]}
            waiting = {
                one: await work_count(session, listing.waiting(one).work(viewer, book, now), WAITING_CAP)
                for one in WAITS
            }
            filters = await filters_of(session, viewer, "cases")
            colleagues = await colleagues_of(session) if viewer.may_change else []
            note(session, viewer, now, "list", "registration", count=len(rows.rows), filter=listing.query())
        return self.render(
            request,
            "cases.html",
            listing=listing,
            rows=rows,
            count=count_words(rows),
            counts={tab: _capped(count) for tab, count in counts.items()},
            tabs=TABS,
            waiting={one: few_words(count) for one, count in waiting.items()},
            days=DAYS,
            since=lambda moment: (now - moment).days,
            filters=filters,
            undo=request.query_params.get("undo", ""),
            of_many=listing.tab in OF_MANY,
            now=now,
            colleagues=colleagues,
            phone=lambda number: phone_for(viewer, number),
            place_names={row.place_id: book.name(row.place_id) for row in rows.rows},
            places=book.choices("2020", viewer.places) if viewer.places != frozenset() else [],
            new_places=book.choices("2025", viewer.places) if viewer.places != frozenset() else [],
            kinds=KINDS,
            next_statuses=[status for status in STATUSES if status != "new"],
            first=listing.query() if cursor else "",
            older=listing.query(after=write_cursor(rows.rows[-1])) if rows.more else "",
        )

    @route("/assign", methods=["POST"], name="cases-assign")
    async def assign(self, request: Request) -> Response:
        """Give the ticked cases to somebody, or to nobody."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.may_change)
        ids, back, (owner,) = await ticked(request), await _back(request), await form_text(request, "owner")
        token = secrets.token_hex(8)
        if not ids:
            say(request, "list.none_ticked", "warning")
            return go(request, f"/cases?{back}")
        async with self.desk.session() as session:
            done, refused = await assign_all(session, viewer, ids, owner, now, batch=token)
        say(request, "cases.assigned", count=done)
        if refused:
            say(request, "cases.not_theirs", "error", count=refused)
        return go(request, f"/cases?{back}&undo={token if done else ''}")

    @route("/status", methods=["POST"], name="cases-status")
    async def change(self, request: Request) -> Response:
        """Change the status of the ticked cases."""
        viewer = viewer_at(request)
        demand(viewer.may_change)
        ids, back = await ticked(request), await _back(request)
        wanted, reason = await form_text(request, "status", "reason")
        if not ids:
            say(request, "list.none_ticked", "warning")
            return go(request, f"/cases?{back}")
        async with self.desk.session() as session:
            changed = await change_status(session, viewer, self.desk.clock(), ids, wanted, reason)
        tell(request, changed, wanted)
        return go(request, f"/cases?{back}&undo={changed.token if changed.done else ''}")

    @route("/undo", methods=["POST"], name="cases-undo")
    async def take_back(self, request: Request) -> Response:
        """Undo what was just done to many: their owner, or their status."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.may_change)
        (token,), back = await form_text(request, "token"), await _back(request)
        async with self.desk.session() as session:
            undone = len(await undo(session, viewer, now, token)) or await take_back(session, viewer, token, now)
        if undone:
            say(request, "undo.done", count=undone)
        else:
            say(request, "undo.too_late", "warning")
        return go(request, f"/cases?{back}")


async def ticked(request: Request) -> list[int]:
    """The numbers of the rows that were ticked; 404 for what can be none."""
    form = await request.form(max_files=0, max_fields=500)
    given = [number_of(value) if isinstance(value, str) else None for value in form.getlist("id")]
    known = [number for number in given if number is not None]
    if len(known) < len(given):
        raise HTTPException(404)
    return known[:MOST_AT_ONCE]


async def _back(request: Request) -> str:
    (query,) = await form_text(request, "query", longest=1_000)
    return WorkListing.read(QueryParams(query)).query()


async def assign_all(
    session: AsyncSession, viewer: Viewer, ids: Sequence[int], owner: str, now: datetime, batch: str = ""
) -> tuple[int, int]:
    """Give cases to ``owner``: a number, "" for nobody, or "me"; returns how many, and how many they may not have."""
    staff = await _owner(session, viewer, owner)
    cases = select(Registration).where(Registration.id.in_(ids), in_sight(viewer)).order_by(Registration.id)
    done = refused = 0
    for case in (await session.scalars(cases.with_for_update())).all():
        if staff is not None and not await may_own(session, staff, case):
            refused += 1
        else:
            done += await give(session, viewer, case, staff.id if staff else None, now, batch=batch)
    return done, refused


async def take_back(session: AsyncSession, viewer: Viewer, token: str, now: datetime) -> int:
    """Give cases back to whom one's own change took them from, where they are still whose it made them."""
    entries = await own_batch(session, viewer, token, now, AuditEntry.action == "assign")
    cases = select(Registration).where(Registration.id.in_(entries), in_sight(viewer)).order_by(Registration.id)
    done = 0
    for case in (await session.scalars(cases.with_for_update())).all():
        detail = entries[case.id].detail
        before, given = detail["from_id"], detail["to_id"]
        staff = await session.get(Staff, before) if before is not None else None
        gone = before is not None and (staff is None or staff.disabled_at or not await may_own(session, staff, case))
        if case.owner_id == given and not gone:
            done += await give(session, viewer, case, before, now)
    return done


async def _owner(session: AsyncSession, viewer: Viewer, owner: str) -> Staff | None:
    if not owner:
        return None
    number = viewer.id if owner == "me" else number_of(owner)
    staff = await session.get(Staff, number) if number is not None else None
    if staff is None or staff.disabled_at is not None:
        raise HTTPException(404)
    return staff


async def colleagues_of(session: AsyncSession, case: Registration | None = None) -> Sequence[Any]:
    """Who may have cases, or this one, by name."""
    query = select(Staff.id, Staff.name, Staff.role).where(Staff.disabled_at.is_(None), Staff.role.not_in(LOOKING))
    if case is not None:
        query = query.where(_sees(case))
    return (await session.execute(query.order_by(Staff.name))).all()


def _sees(case: Registration) -> ColumnElement[bool]:
    """Whether a member of staff sees a case, as ``bounds_of`` says: all at once, since a district has many."""
    successor = select(Place.successor_id).where(Place.id == case.place_id).scalar_subquery()
    homes = or_(StaffPlace.place_id.in_((case.place_id, case.hamlet_id)), StaffPlace.place_id == successor)
    bound = exists().where(StaffPlace.staff_id == Staff.id)
    free = and_(Staff.role.not_in(LOCAL), ~bound)
    return or_(Staff.role.in_(EVERYWHERE), free, exists().where(StaffPlace.staff_id == Staff.id, homes))


def count_words(rows: WorkPage) -> str:
    """How many, or "more than" where counting on would be slow."""
    number = f"{rows.count:,}".replace(",", ".")
    return word("list.more_than" if rows.capped else "list.count", count=number)


def few_words(count: int) -> str:
    """The same for the lists of who waits."""
    return word("cases.many") if count > WAITING_CAP else str(count)


def _capped(count: int) -> str:
    return word("home.more") if count > COUNT_CAP else f"{count:,}".replace(",", ".")

"""The desk's first page: one's own appointments, what waits for a release, who came today, who waits, and too long."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.appointments import of_staff
from db.desk_queries import COUNT_CAP, Wanted, count
from db.help_requests import REPORT
from db.people import Worker
from db.ratings import Rating
from db.registrations import KINDS, HelpRequest, Registration
from db.release_asking import WHYS, handed_back, waiting
from db.work_queries import work_count
from desk.access import Viewer
from desk.changes import in_sight
from desk.help_requests import help_in_sight
from desk.listing import OVERDUE
from desk.page import Page, viewer_at
from desk.record import note
from desk.words import language
from desk.work_listing import WorkListing

STILL_NEWS = timedelta(days=14)
"""So long the first page names a case whose person was not happy."""
_MOST = 20
"""Appointments that are shown; there are few a day."""


class HomePage(Page):
    """A few numbers, each leading to its list."""

    path = "/"
    menu = "menu.home"
    first = True

    @route("", name="index")
    async def index(self, request: Request) -> Response:
        """Show the numbers."""
        viewer, now = viewer_at(request), self.desk.clock()
        tonight = datetime.combine(self.desk.today() + timedelta(days=1), time.min, self.desk.zone)
        async with self.desk.session() as session:
            tiles = await self._own(session, viewer) + await self._tiles(session, viewer)
            agreed = await of_staff(session, viewer.id, in_sight(viewer), tonight, _MOST)
            if agreed:
                note(session, viewer, now, "list", "registration", count=len(agreed))
            kinds = [
                (kind, await count(session, Wanted(viewer.places, viewer.hamlets, kind=kind, status="new")))
                for kind in KINDS
            ]
            news = await self._releases(session, viewer)
            reports = await _reports(session, viewer)
            unhappy = await _unhappy(session, viewer, now)
        return self.render(
            request,
            "home.html",
            tiles=tiles,
            kinds=kinds,
            cap=COUNT_CAP,
            agreed=agreed,
            now=now,
            reports=reports,
            unhappy=unhappy,
            **news,
        )

    async def _releases(self, session: AsyncSession, viewer: Viewer) -> dict[str, Any]:
        """Broadcasts that wait for this person's release, and their own that were handed back."""
        kinds, lang = viewer.publishes, language()
        return {
            "to_release": await waiting(session, viewer.id, kinds, lang) if viewer.releases else (),
            "handed_back": await handed_back(session, viewer.id, lang) if kinds else (),
            "whys": WHYS,
        }

    async def _own(self, session: AsyncSession, viewer: Viewer) -> list[tuple[str, int, str]]:
        """One's own open cases, for those who follow any up."""
        if not viewer.may_change:
            return []
        work = WorkListing("mine").work(viewer, await self.desk.book(session), self.desk.clock())
        return [("home.mine", await work_count(session, work), "/cases?tab=mine")]

    async def _tiles(self, session: AsyncSession, viewer: Viewer) -> list[tuple[str, int, str]]:
        """Word, number and where it leads."""
        now, today = self.desk.clock(), self.desk.today()
        asked = select(func.count()).where(HelpRequest.done_at.is_(None), help_in_sight(viewer))
        list_path = "/registrations"
        return [
            ("home.today", await count(session, Wanted(viewer.places, viewer.hamlets, since=today)), list_path),
            (
                "home.waiting",
                await count(session, Wanted(viewer.places, viewer.hamlets, status="new")),
                f"{list_path}?status=new",
            ),
            (
                "home.overdue",
                await count(session, Wanted(viewer.places, viewer.hamlets, overdue_at=now)),
                f"{list_path}?status={OVERDUE}",
            ),
            ("home.help", (await session.execute(asked)).scalar_one(), "/help"),
        ]


async def _unhappy(session: AsyncSession, viewer: Viewer, now: datetime) -> Sequence[Any]:
    """The viewer's cases, and those of nobody, whose people were not happy with the help of late."""
    if not viewer.may_change:
        return ()
    shown = Registration.id, Registration.kind, Registration.created_at, Worker.name, Rating.rated_at
    theirs = or_(Registration.owner_id == viewer.id, Registration.owner_id.is_(None))
    query = select(*shown).join(Rating, Rating.registration_id == Registration.id)
    query = query.join(Worker, Worker.id == Registration.worker_id).where(
        Rating.score == "bad", Rating.rated_at > now - STILL_NEWS, theirs, in_sight(viewer)
    )
    found = (await session.execute(query.order_by(Rating.rated_at.desc()).limit(_MOST))).all()
    if found:
        note(session, viewer, now, "list", "registration", count=len(found))
    return found


async def _reports(session: AsyncSession, viewer: Viewer) -> Sequence[HelpRequest]:
    """Open reports of frauds, and the calls that are the viewer's own; a number and a day, nothing personal."""
    if not viewer.sees_private:
        return ()
    theirs = or_(HelpRequest.topic == REPORT, HelpRequest.owner_id == viewer.id)
    query = select(HelpRequest).where(HelpRequest.done_at.is_(None), theirs, help_in_sight(viewer))
    return (await session.scalars(query.order_by(HelpRequest.promised_at.asc().nulls_last()).limit(_MOST))).all()

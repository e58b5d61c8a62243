"""One broadcast: composed, counted, rehearsed and released; then watched, stopped by hand, and looked back on."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette_admin import route

from content.catalogue import LANGUAGES
from content.notices.telling import told_card
from content.repeats import Repeat
from db import funnel, recipients
from db.audiences import Audience, groups
from db.broadcasts import Broadcast
from db.notice_queries import NoticeRow, read_notice
from db.notices import NOTICE_KINDS
from db.registrations import KINDS, STATUSES
from db.release_asking import WHYS
from db.staff import Staff
from desk.access import Viewer
from desk.audience_words import describe
from desk.broadcast_changes import (
    NeedsSecondPerson,
    ask,
    keep_group,
    locked,
    mark,
    own_chat,
    refuse,
    rehearse,
    release,
    save,
    stop_or_go_on,
)
from desk.broadcast_form import EVERY, WHEN, read_audience, read_plan, typed_hour
from desk.notice_changes import Refused
from desk.notice_form import typed
from desk.page import Page, demand, form_text, go, number_at, say, viewer_at
from desk.record import note
from desk.words import language, word
from desk.zalo_costs import Costs, costs_of

OPEN = ("draft", "rehearsed")
"""The states in which it is composed."""
_FIELDS = 500
Deed = Callable[[AsyncSession, Viewer, Broadcast], Awaitable[str]]
"""Does something to a broadcast that is held, and returns the word that says so."""


class BroadcastPage(Page):
    """The page of one broadcast through all of its states."""

    path = "/broadcast/{id}"

    @route("", name="broadcast")
    async def index(self, request: Request) -> Response:
        """The composer while it is a draft, the live page after that."""
        viewer = viewer_at(request)
        async with self.desk.session() as session:
            broadcast = await session.get(Broadcast, number_at(request, "id"))
            if broadcast is None:
                raise HTTPException(404)
            notice = await self._notice(session, broadcast)
            if broadcast.state in OPEN and notice.kind not in viewer.publishes:
                raise HTTPException(404)  # a draft is for those who may write one
            context = await self._context(session, viewer, broadcast, notice)
        return self.render(request, "broadcast.html", **context)

    @route("/progress", name="broadcast-progress")
    async def progress(self, request: Request) -> Response:
        """How far it is, for the script of the live page."""
        async with self.desk.engine.connect() as connection:
            one = await funnel.progress(connection, number_at(request, "id"), self.desk.clock())
        if one is None:
            raise HTTPException(404)
        return JSONResponse(_standing(one, self.desk.clock()))

    @route("/save", methods=["POST"], name="broadcast-save")
    async def save(self, request: Request) -> Response:
        """Keep the form; the page that comes next counts the people."""
        now, zone = self.desk.clock(), self.desk.zone
        form = await request.form(max_files=0, max_fields=_FIELDS)

        async def deed(session: AsyncSession, viewer: Viewer, broadcast: Broadcast) -> str:
            audience = None if broadcast.corrects else read_audience(form, zone)
            await save(session, viewer, broadcast, audience, read_plan(form, zone, now), now)
            return "broadcast.saved"

        return await self._do(request, deed)

    @route("/group", methods=["POST"], name="broadcast-group")
    async def keep_group(self, request: Request) -> Response:
        """Keep the audience as a group that updates itself."""
        (name,) = await form_text(request, "name", longest=80)

        async def deed(session: AsyncSession, viewer: Viewer, broadcast: Broadcast) -> str:
            if not name or broadcast.corrects:
                raise Refused("broadcast.group_name")
            await keep_group(session, viewer, broadcast, name, self.desk.clock())
            return "broadcast.group_kept"

        return await self._do(request, deed)

    @route("/rehearse", methods=["POST"], name="broadcast-rehearse")
    async def rehearse(self, request: Request) -> Response:
        """Send it to one's own chat."""

        async def deed(session: AsyncSession, viewer: Viewer, broadcast: Broadcast) -> str:
            await rehearse(session, self.desk, viewer, broadcast, self.desk.clock())
            return "broadcast.rehearsed"

        return await self._do(request, deed)

    @route("/release", methods=["POST"], name="broadcast-release")
    async def release(self, request: Request) -> Response:
        """Let it go."""
        demand(viewer_at(request).releases)
        (seen,) = await form_text(request, "seen")

        async def deed(session: AsyncSession, viewer: Viewer, broadcast: Broadcast) -> str:
            await release(session, self.desk, viewer, broadcast, seen, self.desk.clock())
            return "broadcast.released"

        return await self._do(request, deed)

    @route("/ask", methods=["POST"], name="broadcast-ask")
    async def ask(self, request: Request) -> Response:
        """Ask that somebody else release it."""

        async def deed(session: AsyncSession, viewer: Viewer, broadcast: Broadcast) -> str:
            others = await ask(session, self.desk, viewer, broadcast, self.desk.clock())
            return "broadcast.asked" if others else "broadcast.nobody_else"

        return await self._do(request, deed)

    @route("/refuse", methods=["POST"], name="broadcast-refuse")
    async def refuse(self, request: Request) -> Response:
        """Hand it back to its author."""
        demand(viewer_at(request).releases)
        why, words = await form_text(request, "why", "words", longest=300)

        async def deed(session: AsyncSession, viewer: Viewer, broadcast: Broadcast) -> str:
            refuse(session, viewer, broadcast, words or (why if why in WHYS else WHYS[-1]), self.desk.clock())
            return "broadcast.refused"

        return await self._do(request, deed)

    @route("/pause", methods=["POST"], name="broadcast-pause")
    async def pause(self, request: Request) -> Response:
        """Stop sending for now."""
        return await self._stop_or_go_on(request, "pause")

    @route("/resume", methods=["POST"], name="broadcast-resume")
    async def resume(self, request: Request) -> Response:
        """Go on."""
        return await self._stop_or_go_on(request, "resume")

    @route("/cancel", methods=["POST"], name="broadcast-cancel")
    async def cancel(self, request: Request) -> Response:
        """End it; a draft may be thrown away by those who may write one."""
        return await self._stop_or_go_on(request, "cancel")

    async def _stop_or_go_on(self, request: Request, what: str) -> Response:
        async def deed(session: AsyncSession, viewer: Viewer, broadcast: Broadcast) -> str:
            demand(viewer.releases or (what == "cancel" and broadcast.state in OPEN))
            await stop_or_go_on(session, viewer, broadcast, what, self.desk.clock())
            return f"broadcast.{what}_done"

        return await self._do(request, deed)

    async def _do(self, request: Request, deed: Deed) -> Response:
        """Hold the broadcast, do it, and say what came of it on its page."""
        viewer, number = viewer_at(request), number_at(request, "id")
        demand(bool(viewer.publishes))
        try:
            async with self.desk.session() as session:
                broadcast = await locked(session, number)
                if broadcast is None:
                    raise HTTPException(404)
                demand((await self._notice(session, broadcast)).kind in viewer.publishes)
                said = await deed(session, viewer, broadcast)
            say(request, said)
        except Refused as refusal:
            say(request, refusal.key, "error")
        except NeedsSecondPerson as needs:
            say(request, "broadcast.second_person", "warning", people=needs.expected, above=needs.above)
        return go(request, f"/broadcast/{number}")

    async def _notice(self, session: AsyncSession, broadcast: Broadcast) -> NoticeRow:
        notice = await read_notice(session, broadcast.notice_id)
        assert notice is not None, "a broadcast goes with its notice"
        return notice

    async def _context(
        self, session: AsyncSession, viewer: Viewer, broadcast: Broadcast, notice: NoticeRow
    ) -> dict[str, Any]:
        book, now = await self.desk.book(session), self.desk.clock()
        saved = {one.id: one.name for one in await groups(session)}
        audience = Audience.model_validate(broadcast.audience)
        names = {number: book.name(number) for number in audience.places}
        context: dict[str, Any] = {
            "broadcast": broadcast,
            "notice": notice,
            "title": notice.texts[language()].title,
            "open": broadcast.state in OPEN,
            "audience": audience,
            "whom": word("broadcast.to_the_told") if broadcast.corrects else describe(audience, names, saved),
            "within": [book.name(number) for number in broadcast.within or ()],
            "author": await _name(session, broadcast.created_by),
            "releaser": await _name(session, broadcast.released_by),
            "decider": await _name(session, broadcast.decided_by),
            "whys": WHYS,
            "repeat": Repeat.from_json(broadcast.repeat) if broadcast.repeat else None,
            "place": book.name,
            "hour_of": typed_hour,
        }
        if context["open"]:
            return context | await self._composer(session, viewer, broadcast, notice, audience, saved)
        return context | await self._live(session, broadcast, now)

    async def _composer(
        self, session: AsyncSession, viewer: Viewer, broadcast: Broadcast, notice: NoticeRow, audience: Audience,
        saved: dict[int, str],
    ) -> dict[str, Any]:  # fmt: skip
        book, now = await self.desk.book(session), self.desk.clock()
        cards = {lang: told_card(notice, broadcast.words, lang, self.desk, now) for lang in LANGUAGES}
        return {
            "groups": saved,
            "maps": {version: book.choices(version, viewer.places) for version in ("2025", "2020")},
            "kinds": KINDS,
            "statuses": STATUSES,
            "channels": self.desk.channels,
            "follows": NOTICE_KINDS,
            "langs": LANGUAGES,
            "whens": WHEN,
            "every": EVERY,
            "when": "repeat" if broadcast.repeat else "at" if broadcast.start_at else "now",
            "typed": lambda moment: typed(moment, self.desk.zone),
            "typed_hour": typed_hour,
            "previews": cards,
            "chat": await own_chat(session, viewer.id, self.desk.channels),
            "seen": mark(broadcast),
            "above": self.desk.second_person_above,
            "own": broadcast.created_by == viewer.id,
        } | ({} if broadcast.corrects else await self._counted(session, viewer, broadcast, audience))

    async def _counted(
        self, session: AsyncSession, viewer: Viewer, broadcast: Broadcast, audience: Audience
    ) -> dict[str, Any]:
        """Head-count, exclusions and reach of the whole, and a sample of whom the viewer may see."""
        connection, now = await session.connection(), self.desk.clock()
        of = {"notice_id": broadcast.notice_id}
        preview = await recipients.preview(connection, audience, self.desk.channels, now, within=broadcast.within, **of)
        within = _both(broadcast.within, viewer.places)
        sample = await recipients.sample(connection, audience, self.desk.channels, now, within=within, **of)
        note(session, viewer, now, "broadcast_count", "broadcast", broadcast.id, count=len(sample))
        return {
            "preview": preview,
            "sample": sample,
            "name_of": lambda name: _shown_name(viewer, name),
            "costs": await self._costs(connection, broadcast, audience),
        }

    async def _costs(self, connection: AsyncConnection, broadcast: Broadcast, audience: Audience) -> Costs | None:
        """What Zalo asks for it; None where there is no Official Account."""
        terms, now = self.desk.zalo, self.desk.clock()
        if terms is None or not terms.is_on:
            return None
        channels = self.desk.channels
        where: dict[str, Any] = {"notice_id": broadcast.notice_id, "within": broadcast.within}
        share = await recipients.share_of(connection, audience, channels, now, **where)
        reading = await recipients.read(connection, audience, channels, now, **where, share=share)
        return await costs_of(connection, reading, terms, now)

    async def _live(self, session: AsyncSession, broadcast: Broadcast, now: datetime) -> dict[str, Any]:
        connection = await session.connection()
        one = await funnel.progress(connection, broadcast.id, now)
        assert one is not None, "it was just read"
        return {
            "one": one,
            "standing": _standing(one, now),
            "answers": await funnel.answers(connection, broadcast.id),
            "receipts": await funnel.receipts(connection, broadcast.id),
        }


def _standing(one: funnel.Progress, now: datetime) -> dict[str, Any]:
    """How far it is, in numbers for the bar and in words."""
    left = one.seconds_left(now) if one.state == "running" else None
    whole = one.funnel.whole or one.expected or 0
    return {
        "state": one.state,
        "done": one.funnel.settled,
        "whole": whole,
        "sent": one.funnel.by_state.get("sent", 0),
        "share": word("broadcast.share", done=one.funnel.settled, whole=whole),
        "pace": "" if left is None else word("broadcast.pace", rate=f"{one.rate(now):.1f}", left=_span(left)),
    }


def _span(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


def _both(within: list[int] | None, places: frozenset[int] | None) -> list[int] | None:
    """What is in both; None is everywhere."""
    if within is None or places is None:
        return sorted(places) if within is None and places is not None else within
    return sorted(places.intersection(within))


def _shown_name(viewer: Viewer, name: str | None) -> str:
    """Whole for those who work with people; for the rest only the last word, the rest by its first letters."""
    words = (name or word("list.no_name")).split()
    if viewer.sees_phones or len(words) < 2 or not name:
        return " ".join(words)
    return " ".join([*(f"{one[0]}." for one in words[:-1]), words[-1]])


async def _name(session: AsyncSession, staff_id: int | None) -> str:
    staff = await session.get(Staff, staff_id) if staff_id is not None else None
    return staff.name if staff else ""

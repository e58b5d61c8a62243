"""What staff do on a case's page: note a call, write a note, set the day, agree to meet, give it away, write a word."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.person_words import LONGEST, bot_is_back, first_to_answer, from_staff
from db import person_talks
from db.appointment_news import reached
from db.appointments import end
from db.case_steps import CaseClosed, PromisedSooner, add_note, meet, postpone, record_call, repeated
from db.cases import OUTCOMES, CaseCall, CaseMessage, CaseNote, ReadyAnswer
from db.ownership import give
from db.people import Worker
from db.places import HAMLETS
from db.registrations import Registration
from db.replies import unanswered
from db.taking_back import take_back_call
from db.workload import add
from desk.access import Viewer
from desk.cases import assign_all
from desk.changes import in_sight
from desk.page import Page, demand, form_text, go, number_at, number_of, say, viewer_at
from desk.ready import called_up, typed
from desk.record import note

LONGEST_NOTE = 2_000
REFUSALS = ("case.not_theirs", "case.call_stands")
"""What a change may answer without having changed anything."""
FARTHEST = timedelta(days=366)
"""How far ahead a case may be put off."""


class CasePage(Page):
    """The forms of a case's page; the page itself is the person's."""

    path = "/case/{id}"

    @route("", name="case")
    async def index(self, request: Request) -> Response:
        """The case is shown with the person."""
        return go(request, f"/registration/{number_at(request, 'id')}")

    @route("/call", methods=["POST"], name="case-call")
    async def call(self, request: Request) -> Response:
        """Note how an attempt to reach the worker went."""
        outcome, day, hour, words = await form_text(request, "outcome", "day", "hour", "words", longest=LONGEST_NOTE)
        again = self._moment(day, hour)
        if outcome not in OUTCOMES or (outcome == "call_again" and again is None):
            return self._refuse(request, "case.call_incomplete")

        async def act(session: AsyncSession, viewer: Viewer, case: Registration, now: datetime) -> str:
            if await repeated(session, CaseCall, case.id, viewer, now, outcome=outcome, words=words):
                return "case.call_noted"
            await record_call(session, viewer, case, outcome, now, again_at=again, words=words)
            if case.owner_id is None:  # who calls first follows it up
                await give(session, viewer, case, viewer.id, now)
            return "case.call_noted"

        return await self._change(request, act)

    @route("/uncall", methods=["POST"], name="case-uncall")
    async def take_call_back(self, request: Request) -> Response:
        """Take back one's own newest call, noted by a slip."""
        number = number_of((await form_text(request, "call"))[0])

        async def act(session: AsyncSession, viewer: Viewer, case: Registration, now: datetime) -> str:
            if number is None or not await take_back_call(session, viewer, case, number, now):
                return "case.call_stands"
            return "case.call_taken_back"

        return await self._change(request, act)

    @route("/note", methods=["POST"], name="case-note")
    async def add_note(self, request: Request) -> Response:
        """Keep a note for colleagues."""
        (words,) = await form_text(request, "words", longest=LONGEST_NOTE)
        if not words:
            return self._refuse(request, "case.empty")

        async def act(session: AsyncSession, viewer: Viewer, case: Registration, now: datetime) -> str:
            if not await repeated(session, CaseNote, case.id, viewer, now, words=words):
                await add_note(session, viewer, case, words, now)
            return "case.note_kept"

        return await self._change(request, act)

    @route("/due", methods=["POST"], name="case-due")
    async def put_off(self, request: Request) -> Response:
        """Set the day of the next step."""
        day, hour = await form_text(request, "day", "hour")
        moment = self._moment(day, hour)
        if moment is None:
            return self._refuse(request, "case.day_wrong")

        async def act(session: AsyncSession, viewer: Viewer, case: Registration, now: datetime) -> str:
            await postpone(session, viewer, case, moment, now)
            return "case.day_set"

        return await self._change(request, act)

    @route("/meet", methods=["POST"], name="case-meet")
    async def meet(self, request: Request) -> Response:
        """Agree on a meeting with the worker, or move it."""
        day, hour, venue = await form_text(request, "day", "hour", "venue")
        moment = self._moment(day, hour)
        if moment is None:
            return self._refuse(request, "case.day_wrong")

        async def act(session: AsyncSession, viewer: Viewer, case: Registration, now: datetime) -> str:
            await meet(session, viewer, case, moment, venue, now)
            return "case.meeting_set" if await reached(session, case, self.desk.channels) else "case.meeting_to_call"

        return await self._change(request, act)

    @route("/call-off", methods=["POST"], name="case-call-off")
    async def call_off(self, request: Request) -> Response:
        """End a meeting or a promised call: it was kept, or it will not be, of which the worker is told."""
        kind, kept = await form_text(request, "kind", "kept")

        async def act(session: AsyncSession, viewer: Viewer, case: Registration, now: datetime) -> str:
            if await end(session, case.id, (kind,), now, called_off=not kept):
                note(session, viewer, now, "call_off", "registration", case.id, kept=bool(kept))
            if kept:
                return "case.appointment_kept"
            return "case.called_off" if await reached(session, case, self.desk.channels) else "case.called_off_to_call"

        return await self._change(request, act)

    @route("/assign", methods=["POST"], name="case-assign")
    async def assign(self, request: Request) -> Response:
        """Give the case to somebody, or to nobody."""
        (owner,) = await form_text(request, "owner")

        async def act(session: AsyncSession, viewer: Viewer, case: Registration, now: datetime) -> str:
            _, refused = await assign_all(session, viewer, [case.id], owner, now)
            return "case.not_theirs" if refused else "case.given"

        return await self._change(request, act)

    @route("/hamlet", methods=["POST"], name="case-hamlet")
    async def set_hamlet(self, request: Request) -> Response:
        """Say which hamlet of the list the worker's words mean."""
        number = number_of((await form_text(request, "hamlet"))[0])

        async def act(session: AsyncSession, viewer: Viewer, case: Registration, now: datetime) -> str:
            book = await self.desk.book(session)
            unit = book.units.get(number) if number is not None else None
            if unit is None or unit.version != HAMLETS or case.place_id not in book.homes(unit):
                raise HTTPException(404)
            worker = await session.get_one(Worker, case.worker_id)
            was = book.name(worker.hamlet_id) or worker.hamlet or ""
            note(session, viewer, now, "hamlet", "registration", case.id, hamlet=unit.name, hamlet_before=was)
            worker.hamlet_id = unit.id
            theirs = select(Registration).where(Registration.worker_id == worker.id, in_sight(viewer))
            for one in await session.scalars(theirs):
                one.hamlet_id = unit.id
            return "case.hamlet_set"

        return await self._change(request, act)

    @route("/write", methods=["POST"], name="case-write")
    async def write(self, request: Request) -> Response:
        """Write to the worker; from then on the bot keeps quiet until the talk ends."""
        viewer, now, number = viewer_at(request), self.desk.clock(), number_at(request, "id")
        demand(viewer.may_change)
        (words,) = await form_text(request, "words", longest=LONGEST)
        if not words:
            return self._refuse(request, "case.empty")
        if (shortcut := typed(words)) is not None:
            return await self._ready(request, shortcut)
        async with self.desk.session() as session:
            # not locked: the chat's lock comes first, as in a turn
            case = await _case(session, viewer, number, lock=False)
            account = await person_talks.reachable(session, case)
            if account is None:
                return self._refuse(request, "case.no_chat")
            await person_talks.lock(session, account.channel, account.chat_id)
            if await repeated(session, CaseMessage, number, viewer, now, words=words):
                return go(request, f"/registration/{number}#talk")
            since = first_to_answer(await unanswered(session, case.id, account.id))
            if since is not None:
                add(session, viewer.id, "reply", now, waited=now - since)
            talk = await person_talks.open_talk(session, account.id)
            message = from_staff(account.lang or "vi", account.chat_id, viewer.name, words, first=talk is None)
            await person_talks.write(session, viewer, case, account, words, message, now)
        say(request, "case.written")
        return go(request, f"/registration/{number}#talk")

    async def _ready(self, request: Request, shortcut: str) -> Response:
        """Put the ready answer that a shortcut means into the field, to be read and sent; nothing is sent yet."""
        number = number_at(request, "id")
        async with self.desk.session() as session:
            await _case(session, viewer_at(request), number, lock=False)
            answer = called_up(await session.scalars(select(ReadyAnswer)), shortcut)
        if answer is None:
            say(request, "case.no_ready", "warning", shortcut=shortcut)
            return go(request, f"/registration/{number}#talk")
        return go(request, f"/registration/{number}?ready={answer.id}#talk")

    @route("/end", methods=["POST"], name="case-end")
    async def end_talk(self, request: Request) -> Response:
        """End the talk: the bot answers again and says so."""
        viewer, now, number = viewer_at(request), self.desk.clock(), number_at(request, "id")
        demand(viewer.may_change)
        async with self.desk.session() as session:
            case = await _case(session, viewer, number, lock=False)
            account = await person_talks.reachable(session, case)
            if account is not None:
                await person_talks.lock(session, account.channel, account.chat_id)
                if await person_talks.open_talk(session, account.id) is not None:
                    word = bot_is_back(account.lang or "vi", account.chat_id)
                    await person_talks.close(session, account, word, now)
                    note(session, viewer, now, "talk_end", "registration", number)
        say(request, "case.talk_ended")
        return go(request, f"/registration/{number}#talk")

    async def _change(
        self,
        request: Request,
        act: Callable[[AsyncSession, Viewer, Registration, datetime], Awaitable[str]],
    ) -> Response:
        """Lock the case, do it, say what came of it, and show the case again."""
        viewer, now, number = viewer_at(request), self.desk.clock(), number_at(request, "id")
        demand(viewer.may_change)
        async with self.desk.session() as session:
            case = await _case(session, viewer, number, lock=True)
            try:
                said = await act(session, viewer, case, now)
            except CaseClosed:
                return self._refuse(request, "case.closed")
            except PromisedSooner:
                return self._refuse(request, "case.promised_sooner")
        say(request, said, "error" if said in REFUSALS else "success")
        return go(request, f"/registration/{number}")

    def _refuse(self, request: Request, key: str) -> Response:
        demand(viewer_at(request).may_change)
        say(request, key, "error")
        return go(request, f"/registration/{number_at(request, 'id')}")

    def _moment(self, day: str, hour: str) -> datetime | None:
        """The day and hour of a form, from now on and within a year; None for none and for nonsense."""
        try:
            moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour or "08:00"), self.desk.zone)
        except ValueError:
            return None
        now = self.desk.clock()
        return moment if self.desk.today() <= moment <= now + FARTHEST else None


async def _case(session: AsyncSession, viewer: Viewer, number: int, *, lock: bool) -> Registration:
    """The case, or 404: one of another place is as good as none."""
    query = select(Registration).where(Registration.id == number, in_sight(viewer))
    found: Registration | None = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise HTTPException(404)
    return found

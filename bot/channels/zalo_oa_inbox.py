"""Handling what the webhook has kept: each person's events in order, people beside each other, no crash loses one."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.channel import ChannelBot
from bot.channels.zalo_oa_events import OPENING, Event, read_event, update_of
from bot.channels.zalo_oa_session import ZaloSession
from bot.intake import Intake, Unavailable
from bot.tasks import Tasks
from db.engine import is_away
from db.zalo_budget import note_delivered
from db.zalo_inbox import Waiting, listening, settle_event, waiting_events
from db.zalo_people import hear_from, leave_to_human, person_of
from db.zalo_templates import note_state

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between looks where no signal came: a process that died may have left something."""
MOST_IN_HAND = 1000


class Inbox:
    """Takes waiting events into the conversation; in the one process that leads."""

    def __init__(
        self,
        engine: AsyncEngine,
        bot: ChannelBot,
        intake: Intake,
        tasks: Tasks,
        clock: Callable[[], datetime],
        quiet: timedelta,
    ) -> None:
        assert isinstance(bot.session, ZaloSession)
        self._engine = engine
        self._bot = bot
        self._session: ZaloSession = bot.session
        self._intake = intake
        self._tasks = tasks
        self._clock = clock
        self._quiet = quiet
        self._in_hand: set[int] = set()
        self._queues: dict[str, deque[tuple[int, Event | None]]] = {}
        self._rang = asyncio.Event()

    async def handle_forever(self) -> None:
        """Handle events as they come."""
        async with listening(self._engine, self._rang.set):
            while True:
                self._rang.clear()
                if not await self.look():
                    await self._wait()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._rang.wait(), LOOK_EVERY)
        except TimeoutError:
            return

    async def look(self) -> int:
        """Begin to handle what waits and is not in hand; returns how many events that is."""
        room = MOST_IN_HAND - len(self._in_hand)
        waiting = await waiting_events(self._engine, self._in_hand, room) if room > 0 else []
        for one in waiting:
            self._in_hand.add(one.id)
            event = _readable(one)
            self._queue(event.user if event else f"#{one.id}", one.id, event)
        return len(waiting)

    def _queue(self, user: str, number: int, event: Event | None) -> None:
        """Put an event behind the person's earlier ones; whoever works on those takes it too."""
        if user in self._queues:
            self._queues[user].append((number, event))
            return
        self._queues[user] = deque([(number, event)])
        self._tasks.start(self._handle_in_order(user), "Zalo events")

    async def _handle_in_order(self, user: str) -> None:
        """One person's events; when one can't be stored now, those after it wait with it."""
        queue = self._queues[user]
        try:
            while queue:
                number, event = queue[0]
                if event is not None:
                    await self._handle(number, event)
                await settle_event(self._engine, number, self._clock())
                queue.popleft()
                self._in_hand.discard(number)
        except Exception as error:
            if not isinstance(error, Unavailable) and not is_away(error):
                raise
            log.warning("Zalo: events wait for the database: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)
        finally:
            self._in_hand -= {number for number, _ in queue}
            del self._queues[user]

    async def _handle(self, number: int, event: Event) -> None:
        if event.does == "human":
            await leave_to_human(self._engine, event.user, self._clock() + self._quiet)
        elif event.does == "template":
            await note_state(self._engine, event.raw, self._clock())
        elif event.does == "received":
            await note_delivered(self._engine, str(event.message.get("tracking_id")), self._clock())
        elif event.does == "leaves":
            await self._leave(number, event)
        elif event.does in OPENING:
            await self._converse(number, event)

    async def _leave(self, number: int, event: Event) -> None:
        person = await person_of(self._engine, event.user)
        update = update_of(self._bot, event, number, person.chat_id) if person else None
        if update is not None:
            await self._intake.take(self._bot, update)

    async def _converse(self, number: int, event: Event) -> None:
        person = await hear_from(self._engine, event.user, event.at)
        self._session.remember(person)
        if person.human_until is not None and person.human_until > self._clock():
            return  # somebody at the Official Account's own chat tool is talking with them
        if event.does == "opens" and person.lang is not None:
            return  # they only opened the chat, and know us
        update = update_of(self._bot, event, number, person.chat_id)
        if update is not None:
            await self._intake.take(self._bot, update)


def _readable(one: Waiting) -> Event | None:
    try:
        return read_event(one.body)
    except ValueError as error:
        log.warning("Zalo: event %d can't be read: %s", one.id, error)
        return None

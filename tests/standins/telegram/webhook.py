"""Delivery of updates to the bot's webhook: in order, one at a time in a chat, tried again on failure."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.standins.telegram.loopback import NO_TLS
from tests.standins.telegram.updates import Queued, Updates
from tests.standins.telegram.wire import Json

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class WebhookFailure:
    """One delivery that the bot did not answer with a 2xx."""

    update_id: int
    attempt: int
    reason: str


@dataclass
class Webhook:
    """Where updates go, and how (the options make it as unkind as the real one can be)."""

    updates: Updates
    url: str = ""
    secret: str = ""
    max_connections: int = 40
    concurrent: bool = False
    """Deliver the updates of one chat at the same time, not one after another."""
    copies: int = 1
    """Deliver each update so many times, as happens when an answer is lost."""
    attempts: int = 8
    pause: float = 0.02
    """Seconds before the second attempt; doubled at each further one, up to `longest_pause`."""
    longest_pause: float = 1.0
    timeout: float = 30.0
    failures: list[WebhookFailure] = field(default_factory=list)
    given_up: list[int] = field(default_factory=list)
    on_broken: Callable[[Exception], None] = lambda error: None
    """Told of an error of the delivery's own."""
    on_reply: Callable[[str, Json], Awaitable[None]] | None = None
    """Runs the method that a bot may put into its answer."""
    _held: bool = False
    _seen: set[int] = field(default_factory=set)
    _lanes: dict[int, deque[Queued]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _client: httpx.AsyncClient | None = None
    _places: asyncio.Semaphore | None = None

    def set(self, url: str, secret: str, max_connections: int) -> None:
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self._places = asyncio.Semaphore(max_connections)
        self._seen.clear()
        self.dispatch()

    async def clear(self) -> None:
        """Forgets the webhook; deliveries under way are broken off."""
        self.url = ""
        tasks = self._tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lanes.clear()
        if self._client:
            await self._client.aclose()
            self._client = None

    def hold(self) -> None:
        """Keeps updates back until `release`."""
        self._held = True

    def release(self, *, reverse: bool = False) -> None:
        """Delivers what was held; `reverse` starts with the newest."""
        self._held = False
        self.dispatch(reverse=reverse)

    def dispatch(self, *, reverse: bool = False) -> None:
        """Starts the delivery of every pending update that has none yet."""
        if not self.url or self._held:
            return
        fresh = [one for one in self.updates.pending.values() if one.update_id not in self._seen]
        for queued in sorted(fresh, key=lambda one: one.update_id, reverse=reverse):
            self._seen.add(queued.update_id)
            if self.concurrent:
                self._start(self._deliver(queued))
            else:
                self._queue(queued)

    def _queue(self, queued: Queued) -> None:
        lane = self._lanes.setdefault(queued.chat_id, deque())
        lane.append(queued)
        if len(lane) == 1:
            self._start(self._drive(lane))

    async def _drive(self, lane: deque[Queued]) -> None:
        while lane:
            await self._deliver(lane[0])
            lane.popleft()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self.on_broken(error)

    async def _deliver(self, queued: Queued) -> None:
        if self.concurrent:
            await asyncio.gather(*(self._insist(queued) for _ in range(self.copies)))
        else:
            for _ in range(self.copies):
                await self._insist(queued)
        self.updates.confirm(queued.update_id)

    async def _insist(self, queued: Queued) -> None:
        """Delivers once, trying again with growing pauses; gives up after `attempts`."""
        pause = self.pause
        for attempt in range(1, self.attempts + 1):
            reason = await self._post(queued)
            if not reason:
                return
            self.failures.append(WebhookFailure(queued.update_id, attempt, reason))
            if attempt < self.attempts:
                await asyncio.sleep(pause)
                pause = min(pause * 2, self.longest_pause)
        self.given_up.append(queued.update_id)

    async def _post(self, queued: Queued) -> str:
        """Empty when the bot took the update, else why it did not."""
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers[SECRET_HEADER] = self.secret
        body = json.dumps(queued.body, ensure_ascii=False).encode()
        assert self._places is not None
        try:
            async with self._places:
                answer = await self._http().post(self.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return repr(error)
        if not answer.is_success:
            return f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        await self._follow(answer)
        return ""

    async def _follow(self, answer: httpx.Response) -> None:
        if self.on_reply and answer.headers.get("content-type", "").startswith("application/json"):
            reply = answer.json()
            if isinstance(reply, dict) and "method" in reply:
                await self.on_reply(reply.pop("method"), reply)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self.timeout, trust_env=False, verify=NO_TLS)
        return self._client

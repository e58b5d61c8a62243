"""Zalo's Bot Platform, for pilots and staff: a bot fed by polling (default) or by webhook."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.address_book import AddressBook
from bot.channels.channel import ChannelBot
from bot.channels.limits import zalo_bot as limits
from bot.channels.zalo_bot_client import IDLE, REFUSED, ZaloBotClient, ZaloBotError, ZaloBotUnreached
from bot.channels.zalo_bot_events import Event, read_event, update_of
from bot.channels.zalo_bot_session import ZaloBotSession
from bot.intake import Intake, Unavailable
from bot.tasks import Tasks
from db.engine import is_away
from db.zalo_bot_inbox import Inbox

log = logging.getLogger(__name__)

Result = TypeVar("Result")

CHANNEL = "zalo_bot"
OFFICIAL = "https://bot-api.zaloplatforms.com"
_NO_TOKEN = "3:zalo-bot"  # noqa: S105 - aiogram wants the shape of one; the real one stays in the client
_LONGEST_PAUSE = 30.0
_PAUSE = 1.0
_TRIES = 5
"""Tries to handle an event while the database answers."""
_LEFT = timedelta(seconds=30)
"""How old an event of a webhook is when nobody is at it any more."""
_ANSWER = 2.0
"""Seconds for which a webhook's caller waits at most while an event is handled that is kept already."""
_NO_WEBHOOK = 404
"""What is answered where no webhook is set."""


class ZaloBot(ChannelBot):
    """The bot with what only this channel needs: its client and its address book."""

    def __init__(self, token: str, api_base: str, engine: AsyncEngine) -> None:
        self.client = ZaloBotClient(token, api_base)
        self.book = AddressBook(engine, CHANNEL)
        self.inbox = Inbox(engine)
        super().__init__(_NO_TOKEN, CHANNEL, ZaloBotSession(self.client, self.book))


def event_in(body: Any) -> Event | None:
    """The event; None for what is nothing of ours, or can't be read."""
    try:
        return read_event(body)
    except ValidationError as error:
        log.warning("Zalo sent an event that does not parse: %d errors", error.error_count())
    except ValueError:
        log.warning("Zalo sent something that is no event")
    return None


async def take(bot: ZaloBot, intake: Intake, event: Event) -> None:
    """Take one event in; returns when it is committed. Raises ``Unavailable``."""
    try:
        chat_id = await bot.book.chat_of(event.message.chat.id)
    except Exception as error:
        if not is_away(error):
            raise
        raise Unavailable(f"The chat was not opened: {type(error).__name__}") from error
    await intake.take(bot, update_of(bot, chat_id, event))


async def take_kept(bot: ZaloBot, intake: Intake, number: int, event: Event | None) -> None:
    """Take in an event that is kept under a number, and let go of it; one that can't be stored is put aside in the end.

    Waits for a database that is away, however long that is.
    """
    for _ in range(_TRIES):
        with suppress(Unavailable):
            if event is not None:
                await take(bot, intake, event)
            await at_last(lambda: bot.inbox.settle(number))
            return
        await asyncio.sleep(_PAUSE)
        await at_last(bot.inbox.waiting)  # the database is there: another try counts
    log.error("Zalo's event %d can't be handled and is put aside", number)
    await at_last(lambda: bot.inbox.put_aside(number))


async def take_left(bot: ZaloBot, intake: Intake, age: timedelta = timedelta(0)) -> int:
    """Take in what a process that died has left, in its order; what it had handled all the same is known again."""
    left = await at_last(partial(bot.inbox.waiting, age))
    for row in left:
        await take_kept(bot, intake, row.id, event_in(row.body))
    return len(left)


async def look_after_left(bot: ZaloBot, intake: Intake) -> None:
    """Take in, for ever, what webhooks of processes that died have left; in the process that leads."""
    while True:
        await take_left(bot, intake, _LEFT)
        await asyncio.sleep(_LEFT.total_seconds())


async def at_last(work: Callable[[], Awaitable[Result]]) -> Result:
    """Do something with the database however long that is away."""
    pause = _PAUSE
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("Zalo's event waits %.0f s for the database: %s", pause, type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def poll(bot: ZaloBot, intake: Intake) -> None:
    """Fetch events for ever, one a call.

    There is no offset, and what was handed out is not handed out again: it is kept by itself before it is handled, and
    handled before the next call.
    """
    await _try_delete_webhook(bot)
    await take_left(bot, intake)
    pause = 0.0
    while True:
        try:
            params = {"timeout": str(limits.POLL_SECONDS)}
            body = await bot.client.call("getUpdates", params, limits.POLL_SECONDS + 10)
        except (ZaloBotError, ZaloBotUnreached) as error:
            code = error.code if isinstance(error, ZaloBotError) else None
            if code in (IDLE, REFUSED):
                await bot.hear(refused=code == REFUSED)
            if code == IDLE:
                pause = 0.0
                continue
            pause = min(max(1.0, pause * 2), _LONGEST_PAUSE)
            log.warning("Zalo polling waits %.0f s: %s", pause, error)
            await asyncio.sleep(pause)
            continue
        pause = 0.0
        await bot.hear(refused=False)
        if body and (event := event_in(body)) is not None:
            await take_kept(bot, intake, await at_last(partial(bot.inbox.keep, body)), event)


async def _try_delete_webhook(bot: ZaloBot) -> None:
    try:
        await bot.client.call("deleteWebhook", {}, 10)
    except (ZaloBotError, ZaloBotUnreached) as error:
        if not (isinstance(error, ZaloBotError) and error.code == _NO_WEBHOOK):
            # polling will tell whether a webhook is still in its way
            log.warning("Zalo did not take the webhook away: %s", error)


async def set_webhook(bot: ZaloBot, url: str, secret: str) -> None:
    """Tell the platform where to post; a refusal is logged, for the desk and the web chat work without."""
    try:
        await bot.client.call("setWebhook", {"url": url, "secret_token": secret}, 30)
    except (ZaloBotError, ZaloBotUnreached) as error:
        log.error("Zalo did not take the webhook: %s", error)


class Webhook:
    """The endpoint that the platform posts to: 200 once the event is kept."""

    def __init__(self, bot: ZaloBot, intake: Intake, tasks: Tasks, secret: str) -> None:
        self._bot = bot
        self._intake = intake
        self._tasks = tasks
        self._secret = secret.encode()

    async def take(self, request: Request) -> Response:
        """Take one event. While the database is away it is kept in hand too: nothing promises that it comes again."""
        given = request.headers.get("x-bot-api-secret-token", "").encode()
        if not hmac.compare_digest(given, self._secret):
            return PlainTextResponse("forbidden", status_code=403)
        content = await request.body()
        if len(content) > limits.UPDATE_BYTES:
            return PlainTextResponse("too large", status_code=413)
        try:
            body = orjson.loads(content)
        except orjson.JSONDecodeError:
            log.warning("Zalo sent something that is no JSON")
            return PlainTextResponse("ignored")
        event = event_in(body)
        if event is None:
            return PlainTextResponse("ignored")
        return await self._keep(body, event)

    async def _keep(self, body: Any, event: Event) -> Response:
        """Keep it, and wait a little while it is handled, so that a person's events stay in their order."""
        try:
            number = await self._bot.inbox.keep(body)
        except Exception as error:
            if not is_away(error):
                raise
            self._tasks.start(self._keep_at_last(body, event), "an event of Zalo's that waits")
            return PlainTextResponse("try again", status_code=503)
        taking = self._tasks.start(take_kept(self._bot, self._intake, number, event), "an event of Zalo's")
        await asyncio.wait({taking}, timeout=_ANSWER)
        return PlainTextResponse("ok")

    async def _keep_at_last(self, body: Any, event: Event) -> None:
        number = await at_last(partial(self._bot.inbox.keep, body))
        await take_kept(self._bot, self._intake, number, event)

"""Zalo's Bot Platform, for pilots and staff: a bot fed by polling (default) or by webhook."""

import asyncio
import hmac
import logging
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.address_book import AddressBook
from bot.channels.channel import ChannelBot
from bot.channels.limits import zalo_bot as limits
from bot.channels.zalo_bot_client import IDLE, ZaloBotClient, ZaloBotError, ZaloBotUnreached
from bot.channels.zalo_bot_events import read_event, update_of
from bot.channels.zalo_bot_session import ZaloBotSession
from bot.intake import Intake, Unavailable
from bot.tasks import Tasks
from db.engine import is_away

log = logging.getLogger(__name__)

CHANNEL = "zalo_bot"
OFFICIAL = "https://bot-api.zaloplatforms.com"
_NO_TOKEN = "3:zalo-bot"  # noqa: S105 - aiogram wants the shape of one; the real one stays in the client
_LONGEST_PAUSE = 30.0
_NO_WEBHOOK = 404
"""What is answered where no webhook is set."""


class ZaloBot(ChannelBot):
    """The bot with what only this channel needs: its client and its address book."""

    def __init__(self, token: str, api_base: str, engine: AsyncEngine) -> None:
        self.client = ZaloBotClient(token, api_base)
        self.book = AddressBook(engine, CHANNEL)
        super().__init__(_NO_TOKEN, CHANNEL, ZaloBotSession(self.client, self.book))


async def take(bot: ZaloBot, intake: Intake, body: Any) -> None:
    """Take one event in; returns when it is committed, or is nothing of ours. Raises ``Unavailable``."""
    try:
        event = read_event(body)
    except ValidationError as error:
        log.warning("Zalo sent an event that does not parse: %d errors", error.error_count())
        return
    except ValueError:
        log.warning("Zalo sent something that is no event")
        return
    if event is None:
        return
    try:
        chat_id = await bot.book.chat_of(event.message.chat.id)
    except Exception as error:
        if not is_away(error):
            raise
        raise Unavailable(f"The chat was not opened: {type(error).__name__}") from error
    await intake.take(bot, update_of(bot, chat_id, event))


async def take_at_last(bot: ZaloBot, intake: Intake, body: Any) -> None:
    """Take an event in however long the database is away: the platform sends it once only."""
    pause = 1.0
    while True:
        try:
            await take(bot, intake, body)
        except Unavailable as error:
            log.warning("Zalo's event waits %.0f s: %s", pause, error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return


async def poll(bot: ZaloBot, intake: Intake) -> None:
    """Fetch events for ever, one a call. There is no offset: what was fetched is committed before the next call."""
    await _try_delete_webhook(bot)
    pause = 0.0
    while True:
        try:
            params = {"timeout": str(limits.POLL_SECONDS)}
            body = await bot.client.call("getUpdates", params, limits.POLL_SECONDS + 10)
        except (ZaloBotError, ZaloBotUnreached) as error:
            if isinstance(error, ZaloBotError) and error.code == IDLE:
                pause = 0.0
                continue
            pause = min(max(1.0, pause * 2), _LONGEST_PAUSE)
            log.warning("Zalo polling waits %.0f s: %s", pause, error)
            await asyncio.sleep(pause)
            continue
        pause = 0.0
        if body:
            await take_at_last(bot, intake, body)


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
    """The endpoint that the platform posts to: 200 once the event is committed."""

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
        try:
            await take(self._bot, self._intake, body)
        except Unavailable:
            self._tasks.start(take_at_last(self._bot, self._intake, body), "an event of Zalo's that waits")
            return PlainTextResponse("try again", status_code=503)
        return PlainTextResponse("ok")

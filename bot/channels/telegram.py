"""Telegram: a bot on the Bot API, fed by polling (default) or by webhook."""

import asyncio
import hmac
import logging
from collections.abc import Iterator
from typing import Any

from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramUnauthorizedError
from aiogram.methods import GetUpdates
from aiogram.types import BotCommand, Update
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.channel import ChannelBot
from bot.channels.limits import telegram as limits
from bot.channels.telegram_session import TelegramSession
from bot.intake import Intake, Unavailable
from content.catalogue import LANGUAGES, tell

log = logging.getLogger(__name__)

CHANNEL = "telegram"
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
COMMANDS = ("menu", "my", "person", "language", "help", "stop", "delete")
"""What the phone's command list offers; each is described by the message ``command.<name>``."""


def make_bot(token: str, api_base: str) -> ChannelBot:
    """Make the bot for a token; ``api_base`` may name a local Bot API server."""
    local = not api_base.startswith("https://api.telegram.org")
    session = TelegramSession(api=TelegramAPIServer.from_base(api_base, is_local=False), limit=100)
    log.info("Telegram through %s", "a Bot API server of our own" if local else "Telegram's own Bot API")
    return ChannelBot(token, CHANNEL, session)


async def introduce(bot: ChannelBot) -> None:
    """Give Telegram the command list in both languages (Vietnamese where the phone speaks neither)."""
    for lang in LANGUAGES:
        commands = [BotCommand(command=name, description=tell(lang, f"command.{name}")) for name in COMMANDS]
        await bot.set_my_commands(commands, language_code=lang)
        if lang == "vi":
            await bot.set_my_commands(commands)


async def poll(bot: ChannelBot, intake: Intake) -> None:
    """Fetch updates for ever. A batch is confirmed only when all of it is committed, so a crash loses none."""
    offset, pause = None, 0.0
    session = bot.session
    assert isinstance(session, TelegramSession)
    while True:
        query = GetUpdates(offset=offset, timeout=limits.POLL_SECONDS, allowed_updates=UPDATES)
        try:
            fetched = await session.fetch_updates(bot, query, limits.POLL_SECONDS + 10)
            await asyncio.gather(*(intake.take(bot, update) for update in _readable(bot, fetched)))
        except (AiogramError, Unavailable) as error:
            if isinstance(error, TelegramUnauthorizedError):
                await bot.hear(refused=True)
            pause = min(max(1.0, pause * 2), 30.0)
            log.warning("Telegram polling waits %.0f s: %s", pause, type(error).__name__)
            await asyncio.sleep(pause)
            continue
        pause = 0.0
        await bot.hear(refused=False)
        if fetched:
            offset = max(int(update.get("update_id", 0)) for update in fetched) + 1


def _readable(bot: ChannelBot, fetched: list[dict[str, Any]]) -> Iterator[Update]:
    """The updates that parse; one that never will is confirmed with the others and left."""
    for raw in fetched:
        try:
            yield Update.model_validate(raw, context={"bot": bot})
        except ValidationError as error:
            log.warning("Telegram sent an update that does not parse: %d errors", error.error_count())


class Webhook:
    """The endpoint that Telegram posts to: 200 when the update is committed, 503 when it should come again."""

    def __init__(self, bot: ChannelBot, intake: Intake, secret: str) -> None:
        self._bot = bot
        self._intake = intake
        self._secret = secret.encode()

    async def take(self, request: Request) -> Response:
        """Take one update."""
        given = request.headers.get("x-telegram-bot-api-secret-token", "").encode()
        if not hmac.compare_digest(given, self._secret):
            return PlainTextResponse("forbidden", status_code=403)
        body = await request.body()
        if len(body) > limits.UPDATE_BYTES:
            return PlainTextResponse("too large", status_code=413)
        try:
            update = Update.model_validate_json(body, context={"bot": self._bot})
        except ValidationError as error:
            # Telegram would repeat it for a day, and it will never parse.
            log.warning("Telegram sent an update that does not parse: %d errors", error.error_count())
            return PlainTextResponse("ignored")
        try:
            await self._intake.take(self._bot, update)
        except Unavailable:
            return PlainTextResponse("try again", status_code=503)
        return PlainTextResponse("ok")

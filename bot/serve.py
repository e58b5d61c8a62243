"""Running: the web server, the channels and the clock in one process, or a part of them."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal

import uvicorn
from aiogram.exceptions import AiogramError

from bot.assembly import Program, schedule_of
from bot.channels import telegram, zalo_bot, zalo_oa
from bot.channels.channel import ChannelBot
from bot.file_maker import make_files
from bot.post_office import repliers, senders
from bot.settings import Settings
from bot.web_app import make_app
from db.leading import lead, stay_connected
from db.web_chat import listening
from jobs.clock import run_clock
from jobs.unasked import Unasked

log = logging.getLogger(__name__)
Part = Literal["web", "jobs"]


async def serve(program: Program, only: Part | None = None) -> None:
    """Run until asked to stop."""
    if only != "web":
        program.tasks.start_endless(lambda: lead(program.engine, "clock", partial(_clock, program)), "clock")
    for name, work in repliers(program) if only == "web" else senders(program):
        program.tasks.start_endless(work, f"broadcasts on {name}")
    if only == "jobs":
        await _until_stopped()
    else:
        await _serve_web(program)


async def _until_stopped() -> None:
    """Wait for Ctrl+C or a polite kill."""
    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    log.info("The clock is running; stop with Ctrl+C")
    await stopped.wait()


async def _clock(program: Program) -> None:
    unasked = Unasked(program.engine, program.office, program.manners, tuple(program.bots))
    fetch = partial(fetch_file, program)
    schedule = schedule_of(program.settings)
    given = program.engine, program.office, program.clock, program.files, fetch, unasked, schedule, program.seal
    await run_clock(*given, desk=f"{program.settings.url}/desk", make_files=partial(make_files, program))


async def _serve_web(program: Program) -> None:
    app = make_app(program)
    program.tasks.start_endless(program.delivery.flush_forever, "flush")
    program.tasks.start_endless(program.delivery.look_forever, "look for owed replies")
    program.tasks.start_endless(partial(_forward, program, app.state.chat.forward), "forward to pages")
    await start_telegram(program)
    start_zalo(program)
    start_zalo_bot(program)
    settings = program.settings
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        proxy_headers=True,
        ws_max_size=256_000,
        timeout_graceful_shutdown=5,
    )
    log.info("Chat at %s/ and desk at %s/desk", settings.url, settings.url)
    server = Server(config)
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, server.leave)
    await server.serve()


class Server(uvicorn.Server):
    """Ends its serving when asked, and leaves the process to us: there are replies to mark and a database to stop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's own way ends the process as soon as the last answer is out."""
        yield

    def leave(self) -> None:
        """Stop listening and let what is under way finish."""
        self.should_exit = True


async def start_telegram(program: Program) -> None:
    """Begin to take Telegram's updates in the way that is configured."""
    bot = program.bots.get(telegram.CHANNEL)
    if bot is None:
        return
    if program.settings.telegram_mode == "polling":
        polling = partial(lead, program.engine, "telegram polling", partial(_poll, bot, program))
        program.tasks.start_endless(polling, "telegram polling")
    else:
        program.tasks.start(_set_webhook(bot, program.settings), "set the webhook")


def start_zalo(program: Program) -> None:
    """Handle what the Official Account's webhook keeps, and keep its token alive; each in the process that leads."""
    zalo, engine = program.zalo, program.engine
    if zalo is None:
        return
    inbox = zalo_oa.make_inbox(zalo, program.settings, engine, program.intake, program.tasks, program.clock)
    program.tasks.start_endless(partial(lead, engine, "zalo inbox", inbox.handle_forever), "zalo inbox")
    program.tasks.start_endless(partial(lead, engine, "zalo token", zalo.keeper.look_forever), "zalo token")
    program.tasks.start_endless(partial(lead, engine, "zalo reading", zalo.reader.look_forever), "zalo reading")


async def _poll(bot: ChannelBot, program: Program) -> None:
    """Poll; in the process that leads, for two pollers would shut each other out."""
    await bot.delete_webhook()
    await _try_introduction(bot)
    await telegram.poll(bot, program.intake)


async def _try_introduction(bot: ChannelBot) -> None:
    try:
        await telegram.introduce(bot)
    except AiogramError as error:
        # the command list is a comfort; the conversation works without it
        log.warning("Telegram did not take the command list: %s", type(error).__name__)


async def _set_webhook(bot: ChannelBot, settings: Settings) -> None:
    await _try_introduction(bot)
    if settings.public_url is None or settings.telegram_webhook_secret is None:
        log.warning("PUBLIC_URL is not set: point Telegram's webhook at /telegram/webhook yourself")
        return
    await bot.set_webhook(
        f"{settings.url}/telegram/webhook",
        secret_token=settings.telegram_webhook_secret.get_secret_value(),
        allowed_updates=telegram.UPDATES,
    )


def start_zalo_bot(program: Program) -> None:
    """Begin to take the Zalo bot's events in the way that is configured."""
    bot, settings = program.bots.get(zalo_bot.CHANNEL), program.settings
    if not isinstance(bot, zalo_bot.ZaloBot):
        return
    if settings.zalo_bot_mode == "polling":
        # two pollers would take each other's events away
        work = partial(zalo_bot.poll, bot, program.intake)
        program.tasks.start_endless(partial(lead, program.engine, "zalo bot polling", work), "zalo bot polling")
        return
    left = partial(zalo_bot.look_after_left, bot, program.intake)
    program.tasks.start_endless(partial(lead, program.engine, "zalo bot inbox", left), "zalo bot inbox")
    if settings.public_url and settings.zalo_bot_webhook_secret:
        secret = settings.zalo_bot_webhook_secret.get_secret_value()
        program.tasks.start(zalo_bot.set_webhook(bot, f"{settings.url}/zalo/bot/webhook", secret), "set Zalo's webhook")
    else:
        log.warning("PUBLIC_URL is not set: point the Zalo bot's webhook at /zalo/bot/webhook yourself")


async def _forward(program: Program, forward: Callable[[int, int], Coroutine[Any, Any, None]]) -> None:
    """Hear of web messages that another process, or the clock, has written, and push them."""

    def heard(chat_id: int, number: int) -> None:
        program.tasks.start(forward(chat_id, number), f"forward to chat {chat_id}")

    async with listening(program.engine, heard) as connection:
        await stay_connected(connection)


async def fetch_file(program: Program, channel: str, file_id: str) -> bytes:
    """Fetch what somebody sent on a channel; raises aiogram's errors."""
    content = await program.bots[channel].download(file_id)
    assert content is not None, "without a destination, download gives the bytes"
    return content.read()

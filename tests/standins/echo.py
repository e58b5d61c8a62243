"""A small aiogram bot that proves the stand-in, by polling or behind a webhook."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiogram import Bot, Dispatcher, F, Router
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.standins.telegram.bell import Bell
from tests.standins.telegram.loopback import LoopbackServer
from tests.standins.telegram.webhook import SECRET_HEADER

SECRET = "s3cret_of-the-webhook"
KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Tìm việc làm", callback_data="job")]])


def dispatcher() -> Dispatcher:
    router = Router()

    @router.message(F.text)
    async def echo(message: Message) -> None:
        await message.answer(f"<b>{message.text}</b>", parse_mode="HTML", reply_markup=KEYBOARD)

    @router.callback_query()
    async def chosen(query: CallbackQuery) -> None:
        await query.answer("đã chọn")
        if isinstance(query.message, Message):
            await query.message.edit_text(f"đã chọn {query.data}")

    made = Dispatcher()
    made.include_router(router)
    return made


@contextlib.asynccontextmanager
async def polling(bot: Bot) -> AsyncIterator[None]:
    """The echo bot, fed by a plain loop over getUpdates."""
    task = asyncio.get_running_loop().create_task(_poll(bot, dispatcher()))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _poll(bot: Bot, echo: Dispatcher) -> None:
    offset = 0
    while True:
        for update in await bot.get_updates(offset=offset, timeout=20):
            await echo.feed_update(bot, update)
            offset = update.update_id + 1


class EchoWebhook:
    """The echo bot's HTTP side; `refuse_next` makes it answer 500 so many times."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.echo = dispatcher()
        self.seen: list[int] = []
        self.refuse_next = 0
        self.running = 0
        self.most_running = 0
        self.entered = Bell()
        self.gate = asyncio.Event()
        self.gate.set()

    async def take(self, request: Request) -> Response:
        if request.headers.get(SECRET_HEADER) != SECRET:
            return Response(status_code=401)
        if self.refuse_next:
            self.refuse_next -= 1
            return Response(status_code=500)
        self.running += 1
        self.entered.ring()
        self.most_running = max(self.most_running, self.running)
        await self.gate.wait()
        update = Update.model_validate(await request.json(), context={"bot": self.bot})
        self.seen.append(update.update_id)
        await self.echo.feed_update(self.bot, update)
        self.running -= 1
        return Response()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """The webhook's URL while it is up."""
        app = Starlette(routes=[Route("/telegram/webhook", self.take, methods=["POST"])])
        server = LoopbackServer(app)
        port = await server.open()
        try:
            yield f"http://127.0.0.1:{port}/telegram/webhook"
        finally:
            await server.close()

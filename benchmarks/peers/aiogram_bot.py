"""aiogram as its own documentation sets it up: aiohttp's server, its request handler, and FSM on memory or Redis."""

import argparse
from typing import Any

import uvloop
from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage, SimpleEventIsolation
from aiogram.fsm.storage.redis import RedisEventIsolation, RedisStorage
from aiogram.types import KeyboardButton, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from benchmarks.peers.questions import DONE, QUESTIONS, YES, PeerQuestion, summary
from benchmarks.peers.stopping import until_stopped


class Form(StatesGroup):
    """One state a question."""

    name = State()
    birth_year = State()
    commune = State()
    phone = State()
    market = State()
    loan = State()
    review = State()


def keyboard(question: PeerQuestion) -> ReplyKeyboardMarkup | ReplyKeyboardRemove:
    """The choices as keys."""
    if not question.choices:
        return ReplyKeyboardRemove()
    return ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text=choice)] for choice in question.choices])


async def begin(message: Message, state: FSMContext) -> None:
    """/start: the first question."""
    await state.set_state(getattr(Form, QUESTIONS[0].key))
    await state.set_data({})
    await message.answer(QUESTIONS[0].prompt, reply_markup=keyboard(QUESTIONS[0]))


async def take(message: Message, state: FSMContext, position: int) -> None:
    """An answer: the next question, or the summary."""
    question, text = QUESTIONS[position], message.text or ""
    if not question.accepts(text):
        await message.answer(question.prompt, reply_markup=keyboard(question))
        return
    answers = await state.update_data({question.key: text})
    if position + 1 == len(QUESTIONS):
        await state.set_state(Form.review)
        await message.answer(summary(answers))
        return
    following = QUESTIONS[position + 1]
    await state.set_state(getattr(Form, following.key))
    await message.answer(following.prompt, reply_markup=keyboard(following))


async def confirm(message: Message, state: FSMContext) -> None:
    """The answer to the summary: done, or the summary again."""
    if message.text != YES:
        await message.answer(summary(await state.get_data()))
        return
    await state.set_state(None)
    await message.answer(DONE)


def form_router() -> Router:
    """The six questions and the confirmation."""
    router = Router()
    router.message.register(begin, CommandStart())
    for position, question in enumerate(QUESTIONS):

        async def answer(message: Message, state: FSMContext, position: int = position) -> None:
            await take(message, state, position)

        router.message.register(answer, getattr(Form, question.key))
    router.message.register(confirm, Form.review)
    return router


async def echo(message: Message) -> None:
    """Say it again."""
    await message.answer(message.text or "")


def dispatcher_of(kind: str, redis_url: str) -> Dispatcher:
    """``echo``, ``memory`` or ``redis``; the latter two with a lock a chat."""
    if kind == "echo":
        dispatcher = Dispatcher(disable_fsm=True)
        dispatcher.message.register(echo)
        return dispatcher
    if kind == "memory":
        dispatcher = Dispatcher(storage=MemoryStorage(), events_isolation=SimpleEventIsolation())
    else:
        storage = RedisStorage.from_url(redis_url)
        dispatcher = Dispatcher(storage=storage, events_isolation=RedisEventIsolation(storage.redis))
    dispatcher.include_router(form_router())
    return dispatcher


async def serve(options: argparse.Namespace) -> None:
    """Serve the webhook until asked to stop."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(options.api))
    bot, dispatcher = Bot(options.token, session=session), dispatcher_of(options.kind, options.redis)
    app = web.Application()
    handler: Any = SimpleRequestHandler(dispatcher, bot, secret_token=options.secret)
    handler.register(app, path=options.path)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.port).start()
    await until_stopped()
    await runner.cleanup()
    await dispatcher.storage.close()
    await session.close()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("echo", "memory", "redis"))
    parser.add_argument("--port", type=int, required=True)
    for name in ("api", "token", "secret", "path"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--redis", default="")
    uvloop.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()

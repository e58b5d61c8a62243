"""python-telegram-bot as its own documentation sets it up behind a web server: Starlette feeds its update queue."""

import argparse
from typing import Any

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import ReplyKeyboardMarkup, ReplyKeyboardRemove, Update
from telegram.ext import Application, CommandHandler, ContextTypes, ConversationHandler, MessageHandler, filters

from benchmarks.peers.questions import DONE, QUESTIONS, YES, PeerQuestion, summary

Context = ContextTypes.DEFAULT_TYPE
_WORDS = filters.TEXT & ~filters.COMMAND


def keyboard(question: PeerQuestion) -> ReplyKeyboardMarkup | ReplyKeyboardRemove:
    """The choices as keys."""
    if not question.choices:
        return ReplyKeyboardRemove()
    return ReplyKeyboardMarkup([[choice] for choice in question.choices])


async def begin(update: Update, context: Context) -> int:
    """/start: the first question."""
    assert update.message is not None
    assert context.user_data is not None
    context.user_data.clear()
    await update.message.reply_text(QUESTIONS[0].prompt, reply_markup=keyboard(QUESTIONS[0]))
    return 0


async def take(update: Update, context: Context, position: int) -> int:
    """An answer: the next question, or the summary."""
    assert update.message is not None
    assert context.user_data is not None
    question, text = QUESTIONS[position], update.message.text or ""
    if not question.accepts(text):
        await update.message.reply_text(question.prompt, reply_markup=keyboard(question))
        return position
    context.user_data[question.key] = text
    if position + 1 == len(QUESTIONS):
        await update.message.reply_text(summary(context.user_data))
        return position + 1
    following = QUESTIONS[position + 1]
    await update.message.reply_text(following.prompt, reply_markup=keyboard(following))
    return position + 1


async def confirm(update: Update, context: Context) -> int:
    """The answer to the summary: done, or the summary again."""
    assert update.message is not None
    assert context.user_data is not None
    if update.message.text != YES:
        await update.message.reply_text(summary(context.user_data))
        return len(QUESTIONS)
    await update.message.reply_text(DONE)
    return ConversationHandler.END


def _handler(position: int) -> MessageHandler[Context, Any]:
    async def answer(update: Update, context: Context) -> int:
        return await take(update, context, position)

    return MessageHandler(_WORDS, answer)


def application_of(options: argparse.Namespace) -> Application[Any, Any, Any, Any, Any, Any]:
    """The conversation in memory; ``--concurrent`` updates at once, one by default."""
    builder = Application.builder().token(options.token).updater(None).base_url(f"{options.api}/bot")
    if options.concurrent:
        builder = builder.concurrent_updates(options.concurrent)
    application = builder.build()
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", begin)],
            states={
                **{position: [_handler(position)] for position in range(len(QUESTIONS))},
                len(QUESTIONS): [MessageHandler(_WORDS, confirm)],
            },
            fallbacks=[],
            allow_reentry=True,
        )
    )
    return application


async def serve(options: argparse.Namespace) -> None:
    """Serve the webhook until asked to stop."""
    application = application_of(options)

    async def take_update(request: Request) -> Response:
        if request.headers.get("x-telegram-bot-api-secret-token") != options.secret:
            return Response(status_code=403)
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return Response()

    app = Starlette(routes=[Route(options.path, take_update, methods=["POST"])])
    config = uvicorn.Config(app, host="127.0.0.1", port=options.port, log_config=None, access_log=False)
    async with application:
        await application.start()
        await uvicorn.Server(config).serve()
        await application.stop()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    for name in ("api", "token", "secret", "path"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--concurrent", type=int, default=0)
    uvloop.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()

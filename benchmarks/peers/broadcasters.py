"""The peers of a broadcast: aiogram-broadcaster, in memory and on PostgreSQL, and PTB's AIORateLimiter."""

import argparse
import asyncio

import uvloop
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram_broadcaster import Broadcaster
from aiogram_broadcaster.contents import TextContent
from aiogram_broadcaster.storages.sqlalchemy import SQLAlchemyStorage
from telegram import InlineKeyboardButton as PTBButton
from telegram import InlineKeyboardMarkup as PTBMarkup
from telegram.ext import AIORateLimiter, ApplicationBuilder

TEXT = "Phiên giao dịch việc làm lưu động\nMời bà con tới dự.\nCần hỏi thêm, xin bấm “Gọi cho tôi”."
BUTTONS = (("1. Gọi cho tôi", "notice:answer:1:call_me"), ("2. Theo dõi loại tin này", "notice:follow:general"))
AT_ONCE = 60
"""Calls at a time, as ours."""


async def broadcaster(options: argparse.Namespace) -> None:
    """aiogram-broadcaster without an interval: it sends one after the other."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(options.api))
    bot = Bot(options.token, session=session)
    storage = SQLAlchemyStorage.from_url(options.database) if options.database else None
    if storage:
        await storage.startup()
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=t, callback_data=d)] for t, d in BUTTONS])
    many = Broadcaster(bot, storage=storage)
    mailer = await many.create_mailer(range(1, options.count + 1), TextContent(text=TEXT, reply_markup=markup))
    await mailer.start()
    if storage:
        await storage.shutdown()
    await session.close()


async def ptb(options: argparse.Namespace) -> None:
    """python-telegram-bot with its rate limiter's limits lifted, many calls at once."""
    builder = ApplicationBuilder().token(options.token).base_url(f"{options.api}/bot").connection_pool_size(AT_ONCE)
    limiter = AIORateLimiter(overall_max_rate=0, group_max_rate=0, max_retries=3)
    application = builder.rate_limiter(limiter).pool_timeout(60).build()
    await application.bot.initialize()
    markup = PTBMarkup([[PTBButton(t, callback_data=d)] for t, d in BUTTONS])
    waiting = iter(range(1, options.count + 1))

    async def some() -> None:
        for chat in waiting:
            await application.bot.send_message(chat, TEXT, reply_markup=markup)

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    await application.bot.shutdown()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=["broadcaster", "ptb"])
    parser.add_argument("--api", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--database", help="an address for SQLAlchemy; in memory without")
    options = parser.parse_args()
    uvloop.run(ptb(options) if options.which == "ptb" else broadcaster(options))


if __name__ == "__main__":
    main()

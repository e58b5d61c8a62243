"""Recordings and pictures of lessons on their way out: as files, as an address, or served to the web chat's pages."""

from collections.abc import Iterable
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response as AiogramResponse
from aiogram.methods import SendMessage, SendPhoto, SendVoice, TelegramMethod
from aiogram.types import FSInputFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bot.channels.channel import ChannelBot
from bot.channels.web_frames import CLIPS
from bot.pictures import BY_ADDRESS
from content.clips import NAMED, clips
from db.web_chat import CHANNEL as WEB

_HEADERS = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}


class LessonFiles(BaseRequestMiddleware):
    """Puts the file in place of its name; ``site``: an address of ours, for channels that take no files."""

    def __init__(self, *, by_address: bool, site: str | None) -> None:
        self._by_address = by_address
        self._site = site

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> AiogramResponse[Any]:
        """Send the method on; where its file is gone or can't be shown, only its words."""
        field = "photo" if isinstance(method, SendPhoto) else "voice" if isinstance(method, SendVoice) else None
        named = getattr(method, field) if field else None
        if field and isinstance(named, str) and named.startswith(NAMED):
            source = self._source(named.removeprefix(NAMED))
            method = method.model_copy(update={field: source}) if source else _words(method)
        return await make_request(bot, method)

    def _source(self, name: str) -> FSInputFile | str | None:
        path = clips.path(name)
        if path is None or (self._by_address and self._site is None):
            return None
        return f"{self._site}{CLIPS}{name}" if self._by_address else FSInputFile(path)


def _words(method: Any) -> SendMessage:
    return SendMessage(chat_id=method.chat_id, text=method.caption or "…")


def send_clips(bots: Iterable[ChannelBot], site: str | None) -> None:
    """Let the channels that show no page of ours send lessons' files."""
    for bot in bots:
        if bot.channel != WEB:
            bot.session.middleware(LessonFiles(by_address=bot.channel in BY_ADDRESS, site=site))


async def show(request: Request) -> Response:
    """The file, or 404; nothing in the folder is personal."""
    path = clips.path(request.path_params["name"])
    return FileResponse(path, headers=_HEADERS) if path else Response(status_code=404)

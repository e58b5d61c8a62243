"""Files of notices on their way out: as bytes, as an address, or served to the web chat's pages.

They are opened from their seal only when they are sent or looked at; one that is gone meanwhile leaves its words.
"""

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response as AiogramResponse
from aiogram.methods import SendDocument, SendMessage, SendPhoto, SendVoice, TelegramMethod
from aiogram.types import BufferedInputFile
from anyio.to_thread import run_sync
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import Response

from bot.channels import telegram, zalo_oa
from bot.channels.channel import ChannelBot
from bot.channels.limits import zalo_oa as zalo_limits
from bot.channels.web_frames import NOTICE_FILES
from content.file_kinds import kind_of
from db.files import FileStore
from db.notice_files import KeptFile, kept_file
from db.seal import Seal, SealBroken
from db.web_chat import CHANNEL as WEB
from handlers.notices.files import ENDINGS, NAMED, mark_of

TAKES: Mapping[str, Mapping[str, int]] = {
    telegram.CHANNEL: {"photo": 10_000_000, "voice": 10_000_000, "document": 10_000_000},
    zalo_oa.CHANNEL: {"photo": 10_000_000, "document": zalo_limits.FILE_BYTES},
}
"""What may be sent as bytes, by channel and up to which size; everything else goes as an address."""
_FIELDS = {SendPhoto: "photo", SendVoice: "voice", SendDocument: "document"}
_NAME = re.compile(r"(\d{1,18})\.([0-9a-f]{24})\.[a-z0-9]{3}", re.ASCII)


@dataclass(frozen=True)
class Shelf:
    """Where the files lie."""

    engine: AsyncEngine
    store: FileStore
    seal: Seal

    async def find(self, name: str) -> tuple[KeptFile, bytes] | None:
        """The file of this name with its bytes; None for a name that we never gave, and where it is gone."""
        found = _NAME.fullmatch(name)
        if found is None or not hmac.compare_digest(found[2], mark_of(self.seal, int(found[1]))):
            return None
        file = await kept_file(self.engine, int(found[1]))
        if file is None:
            return None
        try:
            return file, await run_sync(self.store.open, file.path)
        except (FileNotFoundError, SealBroken):
            return None


class NoticeFiles(BaseRequestMiddleware):
    """Puts the file in place of its name; ``site``: an address of ours, for what a channel does not take."""

    def __init__(self, shelf: Shelf, takes: Mapping[str, int], site: str | None) -> None:
        self._shelf, self._takes, self._site = shelf, takes, site

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> AiogramResponse[Any]:
        """Send the method on, with the file if it names one."""
        field = _FIELDS.get(type(method))
        named = getattr(method, field) if field else None
        if field and isinstance(named, str) and named.startswith(NAMED):
            method = await self._filled(method, field, named.removeprefix(NAMED))
        return await make_request(bot, method)

    async def _filled(self, method: Any, field: str, name: str) -> TelegramMethod[Any]:
        found = await self._shelf.find(name)
        if found is None:
            return _words(method)
        file, content = found
        if len(content) <= self._takes.get(field, 0):
            return _with(method, field, BufferedInputFile(content, file_name(file)))
        if self._site is None:
            return _words(method)
        address = f"{self._site}{NOTICE_FILES}{name}"
        # the platforms show a picture by its address; of anything else people get the address to open
        return _with(method, field, address) if field == "photo" else _words(method, address)


def file_name(file: KeptFile) -> str:
    """As the office called it, with the ending that its kind has."""
    return f"{PurePath(file.name).stem[:60] or file.id}.{ENDINGS[file.mime]}"


def _with(method: Any, field: str, source: object) -> TelegramMethod[Any]:
    filled: TelegramMethod[Any] = method.model_copy(update={field: source})
    return filled


def _words(method: Any, *more: str) -> SendMessage:
    return SendMessage(chat_id=method.chat_id, text="\n".join((method.caption or "…", *more)))


def send_notice_files(bots: Iterable[ChannelBot], shelf: Shelf, site: str | None) -> None:
    """Let the channels that show no page of ours send the files of notices."""
    for bot in bots:
        if bot.channel != WEB:
            bot.session.middleware(NoticeFiles(shelf, TAKES.get(bot.channel, {}), site))


class NoticeFileRoute:
    """Serves the files to the web chat's pages, and to whom a message gave the address."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def show(self, request: Request) -> Response:
        """The file, or 404."""
        found = await self._shelf.find(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        file, content = found
        headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        # the chat's page shows pictures and plays sound all the same; opened by itself a file is saved and runs nowhere
        headers["Content-Disposition"] = f'attachment; filename="thong-bao-{file.id}.{ENDINGS[file.mime]}"'
        kind = file.mime if kind_of(content) == file.mime else "application/octet-stream"
        return Response(content, media_type=kind, headers=headers)

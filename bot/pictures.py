"""Pictures that are drawn when they are sent or looked at: a reply only names one, so that its row stays small."""

import asyncio
import hmac
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response as AiogramResponse
from aiogram.methods import SendPhoto, TelegramMethod
from aiogram.types import BufferedInputFile
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.channel import ChannelBot
from bot.channels.web_frames import PICTURES
from content import contract_paper, fair_picture, loan_picture
from db.seal import Seal
from db.web_chat import CHANNEL as WEB
from handlers.picture import DRAWN, mark_of

BY_ADDRESS = ("zalo_bot",)
"""Channels whose platform fetches pictures and takes no files; without a public address they get the caption."""
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


class DrawnPictures(BaseRequestMiddleware):
    """Puts the picture in place of its name, for channels that take files; ``by_address``: for one that fetches it."""

    def __init__(self, site: str | None, *, by_address: bool = False) -> None:
        self._site, self._by_address = site, by_address

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> AiogramResponse[Any]:
        """Send the method on, with the picture if it names one."""
        if isinstance(method, SendPhoto) and isinstance(method.photo, str) and method.photo.startswith(DRAWN):
            method = method.model_copy(update={"photo": await self._picture(method.photo.removeprefix(DRAWN))})
        return await make_request(bot, method)

    async def _picture(self, marked: str) -> BufferedInputFile | str:
        if self._by_address and self._site is not None:
            return f"{self._site}{PICTURES}{marked}.png"
        name = marked.rpartition(".")[0]
        draw = _drawing(name, self._site)
        assert draw is not None, "handlers name pictures that can be drawn"
        return BufferedInputFile(await asyncio.to_thread(draw), f"{name}.png")


def draw_for(bots: Iterable[ChannelBot], site: str | None) -> None:
    """Let the channels that show no page of ours send drawn pictures."""
    for bot in bots:
        if bot.channel != WEB:
            bot.session.middleware(DrawnPictures(site, by_address=bot.channel in BY_ADDRESS))


class PictureRoute:
    """Serves pictures to the web chat's pages; only those that a reply has named, since drawing is work."""

    def __init__(self, seal: Seal, site: str | None) -> None:
        self._seal, self._site = seal, site

    async def show(self, request: Request) -> Response:
        """The picture, or 404."""
        name, _, mark = request.path_params["name"].removesuffix(".png").rpartition(".")
        draw = _drawing(name, self._site)
        if draw is None or not hmac.compare_digest(mark.encode(), mark_of(self._seal, name).encode()):
            return Response(status_code=404)
        return Response(await asyncio.to_thread(draw), media_type="image/png", headers=_FOREVER)


def _drawing(name: str, site: str | None) -> Callable[[], bytes] | None:
    """What draws the picture of this name; None for a name of no kind."""
    if (loan := loan_picture.read_name(name)) is not None:
        return partial(loan_picture.draw, loan)
    if (paper := contract_paper.read_name(name)) is not None:
        return partial(contract_paper.draw, paper)
    if (fair := fair_picture.read_name(name)) is not None:
        return partial(fair_picture.draw, fair, site)
    return None

"""The web chat's endpoints, and what its connections share."""

import logging
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from bot.channels.limits import web as limits
from bot.channels.web_codes import NO_COOKIE, TOO_MANY, TOO_MANY_LINES, close
from bot.channels.web_frames import message_frame
from bot.channels.web_identity import address_of, cookie_header, is_same_origin, token_hash, token_of
from bot.channels.web_line import Line
from bot.channels.web_page import PAGE, Page, manifest
from bot.channels.web_shared import Shared
from bot.channels.web_upload import upload
from db import web_chat

log = logging.getLogger(__name__)

PAUSE = 30
"""Seconds after which a page may try again whose address has too many lines."""


class WebChat:
    """Everything that the page talks to."""

    def __init__(self, shared: Shared, office: Mapping[str, str], *, secure: bool) -> None:
        self._shared = shared
        self._page = Page(office, secure=secure)
        self._secure = secure

    def routes(self) -> list[BaseRoute]:
        """The routes of the page, its socket and its files."""
        return [
            Route("/", self._page.index),
            Route("/sw.js", self._page.worker),
            Route("/manifest.webmanifest", manifest),
            WebSocketRoute("/chat/ws", self.socket),
            Route("/chat/upload", self.upload, methods=["POST"]),
            Mount("/chat/static", StaticFiles(directory=PAGE)),
        ]

    async def socket(self, socket: WebSocket) -> None:
        """One connection. The cookie is renewed here too, since a phone may open the page without asking us."""
        token = token_of(socket, secure=self._secure)
        if not token or not is_same_origin(socket):
            await socket.accept()
            await socket.close(NO_COOKIE)
            return
        await socket.accept(headers=[(b"set-cookie", cookie_header(token, secure=self._secure).encode())])
        if self._shared.lines.is_full(address_of(socket)):
            await socket.send_json({"type": "wait", "id": "", "seconds": PAUSE})
            await socket.close(TOO_MANY)
            return
        await self._serve(socket, token_hash(token))

    async def _serve(self, socket: WebSocket, identity: str) -> None:
        shared, address = self._shared, address_of(socket)
        oldest = shared.lines.add(identity, address, socket)
        if oldest is not None:
            shared.tasks.start(close(oldest, TOO_MANY_LINES), "close an identity's oldest line")
        try:
            await Line(shared, socket, identity).serve()
        except (WebSocketDisconnect, WebSocketDisconnected):
            log.debug("A page has gone")
        finally:
            shared.lines.remove(identity, address, socket)

    async def upload(self, request: Request) -> Response:
        """A photo or a voice note."""
        return await upload(self._shared, request, token_of(request, secure=self._secure))

    async def forward(self, chat_id: int, number: int) -> None:
        """Push what another process wrote for a chat that has a page open here; the page knows what it has."""
        shared = self._shared
        if chat_id in shared.sockets.chats():
            for row in await web_chat.messages_after(shared.engine, chat_id, number - 1, limits.HISTORY):
                await shared.sockets.push(chat_id, message_frame(row.id, row.payload))

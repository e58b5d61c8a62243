"""One page's connection to the web chat, from its hello to its end."""

import asyncio
from asyncio import sleep
from math import ceil
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.limits import web as limits
from bot.channels.web import update_of
from bot.channels.web_codes import ERASED, NO_HELLO, NOT_OURS, TOO_MANY, close
from bot.channels.web_frames import (
    EVERYTHING,
    ClientFrame,
    Got,
    Hello,
    Malformed,
    NotOurs,
    Ping,
    Said,
    Tap,
    message_frame,
    parse_frame,
)
from bot.channels.web_identity import address_of
from bot.channels.web_page import guess_language
from bot.channels.web_shared import Shared
from bot.intake import Unavailable
from content.catalogue import LANGUAGES, tell
from db import web_chat


class Line:
    """One page's connection."""

    def __init__(self, chat: Shared, socket: WebSocket, token_hash: str) -> None:
        self._chat = chat
        self._socket = socket
        self._token_hash = token_hash
        self._lang: str | None = None
        self._shown: str | None = None
        self._chat_id = 0

    async def serve(self) -> None:
        """Greet, then take frames one after the other until the page goes."""
        try:
            await self._converse()
        except NotOurs:
            await self._socket.close(NOT_OURS)
        finally:
            self._chat.sockets.remove(self._chat_id, self._socket)

    async def _converse(self) -> None:
        try:
            async with asyncio.timeout(limits.HELLO_SECONDS):
                hello = await self._receive()
        except TimeoutError:
            await self._socket.close(NO_HELLO)
            return
        if not isinstance(hello, Hello):
            raise NotOurs
        if await self._greet(hello):
            while True:
                frame = await self._receive()
                if frame is not None:
                    await self._take(frame)

    async def _receive(self) -> ClientFrame | None:
        """The next frame; None for one that is malformed, which is answered and dropped."""
        raw = await self._read()
        # Nobody who floods us is answered; they are read more slowly, and nothing is lost.
        while pause := self._chat.frames.wait(self._token_hash):  # noqa: ASYNC110 - another line may take the turn
            await sleep(pause)
        try:
            return parse_frame(raw)
        except Malformed as error:
            words = tell(self._shown or LANGUAGES[0], "unknown.too_long")
            await self._socket.send_json({"type": "refused", "id": str(error.id), "text": words})
            return None

    async def _read(self) -> str:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        raw: str | None = message.get("text")
        if raw is None:
            raise NotOurs
        return raw

    async def _greet(self, hello: Hello) -> bool:
        """Open or find the chat, send what the phone lacks, and greet a newcomer. False when it must wait."""
        self._lang = hello.lang
        known = await self._enter()
        if known is None:
            return False
        await self._show_language()
        await self._catch_up(hello.after)
        if not known or (self._shown is None and hello.after == 0):
            start = f"/start {hello.source}" if hello.source else "/start"
            await self._give(Said(type="text", id=str(uuid4()), text=start, seen=EVERYTHING))
        return True

    async def _enter(self) -> bool | None:
        """Have a chat for the cookie: True for one that was there, False for a new one, None for too many."""
        engine = self._chat.engine
        found = await web_chat.chat_of_token(engine, self._token_hash)
        if found is None and (pause := self._chat.newcomers.wait(address_of(self._socket))):
            await self._socket.send_json({"type": "wait", "id": "", "seconds": ceil(pause)})
            await self._socket.close(TOO_MANY)
            return None
        self._chat_id = found if found is not None else await web_chat.open_chat(engine, self._token_hash)
        self._chat.sockets.add(self._chat_id, self._socket)
        return found is not None

    async def _catch_up(self, after: int) -> None:
        rows = await web_chat.messages_after(self._chat.engine, self._chat_id, after, limits.HISTORY)
        for row in rows:
            await self._socket.send_json(message_frame(row.id, row.payload))

    async def _show_language(self) -> None:
        """Tell the page which language its own words should be in, when that has changed."""
        lang = await web_chat.language_of(self._chat.engine, self._chat_id)
        if self._shown is None and lang is None:
            await self._socket.send_json({"type": "welcome", "lang": guess_language(self._lang or "")})
        elif lang is not None and lang != self._shown:
            await self._socket.send_json({"type": "lang" if self._shown else "welcome", "lang": lang})
        self._shown = lang or self._shown

    async def _take(self, frame: ClientFrame) -> None:
        match frame:
            case Ping():
                await self._socket.send_json({"type": "pong"})
            case Got():
                chat, now = self._chat, self._chat.clock()
                await web_chat.mark_received(chat.engine, self._chat_id, frame.up_to, now, limits.KEPT)
            case Said() | Tap():
                await self._take_message(frame)

    async def _take_message(self, frame: Said | Tap) -> None:
        pause = max(self._chat.people.wait(self._chat_id), self._chat.addresses.wait(address_of(self._socket)))
        if not pause and await self._is_erased():
            # Words to a conversation that was deleted on another page are answers to nothing.
            await self._forget()
            return
        if pause or not await self._give(frame):
            await self._socket.send_json({"type": "wait", "id": frame.id, "seconds": max(1, ceil(pause))})
            return
        await self._socket.send_json({"type": "taken", "id": frame.id})
        if await self._is_erased():
            await self._forget()
        else:
            await self._show_language()

    async def _is_erased(self) -> bool:
        return await web_chat.chat_of_token(self._chat.engine, self._token_hash) != self._chat_id

    async def _forget(self) -> None:
        """Everything was deleted: all pages forget too, but for the last word, which has the proof in it."""
        chat, erased = self._chat, self._chat_id
        await web_chat.drop_stray(chat.engine, erased)
        await chat.sockets.push(erased, {"type": "clear"})
        for row in await web_chat.messages_after(chat.engine, erased, 0, limits.HISTORY):
            await chat.sockets.push(erased, message_frame(row.id, row.payload))
        for other in chat.sockets.take(erased) - {self._socket}:
            chat.tasks.start(close(other, ERASED), f"close a page of chat {erased}")
        if await self._enter() is not None:
            await self._catch_up(0)
            await self._show_language()

    async def _give(self, frame: Said | Tap) -> bool:
        """Hand a frame to the conversation; False when it could not be stored just now."""
        chat = self._chat
        update = update_of(chat.bot, self._chat_id, frame, self._lang, chat.clock())
        try:
            await chat.intake.take(chat.bot, update, seen=frame.seen, address=address_of(self._socket))
        except Unavailable:
            return False
        return True

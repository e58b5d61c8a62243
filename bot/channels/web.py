"""The web chat as an aiogram bot: methods become frames on open sockets, frames become updates."""

import time
from collections import defaultdict
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any, Literal

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import AnswerCallbackQuery, SendDocument, SendMessage, SendPhoto, SendVoice, TelegramMethod
from aiogram.types import CallbackQuery, Chat, Message, PhotoSize, Update, User, Voice
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.channel import ChannelBot, outgoing_number
from bot.channels.web_frames import Said, Tap, message_frame, update_number
from db.turn import payload_of
from db.web_chat import CHANNEL

TOKEN = "1:web"  # noqa: S105 - aiogram wants the shape of a token; this one opens nothing


class Sockets:
    """The open connections of each chat: a phone may have several pages open."""

    def __init__(self) -> None:
        self._open: defaultdict[int, set[WebSocket]] = defaultdict(set)

    def add(self, chat_id: int, socket: WebSocket) -> None:
        """From now on the chat's frames go to this socket too."""
        self._open[chat_id].add(socket)

    def remove(self, chat_id: int, socket: WebSocket) -> None:
        """The connection has ended."""
        self._open[chat_id].discard(socket)
        if not self._open[chat_id]:
            del self._open[chat_id]

    def take(self, chat_id: int) -> set[WebSocket]:
        """The connections of a chat that is no more; they are no longer counted."""
        return self._open.pop(chat_id, set())

    async def push(self, chat_id: int, frame: dict[str, Any]) -> None:
        """Send a frame to every page of a chat; a page that has just gone fetches it when it is back."""
        for socket in tuple(self._open.get(chat_id, ())):
            try:
                await socket.send_json(frame)
            except (RuntimeError, WebSocketDisconnect):
                self.remove(chat_id, socket)

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    def chats(self) -> list[int]:
        """The chats with a page open here."""
        return list(self._open)


class WebSession(BaseSession):
    """Turns the methods that conversations use into frames; the message's number is its ``outgoing`` row."""

    def __init__(self, sockets: Sockets) -> None:
        super().__init__()
        self._sockets = sockets

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        """Perform one method. Raises ``NotImplementedError`` for one that the web chat has no use for."""
        match method:
            case (
                SendMessage(chat_id=int(chat_id))
                | SendPhoto(chat_id=int(chat_id))
                | SendVoice(chat_id=int(chat_id))
                | SendDocument(chat_id=int(chat_id))
            ):
                number = outgoing_number.get()
                assert number is not None, "web messages are sent by the delivery, which numbers them"
                await self._sockets.push(chat_id, message_frame(number, payload_of(method)))
                return Message(
                    message_id=number,
                    date=datetime.fromtimestamp(time.time()).astimezone(),
                    chat=_chat(chat_id),
                )
            case AnswerCallbackQuery():
                if method.text:
                    chat_id = int(method.callback_query_id.split(":")[0])
                    await self._sockets.push(chat_id, {"type": "toast", "text": method.text})
                return True
        raise NotImplementedError(f"The web chat has no {type(method).__name__}")

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """The web chat's files arrive by upload and are never fetched."""
        if url:
            raise NotImplementedError("The web chat has no files to fetch")
        yield b""

    async def close(self) -> None:
        """Nothing to close: the sockets are the server's."""


def make_bot(sockets: Sockets) -> ChannelBot:
    """Make the bot that speaks to pages. A phone says itself what it has received."""
    return ChannelBot(TOKEN, CHANNEL, WebSession(sockets), confirms=True)


def update_of(bot: ChannelBot, chat_id: int, frame: Said | Tap, lang: str | None, now: datetime) -> Update:
    """A frame as the update that handlers know."""
    number = update_number(chat_id, frame.id)
    person = User(id=chat_id, is_bot=False, first_name="", language_code=lang)
    if isinstance(frame, Said):
        message = Message(message_id=number, date=now, chat=_chat(chat_id), from_user=person, text=frame.text)
        return _mounted(Update(update_id=number, message=message), bot)
    shown = Message(message_id=frame.message, date=now, chat=_chat(chat_id))
    tap = CallbackQuery(
        id=f"{chat_id}:{frame.id}",
        from_user=person,
        chat_instance=str(chat_id),
        message=shown,
        data=frame.data,
    )
    return _mounted(Update(update_id=number, callback_query=tap), bot)


def file_update(
    bot: ChannelBot,
    chat_id: int,
    frame_id: str,
    kind: Literal["voice", "photo"],
    file_id: str,
    mime: str,
    size: int,
    now: datetime,
) -> Update:
    """An uploaded file as the message that handlers know."""
    number = update_number(chat_id, frame_id)
    sender = User(id=chat_id, is_bot=False, first_name="")
    message = Message(message_id=number, date=now, chat=_chat(chat_id), from_user=sender)
    content: dict[str, Any]
    if kind == "voice":
        voice = Voice(file_id=file_id, file_unique_id=frame_id, duration=0, mime_type=mime, file_size=size)
        content = {"voice": voice}
    else:
        photo = PhotoSize(file_id=file_id, file_unique_id=frame_id, width=0, height=0, file_size=size)
        content = {"photo": [photo]}
    return _mounted(Update(update_id=number, message=message.model_copy(update=content)), bot)


def _mounted(update: Update, bot: ChannelBot) -> Update:
    # aiogram makes an update anew from JSON unless it is mounted on the bot already
    return update.as_(bot)


def _chat(chat_id: int) -> Chat:
    return Chat(id=chat_id, type="private")

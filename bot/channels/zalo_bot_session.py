"""The Zalo Bot Platform as an aiogram session: replies become its calls, its refusals become aiogram's errors.

The platform has no buttons, no files and no edits: choices are written out as numbered lines, which typed numbers and
words answer, and a picture goes by its address.
"""

from collections import OrderedDict
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    GetFile,
    GetMe,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendSticker,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import Chat, File, Message, User

from bot.channels.address_book import AddressBook
from bot.channels.channel import outgoing_number
from bot.channels.limits import zalo_bot as limits
from bot.channels.zalo_bot_client import ZaloBotClient, ZaloBotError, ZaloBotUnreached
from bot.channels.zalo_text import as_lines, buttons_of, split

_FILES_BY_THEIR_URL = TelegramAPIServer(base="", file="{path}")
_HALF_SENT = 1000
"""Replies of several pieces that failed in the middle and are remembered, so that no piece is sent twice."""

Call = tuple[str, dict[str, Any]]


class ZaloBotSession(BaseSession):
    """Performs the methods that conversations use."""

    def __init__(self, client: ZaloBotClient, book: AddressBook) -> None:
        super().__init__(api=_FILES_BY_THEIR_URL)
        self._client = client
        self._book = book
        self._done: OrderedDict[int, int] = OrderedDict()
        """Of each reply that failed in the middle: how many of its pieces have arrived."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109
        """Perform one method. Raises aiogram's errors; ``TelegramBadRequest`` for what can't be shown here at all."""
        seconds = timeout or self.timeout
        match method:
            case AnswerCallbackQuery():
                return True  # nothing waits for it: there are no buttons
            case GetMe():
                return _user(bot, await self._call(method, "getMe", {}, seconds))
            case GetFile():
                return File(file_id=method.file_id, file_unique_id="", file_path=method.file_id)
        chat_id = getattr(method, "chat_id", None)
        calls = calls_of(method)
        address = await self._book.address_of(chat_id) if isinstance(chat_id, int) else None
        if not calls:
            raise TelegramBadRequest(method, f"The Zalo Bot Platform can't show a {type(method).__name__}")
        if address is None:
            raise TelegramBadRequest(method, "The account was deleted")
        return await self._send(method, address, calls, seconds)

    async def _send(self, method: TelegramMethod[Any], address: str, calls: list[Call], seconds: float) -> Any:
        number = outgoing_number.get()
        done = self._done.pop(number, 0) if number is not None else 0
        sent: Any = None
        for name, params in calls[done:]:
            try:
                sent = await self._call(method, name, {"chat_id": address} | params, seconds)
            except TelegramAPIError:
                if number is not None and done:
                    self._remember(number, done)
                raise
            done += 1
        return True if isinstance(method, SendChatAction) else _message(sent)

    def _remember(self, number: int, done: int) -> None:
        self._done[number] = done
        if len(self._done) > _HALF_SENT:
            self._done.popitem(last=False)

    async def _call(self, method: TelegramMethod[Any], name: str, params: dict[str, Any], seconds: float) -> Any:
        try:
            return await self._client.call(name, params, seconds)
        except ZaloBotUnreached as error:
            raise TelegramNetworkError(method, str(error)) from None
        except ZaloBotError as error:
            raise error_of(method, error) from None

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """A file that somebody sent, by the address that came with it."""
        yield await self._client.fetch(url, timeout)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def calls_of(method: TelegramMethod[Any]) -> list[Call]:
    """The platform's calls that show what a method shows, in their order; none where nothing can be shown."""
    match method:
        case SendMessage():
            return _texts(method.text, method.reply_markup)
        case SendChatAction():
            return [("sendChatAction", {"action": "typing"})]
        case SendSticker(sticker=str(sticker)):
            return [("sendSticker", {"sticker": sticker})]
        case SendPhoto(photo=str(url)) if url.startswith("http"):
            first, *rest = split(method.caption or "", limits.TEXT) or [""]
            caption = {"caption": first} if first else {}
            return [("sendPhoto", {"photo": url} | caption), *_texts("\n".join(rest), method.reply_markup)]
        case SendVoice(voice=str(url)) if url.endswith(".aac"):
            return [("sendVoice", {"voice_url": url}), *_texts(method.caption or "", method.reply_markup)]
        case SendDocument(document=str(url)) if url.startswith("http"):
            return _texts("\n".join(filter(None, (method.caption, url))), method.reply_markup)
        case SendPhoto() | SendVoice() | SendDocument():
            return _texts(method.caption or "", method.reply_markup)
    return []


def _texts(words: str, markup: Any) -> list[Call]:
    parts = filter(None, (words, as_lines(buttons_of(markup))))
    return [("sendMessage", {"text": piece}) for piece in split("\n\n".join(parts), limits.TEXT)]


def error_of(method: TelegramMethod[Any], error: ZaloBotError) -> TelegramAPIError:
    """A refusal as the delivery knows it: to be repeated later, or of no use to repeat.

    403 is the platform's "internal server error", by its own table, and no code says that somebody blocked the bot.
    """
    words = f"{error.code}: {error.description}"
    match error.code:
        case 429:
            return TelegramRetryAfter(method, words, error.retry_after or limits.PAUSE_AFTER_429)
        case 400:
            return TelegramBadRequest(method, words)
        case 401:
            return TelegramUnauthorizedError(method, words)
        case 404:
            return TelegramNotFound(method, words)
        case 408:
            return TelegramNetworkError(method, words)
        case 403 | 500 | 502 | 503 | 504:
            return TelegramServerError(method, words)
    return TelegramAPIError(method, words)


def _user(bot: Bot, me: Any) -> User:
    name = str(me.get("account_name") or me.get("display_name") or "Bot")
    return User(id=bot.id, is_bot=True, first_name=name, username=name)


def _message(sent: Any) -> Message:
    """What is used of a sent message: the platform's own time, in milliseconds."""
    date = int(sent.get("date") or 0) if isinstance(sent, dict) else 0
    when = datetime.fromtimestamp(date / 1000, UTC)
    return Message.model_construct(message_id=0, date=when, chat=Chat.model_construct(id=0))

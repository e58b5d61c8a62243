"""Calling the Bot API: aiogram's own session, with a short way for the replies that every turn sends."""

from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, GetUpdates, SendMessage, TelegramMethod
from aiogram.types import Chat, Message
from aiohttp import ClientError

from db.turn import payload_of

Result = TypeVar("Result")
_JSON = {"Content-Type": "application/json"}


class TelegramSession(AiohttpSession):
    """Sends replies as JSON and reads of the answer only what is used: that it was taken, and when.

    aiogram builds a form and checks the whole message that comes back, which takes longer than everything else in a
    turn. Errors, and all other methods, go aiogram's way.
    """

    async def make_request(self, bot: Bot, method: TelegramMethod[Result], timeout: int | None = None) -> Result:  # noqa: ASYNC109
        """Perform one method. Raises aiogram's errors."""
        if not isinstance(method, SendMessage | AnswerCallbackQuery):
            return await super().make_request(bot, method, timeout)
        status, content = await self._post(bot, method, timeout)
        answer = _loads(content)
        if status != 200 or not answer.get("ok"):
            # raises the error that fits
            self._complain(bot, method, status, content)
        result: Any = _message(answer["result"]) if isinstance(method, SendMessage) else True
        return result  # type: ignore[no-any-return]  # what these two methods return

    async def fetch_updates(self, bot: Bot, query: GetUpdates, seconds: int) -> list[dict[str, Any]]:
        """The waiting updates as they came: one that can't be read must not hide the rest. Raises aiogram's errors."""
        status, content = await self._post(bot, query, seconds)
        answer = _loads(content)
        if status != 200 or not answer.get("ok"):
            self._complain(bot, query, status, content)
        return [update for update in answer.get("result", []) if isinstance(update, dict)]

    def _complain(self, bot: Bot, method: TelegramMethod[Any], status: int, content: bytes) -> None:
        self.check_response(bot, method, status, content.decode(errors="replace"))

    async def _post(self, bot: Bot, method: TelegramMethod[Any], seconds: int | None) -> tuple[int, bytes]:
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        limit: Any = self.timeout if seconds is None else seconds
        try:
            async with session.post(url, data=orjson.dumps(payload_of(method)), headers=_JSON, timeout=limit) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except ClientError as error:
            # the error's own words may hold the address, and with it the token
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error


def _loads(content: bytes) -> dict[str, Any]:
    """The answer as JSON; empty for what is none, which ``check_response`` then reports."""
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


_SENT = Message.model_construct(message_id=0, date=datetime.fromtimestamp(0, UTC), chat=Chat.model_construct(id=0))
"""A blank: to fill in a hundred fields that nobody reads takes longer than the call itself."""


def _message(sent: Any) -> Message:
    """What is used of a sent message: its number and Telegram's own time."""
    when = datetime.fromtimestamp(sent.get("date", 0), UTC)
    return _SENT.model_copy(update={"message_id": sent.get("message_id", 0), "date": when})

"""Gives handlers their ``talk``: the worker's language, the office, and the replies of this turn."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from content.office import Office
from db.files import FileStore
from db.release_rules import Rules
from db.seal import Seal
from handlers.talk import Talk


class TalkMiddleware(BaseMiddleware):
    """Builds the talk from the turn that the transaction middleware opened."""

    def __init__(self, office: Office, seal: Seal, files: FileStore, sending: Rules) -> None:
        self._office = office
        self._seal = seal
        self._files = files
        self._sending = sending

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: Any,
    ) -> Any:
        """Add ``talk`` to what handlers may ask for."""
        assert isinstance(event, Update)
        known = (self._office, self._seal, self._files, self._sending)
        data["talk"] = Talk(data["turn"], *known, data["unseen"], event.callback_query)
        return await handler(event, data)

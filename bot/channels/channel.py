"""What a channel is to the rest of the program: an aiogram ``Bot`` that knows its name and its habits."""

from contextvars import ContextVar
from typing import Any, Protocol

from aiogram import Bot
from aiogram.client.session.base import BaseSession

outgoing_number: ContextVar[int | None] = ContextVar("outgoing_number", default=None)
"""The ``outgoing`` row that is being sent, for sessions that number their messages by it."""

message_key: ContextVar[str | None] = ContextVar("message_key", default=None)
"""What a message is known by when it is tried again, where no ``outgoing`` row stands for it: it is paid for once."""


def external_id(sent: Any) -> str | None:
    """What the channel calls a message that was sent; None where it does not tell.

    Where that is no number, the channel's session put it beside aiogram's own fields.
    """
    found = getattr(sent, "external_id", None) or getattr(sent, "message_id", None)
    return str(found) if found else None


class Heard(Protocol):
    """Takes whether our token was refused."""

    async def __call__(self, *, refused: bool) -> None:
        """It was, or it was not."""


class ChannelBot(Bot):
    """A bot on one channel.

    ``confirms``: the other side says itself what it has received, so that a sent row waits for that word.
    """

    def __init__(self, token: str, channel: str, session: BaseSession, *, confirms: bool = False, **more: Any) -> None:
        super().__init__(token, session=session, **more)
        self.channel = channel
        self.heard: Heard | None = None
        """Is told whether a poll's token was refused; other calls are heard by the session."""
        self.confirms = confirms

    async def hear(self, *, refused: bool) -> None:
        """Tell whoever listens."""
        if self.heard is not None:
            await self.heard(refused=refused)

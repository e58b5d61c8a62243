"""Writing to somebody who did not ask: the message, what a number then means, and one more for the person's cap."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from content.numbered import Choices, message_to
from content.office import Office
from content.quiet import Manners, when_allowed
from db import outbox, proactive
from db.offers import offer


@dataclass(frozen=True)
class Unasked:
    """What everything proactive is done with; ``served`` are the channels that can be written to."""

    engine: AsyncEngine
    office: Office
    manners: Manners
    served: tuple[str, ...]

    def may(self, told: Sequence[datetime], now: datetime, hour: time | None = None) -> bool:
        """Whether somebody may be written to now. ``hour``: the office itself set this one for what was asked for."""
        manners = self.manners
        if hour is not None:
            manners = replace(manners, opens=min(manners.opens, hour), closes=max(manners.closes, hour))
        return when_allowed(now, manners, told, on_holidays=hour is not None) <= now

    async def tell(
        self, connection: AsyncConnection, person: Any, text: str, choices: Choices, kind: str, now: datetime
    ) -> None:
        """Owe the message in this transaction; ``person`` has identity_id, channel, chat_id and lang."""
        message = message_to(person.chat_id, text, choices, person.lang)
        await offer(connection, person.channel, person.chat_id, choices)
        await outbox.owe(connection, person.channel, person.chat_id, message, now)
        await proactive.note(connection, [person.identity_id], kind, now)

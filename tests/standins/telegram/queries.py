"""Taps on inline buttons, each of which the bot must answer in time and once."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.standins.telegram.bell import Bell
from tests.standins.telegram.errors import refused
from tests.standins.telegram.wire import Json

LIFETIME: Final = 60.0
"""Seconds in which a tap can be answered (Telegram names no figure; the spinner stops at about this)."""


@dataclass
class Query:
    """One tap."""

    query_id: str
    chat_id: int
    data: str
    made_at: float
    bell: Bell
    answer: Json | None = None
    expired: bool = False

    @property
    def open(self) -> bool:
        return self.answer is None and not self.expired


@dataclass
class Queries:
    """All taps; the open ones are spinners on people's phones."""

    clock: Callable[[], float]
    lifetime: float = LIFETIME
    by_id: dict[str, Query] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(4_300_000_001))

    def add(self, chat_id: int, data: str, bell: Bell, *, expired: bool) -> Query:
        query = Query(str(next(self._ids)), chat_id, data, self.clock(), bell, expired=expired)
        self.by_id[query.query_id] = query
        return query

    def answer(self, query_id: str, answer: Json) -> None:
        query = self.by_id.get(query_id)
        if query is None or not query.open or self.clock() - query.made_at > self.lifetime:
            raise refused("query is too old and response timeout expired or query ID is invalid")
        query.answer = answer
        query.bell.ring()

    def unanswered(self, chat_id: int | None = None) -> list[Query]:
        return [one for one in self.by_id.values() if one.open and chat_id in (None, one.chat_id)]

    def expire(self) -> None:
        """Makes every open tap too old to answer."""
        for query in self.by_id.values():
            query.expired = query.expired or query.open
            query.bell.ring()

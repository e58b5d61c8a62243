"""The queue of updates: numbered, filtered by allowed_updates, kept until confirmed."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from telegram import Update

from tests.standins.telegram import wire
from tests.standins.telegram.bell import Bell
from tests.standins.telegram.errors import ApiError, broken
from tests.standins.telegram.wire import Json

OFF_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Queued:
    """One update and the chat whose order it belongs to."""

    update_id: int
    chat_id: int
    body: Json

    @property
    def kind(self) -> str:
        return next((name for name in self.body if name != "update_id"), "")


@dataclass
class Updates:
    """Updates not yet confirmed by offset or by the webhook's 2xx."""

    bell: Bell
    fast: bool = False
    on_taken: Callable[[int], None] = lambda chat_id: None
    """Told the chat of each update confirmed."""
    pending: dict[int, Queued] = field(default_factory=dict)
    allowed: frozenset[str] | None = None
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(730_000_001))
    _poll: asyncio.Event | None = None
    _closed: bool = False

    def add(self, chat_id: int, content: Json, *, raw: bool = False) -> Queued:
        body = {"update_id": next(self._ids)} | content
        if not (raw or self.fast):
            wire.certified(Update, body)
        queued = Queued(body["update_id"], chat_id, body)
        if self._wanted(queued.kind):
            self.pending[queued.update_id] = queued
            self.bell.ring()
        return queued

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in OFF_BY_DEFAULT

    def allow(self, kinds: list[Any] | None) -> None:
        """Sets the filter for updates to come; None keeps the earlier one, as Telegram does."""
        if kinds is None:
            return
        if unknown := set(kinds) - wire.fields(Update):
            raise broken(f"allowed_updates: unknown {sorted(unknown)}")
        self.allowed = frozenset(kinds)

    def confirm(self, update_id: int) -> None:
        if queued := self.pending.pop(update_id, None):
            self.on_taken(queued.chat_id)

    def clear(self) -> None:
        for update_id in list(self.pending):
            self.confirm(update_id)

    def close(self) -> None:
        """Ends a long poll under way with what there is."""
        self._closed = True
        self.bell.ring()

    def waiting_for(self, chat_id: int) -> int:
        return sum(queued.chat_id == chat_id for queued in self.pending.values())

    async def poll(self, offset: int, limit: int, seconds: int) -> list[Json]:
        """Long polling; a second poller ends the first with a 409."""
        if self._poll:
            self._poll.set()
            self.bell.ring()
        self._poll = superseded = asyncio.Event()
        self._confirm_before(offset)
        await self.bell.until(lambda: bool(self.pending) or superseded.is_set() or self._closed, seconds)
        if superseded.is_set():
            raise ApiError(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
        self._poll = None
        return [queued.body for queued in itertools.islice(self.pending.values(), limit)]

    def _confirm_before(self, offset: int) -> None:
        if offset < 0:
            offset = list(self.pending)[offset] if -offset <= len(self.pending) else 0
        for update_id in [one for one in self.pending if one < offset]:
            self.confirm(update_id)

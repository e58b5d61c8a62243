"""Whether somebody can have seen our last question when they wrote their words."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.lanes import Chat

REMEMBERED_CHATS = 50_000
BACKLOG = timedelta(hours=24)
"""No channel keeps a message for us longer than this, so a date that claims it is no clock to go by."""


@dataclass(slots=True)
class _Seen:
    begun: float = 0.0
    """When the sending of our last question began (``time.monotonic``)."""
    shown: datetime | None = None
    """When the channel says that it took the question."""
    written: datetime | None = None
    """When the person's last message was written, by the channel's clock."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message's coming in: when we got it (``time.monotonic``), and when it was written."""

    received: float
    written: datetime | None


class Sight:
    """Remembers for each chat when our last question went out and when the person last wrote."""

    def __init__(self) -> None:
        self._chats: OrderedDict[Chat, _Seen] = OrderedDict()

    def question_sent(self, chat: Chat, begun: float, shown: datetime | None) -> None:
        """A question was taken by the channel. The start counts: people may read while the confirmation travels."""
        seen = self._of(chat)
        seen.begun, seen.shown = begun, shown

    def is_unseen(self, chat: Chat, arrival: Arrival) -> bool:
        """Tell whether the words were written before the question could be read.

        They came before it was sent, or they had waited on the channel's side while we were away. The channel's own
        clock decides the latter, and only where it is plausible: dates that move on, within what channels keep.
        """
        seen = self._of(chat)
        before, seen.written = seen.written, arrival.written
        if seen.begun > arrival.received:
            return True
        if arrival.written is None or seen.shown is None or (before is not None and arrival.written <= before):
            return False
        return timedelta(0) < seen.shown - arrival.written < BACKLOG

    def _of(self, chat: Chat) -> _Seen:
        seen = self._chats.setdefault(chat, _Seen())
        self._chats.move_to_end(chat)
        if len(self._chats) > REMEMBERED_CHATS:
            self._chats.popitem(last=False)
        return seen

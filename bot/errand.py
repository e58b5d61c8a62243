"""What travels with one update through the middlewares: how it arrived, and what became of it."""

from dataclasses import dataclass, field

from bot.sight import Arrival
from db.turn import Owed


@dataclass
class Errand:
    """Filled in by the transaction middleware, read by the intake when the update is done."""

    arrival: Arrival
    seen: int | None = None
    """The last message that the sender's screen showed, where a channel tells."""
    address: str = ""
    """The sender's network address, where a channel is our own."""
    replayed: bool = False
    """The update had been handled before; nothing was done."""
    owed: list[Owed] = field(default_factory=list)
    """What is to be sent, now that the turn is committed."""
    after_others: bool = False
    """The chat is owed earlier replies, which go first."""

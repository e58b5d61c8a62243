"""What became of one try to send something: a typed result that every channel's errors are read into."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

STOPPED = timedelta(minutes=5)
"""How long nothing is tried on a channel whose access is refused: a person must put it right."""


class Result(StrEnum):
    """What to do with the recipient, and with the channel."""

    SENT = "sent"
    LATER = "later"
    """It surely did not arrive, and may the next time; a try counts."""
    THROTTLED = "throttled"
    """The channel asks for a pause, for everybody; no try counts."""
    BLOCKED = "blocked"
    """This account will not take anything from us."""
    MOVED = "moved"
    """The chat has another number now."""
    REFUSED = "refused"
    """This message will never be taken."""
    STOPPED = "stopped"
    """The channel takes nothing from us until somebody acts: token, payment, a barred account."""
    DOUBT = "doubt"
    """Nobody knows whether it arrived."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with what belongs to it."""

    result: Result
    after: timedelta | None = None
    """For `THROTTLED` and `STOPPED`, and where a `LATER` is known to be useless before."""
    reason: str | None = None
    """For `REFUSED`: one of `db.broadcasts.REASONS`."""
    moved_to: int | None = None
    external_id: str | None = None


NEVER_LEFT = ("ClientConnectorError", "ClientConnectorDNSError", "ConnectionRefusedError", "ClientConnectorSSLError")
"""The connection was not made, so nothing can have arrived (`TelegramSession` names the error in the message)."""
_GONE = ("chat not found", "user not found", "PEER_ID_INVALID")
"""400s by which Telegram says that an account is no more."""


def outcome_of(error: BaseException) -> Outcome:
    """Read a channel's error; one that has an ``outcome`` of its own says it itself.

    A server's 5xx counts as not taken; a connection that broke after the call had gone out leaves doubt.
    """
    own = getattr(error, "outcome", None)
    if isinstance(own, Outcome):
        return own
    match error:
        case TelegramRetryAfter():
            return Outcome(Result.THROTTLED, timedelta(seconds=error.retry_after))
        case TelegramMigrateToChat():
            return Outcome(Result.MOVED, moved_to=error.migrate_to_chat_id)
        case TelegramForbiddenError():
            return Outcome(Result.BLOCKED)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return Outcome(Result.STOPPED, STOPPED)
        case TelegramServerError() | ClientDecodeError():
            return Outcome(Result.LATER)
        case TelegramNetworkError() if any(name in error.message for name in NEVER_LEFT):
            return Outcome(Result.LATER)
        case TelegramNetworkError() | TimeoutError():
            return Outcome(Result.DOUBT)
        case AiogramError() if any(words in str(error) for words in _GONE):
            return Outcome(Result.BLOCKED)
    return Outcome(Result.REFUSED, reason="refused")

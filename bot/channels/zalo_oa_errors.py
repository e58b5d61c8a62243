"""Zalo's error codes as outcomes that say what to do, and as the errors that the delivery knows."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import TelegramMethod

from bot.channels.outcome import STOPPED, Outcome, Result

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = time(6, 5)
"""From when what is barred at night (22:00-06:00) may be sent."""


class Verdict(StrEnum):
    """What an error code asks for."""

    USER = "user"
    """This person can't be written to on this channel."""
    WINDOW = "window"
    """Not without an approved template: the person has been silent for too long."""
    LATER = "later"
    """The same call may succeed after a while."""
    TOKEN = "token"  # noqa: S105 - the name of an outcome
    """The access token is refused: refresh once, try once more."""
    HUMAN = "human"
    """Somebody must put something right in Zalo's console or pay."""
    UPLOAD = "upload"
    """The uploaded file has expired: upload it again."""
    SHAPE = "shape"
    """A parameter or the kind of message is refused: send it in a plainer form."""
    BUG = "bug"
    """Ours to repair; sending it again would change nothing."""


_MINUTE, _HOUR = 60, 3600
_OA: dict[int, tuple[Verdict, int]] = {
    -32: (Verdict.LATER, _MINUTE),
    -100: (Verdict.UPLOAD, 0),
    -200: (Verdict.LATER, 5),
    -201: (Verdict.SHAPE, 0),
    -204: (Verdict.HUMAN, _HOUR),
    -205: (Verdict.HUMAN, _HOUR),
    -209: (Verdict.HUMAN, _HOUR),
    -210: (Verdict.BUG, 0),
    -211: (Verdict.HUMAN, _HOUR),
    -212: (Verdict.HUMAN, _HOUR),
    -213: (Verdict.USER, 0),
    -214: (Verdict.LATER, 30),
    -216: (Verdict.TOKEN, 0),
    -217: (Verdict.USER, 0),
    -218: (Verdict.LATER, _HOUR),
    -219: (Verdict.HUMAN, _HOUR),
    -220: (Verdict.TOKEN, 0),
    -221: (Verdict.HUMAN, _HOUR),
    -222: (Verdict.USER, 0),
    -223: (Verdict.HUMAN, _HOUR),
    -224: (Verdict.HUMAN, _HOUR),
    -227: (Verdict.USER, 0),
    -230: (Verdict.WINDOW, 0),
    -232: (Verdict.WINDOW, 0),
    -233: (Verdict.SHAPE, 0),
    -234: (Verdict.LATER, 0),
    -235: (Verdict.HUMAN, _HOUR),
    -240: (Verdict.BUG, 0),
    -242: (Verdict.HUMAN, _HOUR),
    -244: (Verdict.USER, 0),
    -248: (Verdict.HUMAN, _HOUR),
    -249: (Verdict.BUG, 0),
    -305: (Verdict.WINDOW, 0),
    -311: (Verdict.WINDOW, 0),
    -320: (Verdict.HUMAN, _HOUR),
    -321: (Verdict.HUMAN, _HOUR),
}
"""The Official Account's API (its page ``phu-luc/ma-loi``): verdict, and seconds until a new try is worth it."""
_TEMPLATE: dict[int, tuple[Verdict, int]] = {
    -100: (Verdict.LATER, _MINUTE),
    -101: (Verdict.HUMAN, _HOUR),
    -102: (Verdict.HUMAN, _HOUR),
    -103: (Verdict.HUMAN, _HOUR),
    -104: (Verdict.HUMAN, _HOUR),
    -105: (Verdict.HUMAN, _HOUR),
    -108: (Verdict.USER, 0),
    -114: (Verdict.USER, 0),
    -115: (Verdict.HUMAN, _HOUR),
    -117: (Verdict.HUMAN, _HOUR),
    -118: (Verdict.USER, 0),
    -119: (Verdict.USER, 0),
    -124: (Verdict.TOKEN, 0),
    -125: (Verdict.HUMAN, _HOUR),
    -126: (Verdict.HUMAN, _HOUR),
    -127: (Verdict.HUMAN, _HOUR),
    -131: (Verdict.HUMAN, _HOUR),
    -133: (Verdict.LATER, 0),
    -135: (Verdict.HUMAN, _HOUR),
    -1351: (Verdict.HUMAN, _HOUR),
    -136: (Verdict.HUMAN, _HOUR),
    -137: (Verdict.HUMAN, _HOUR),
    -139: (Verdict.USER, 0),
    -141: (Verdict.USER, 0),
    -144: (Verdict.LATER, _HOUR),
    -1441: (Verdict.HUMAN, _HOUR),
    -145: (Verdict.HUMAN, _HOUR),
    -146: (Verdict.HUMAN, _HOUR),
    -147: (Verdict.LATER, _HOUR),
    -1471: (Verdict.LATER, _HOUR),
    -1472: (Verdict.USER, 0),
}
"""The templates' API (``business.openapi.zalo.me``); what is not named here is ours to repair."""
_AT_NIGHT = (-234, -133)
_CROWDED = -32
"""Too many calls in this minute, whoever they were for."""


class ZaloError(Exception):
    """Zalo answered with an error code; only the code is told, for the rest may hold a phone number."""

    def __init__(self, code: int, *, template: bool = False, ours: bool = False) -> None:
        super().__init__(f"Zalo error {code}")
        self.code = code
        self.ours = ours
        """Zalo was not asked at all: there is no token."""
        table = {**_OA, **_TEMPLATE} if template else _OA
        self.verdict, self._pause = table.get(code, (Verdict.BUG, 0))

    def pause(self, now: datetime) -> timedelta:
        """How long to wait before a new try."""
        if self.code in _AT_NIGHT:
            return _until_morning(now)
        if self.code == _CROWDED:
            return timedelta(seconds=_MINUTE - now.second % _MINUTE)
        return timedelta(seconds=self._pause)


def _until_morning(now: datetime) -> timedelta:
    local = now.astimezone(HERE)
    morning = datetime.combine(local.date(), MORNING, HERE)
    return (morning if local < morning else morning + timedelta(days=1)) - local


@dataclass
class ZaloAway(Exception):
    """No answer that can be read: the network, or a server that fails. ``sent``: Zalo may have acted all the same."""

    why: str
    sent: bool = True


class WindowShut(TelegramBadRequest):
    """The person has been silent for more than seven days: only a template or a call reaches them."""

    outcome = Outcome(Result.REFUSED, reason="window")


class NoMoney(TelegramBadRequest):
    """The message would cost, and this month's budget has no room for it."""

    outcome = Outcome(Result.REFUSED, reason="cost")


class NeedsHuman(TelegramAPIError):
    """Nothing goes out until somebody has put something right; the message waits."""

    outcome = Outcome(Result.STOPPED, STOPPED)


class LaterForOne(TelegramRetryAfter):
    """This message may go after a while; others are not concerned."""

    def __init__(self, method: TelegramMethod[Any], words: str, seconds: int) -> None:
        super().__init__(method, words, seconds)
        self.outcome = Outcome(Result.LATER, timedelta(seconds=seconds))


def as_delivery_error(method: TelegramMethod[Any], error: ZaloError | ZaloAway, now: datetime) -> TelegramAPIError:
    """The error as aiogram's callers know it."""
    if isinstance(error, ZaloAway):
        return TelegramNetworkError(method, error.why)
    words = str(error)
    match error.verdict:
        case Verdict.USER:
            return TelegramForbiddenError(method, words)
        case Verdict.WINDOW:
            return WindowShut(method, words)
        case Verdict.LATER if error.code == -200:
            return TelegramServerError(method, words)
        case Verdict.LATER:
            later = TelegramRetryAfter if error.code == _CROWDED else LaterForOne
            return later(method, words, max(1, int(error.pause(now).total_seconds())))
        case Verdict.TOKEN | Verdict.HUMAN:
            return NeedsHuman(method, words)
    return TelegramBadRequest(method, words)

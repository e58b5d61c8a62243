"""Faults of Telegram and of the network, planned by a test for the next calls or for one chat."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tests.standins.telegram.errors import ApiError

POLLING: Final = "getUpdates"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call.

    `error` is answered instead of the result. `connection` = "drop" hangs up before anything is accepted;
    "lose" accepts the call and never answers, as a time-out on the way back does. `delay` seconds pass first.
    """

    error: ApiError | None = None
    connection: Literal["keep", "drop", "lose"] = "keep"
    delay: float = 0.0
    as_html: bool = False
    """Answer as the proxy in front of Telegram does: a page of HTML and not JSON."""


def blocked() -> Fault:
    return Fault(ApiError(403, "Forbidden: bot was blocked by the user"))


def deactivated() -> Fault:
    return Fault(ApiError(403, "Forbidden: user is deactivated"))


def chat_not_found() -> Fault:
    return Fault(ApiError(400, "Bad Request: chat not found"))


def migrated(to: int) -> Fault:
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    return Fault(ApiError(400, description, {"migrate_to_chat_id": to}))


def too_many(retry_after: int) -> Fault:
    description = f"Too Many Requests: retry after {retry_after}"
    return Fault(ApiError(429, description, {"retry_after": retry_after}))


def server_error(code: int = 500, *, as_html: bool = False) -> Fault:
    names = {
        500: "Internal Server Error",
        502: "Bad Gateway",
        503: "Service Unavailable",
        504: "Gateway Timeout",
    }
    return Fault(ApiError(code, names[code]), as_html=as_html)


def dropped() -> Fault:
    return Fault(connection="drop")


def lost_answer() -> Fault:
    return Fault(connection="lose")


def slow(seconds: float) -> Fault:
    return Fault(delay=seconds)


NO_FAULT = Fault()


@dataclass
class Plan:
    """One fault waiting for its calls; `used` tells how many it met."""

    fault: Fault
    method: str
    chat_id: int | None
    times: int | None
    used: int = 0

    def meets(self, method: str, chat_id: Any) -> bool:
        if self.times is not None and self.used >= self.times:
            return False
        named = method == self.method or (self.method == "*" and method != POLLING)
        return named and self.chat_id in (None, chat_id)


@dataclass
class Faults:
    """The faults in force, the first that fits a call applies."""

    plans: list[Plan] = field(default_factory=list)

    def add(self, fault: Fault, *, method: str = "*", chat_id: int | None = None, times: int | None = 1) -> Plan:
        """Plans `fault` for the next `times` calls (None: for all) of `method`, to `chat_id` if given.

        "*" is every method but getUpdates, which a polling bot calls all the time.
        """
        plan = Plan(fault, method, chat_id, times)
        self.plans.append(plan)
        return plan

    def clear(self) -> None:
        self.plans.clear()

    def next_for(self, method: str, chat_id: Any) -> Fault:
        for plan in self.plans:
            if plan.meets(method, chat_id):
                plan.used += 1
                return plan.fault
        return NO_FAULT

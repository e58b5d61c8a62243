"""The errors the Bot API answers with, in its own words."""

from typing import Any


class ApiError(Exception):
    """An answer with ``ok: false``; `violation` marks a mistake of the bot's own, which tests want to see."""

    def __init__(
        self,
        code: int,
        description: str,
        parameters: dict[str, Any] | None = None,
        *,
        violation: bool = False,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters
        self.violation = violation

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def refused(description: str) -> ApiError:
    """A 400 that may happen to a correct bot (the chat is gone, the query is old)."""
    return ApiError(400, f"Bad Request: {description}")


def broken(description: str) -> ApiError:
    """A 400 that a correct bot never draws."""
    return ApiError(400, f"Bad Request: {description}", violation=True)

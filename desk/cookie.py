"""The desk's two cookies: of a log-in in force, and of one whose second step is still to come."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from db.staff_accounts import SESSION_LENGTH, STEP_LENGTH
from desk.desk import Desk

COOKIE, STEP = "vieclam_desk", "vieclam_desk_step"
_LIVES: dict[str, timedelta] = {COOKIE: SESSION_LENGTH, STEP: STEP_LENGTH}


def _name(desk: Desk, kind: str) -> str:
    """Under https, a name that browsers take from this very host only: no neighbour can put a log-in of theirs here."""
    return f"__Host-{kind}" if desk.secure else kind


def _path(desk: Desk, request: Request) -> str:
    return "/" if desk.secure else request.scope.get("root_path") or "/"


def token_at(desk: Desk, request: Request, kind: str = COOKIE) -> str:
    """The token that the browser brings; empty without one."""
    return request.cookies.get(_name(desk, kind), "")


def with_cookie(desk: Desk, request: Request, response: Response, token: str, kind: str = COOKIE) -> Response:
    """Hand a token to the browser; no script can read it."""
    response.set_cookie(
        _name(desk, kind),
        token,
        max_age=int(_LIVES[kind].total_seconds()),
        path=_path(desk, request),
        httponly=True,
        samesite="lax",
        secure=desk.secure,
    )
    return response


def without_cookie(desk: Desk, request: Request, response: Response, kind: str = COOKIE) -> Response:
    """Take it back."""
    response.delete_cookie(
        _name(desk, kind), path=_path(desk, request), httponly=True, samesite="lax", secure=desk.secure
    )
    return response

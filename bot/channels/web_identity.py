"""Who is at the other end of a web request: the cookie's token, the page's origin, the network address."""

import hashlib
import secrets
from http.cookies import SimpleCookie
from typing import Any

from starlette.requests import HTTPConnection

COOKIE = "vieclam_chat"
YEAR = 365 * 24 * 3600


def token_of(connection: HTTPConnection) -> str | None:
    """The identity's token; None where there is no cookie."""
    return connection.cookies.get(COOKIE) or None


def token_hash(token: str) -> str:
    """What is kept of a token: whoever reads the database can't use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A token that can't be guessed."""
    return secrets.token_urlsafe(32)


def cookie_header(token: str, *, secure: bool) -> str:
    """The ``Set-Cookie`` value that keeps a token for a year; scripts can't read it."""
    cookie: SimpleCookie = SimpleCookie({COOKIE: token})
    habits: dict[str, Any] = {"path": "/", "max-age": YEAR, "httponly": True, "samesite": "Lax", "secure": secure}
    cookie[COOKIE].update(habits)
    return cookie[COOKIE].OutputString()


def is_same_origin(connection: HTTPConnection) -> bool:
    """Browsers tell which page connects; only our own may."""
    origin = connection.headers.get("origin")
    return origin is None or origin.split("://")[-1] == connection.headers.get("host")


def address_of(connection: HTTPConnection) -> str:
    """The network address that limits are counted by."""
    return connection.client.host if connection.client else "unknown"

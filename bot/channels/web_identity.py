"""Who is at the other end of a web request: the cookie's token, the page's origin, the network address."""

import hashlib
import re
import secrets
from http.cookies import SimpleCookie
from typing import Any

from starlette.requests import HTTPConnection

from desk.network import network_of

COOKIE = "vieclam_chat"
YEAR = 365 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""The shape of ``new_token``; whoever makes one up themselves is told to fetch one."""


def cookie_name(*, secure: bool) -> str:
    """The cookie's name; under https browsers take one so called from this very host only."""
    return f"__Host-{COOKIE}" if secure else COOKIE


def token_of(connection: HTTPConnection, *, secure: bool) -> str | None:
    """The identity's token; None where there is no cookie, or one that we never gave."""
    token = connection.cookies.get(cookie_name(secure=secure), "")
    return token if _TOKEN.fullmatch(token) else None


def token_hash(token: str) -> str:
    """What is kept of a token: whoever reads the database can't use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A token that can't be guessed."""
    return secrets.token_urlsafe(32)


def cookie_header(token: str, *, secure: bool) -> str:
    """The ``Set-Cookie`` value that keeps a token for a year; scripts can't read it."""
    name = cookie_name(secure=secure)
    cookie: SimpleCookie = SimpleCookie({name: token})
    habits: dict[str, Any] = {"path": "/", "max-age": YEAR, "httponly": True, "samesite": "Lax", "secure": secure}
    cookie[name].update(habits)
    return cookie[name].OutputString()


def is_same_origin(connection: HTTPConnection) -> bool:
    """Browsers tell which page connects; only our own may."""
    origin = connection.headers.get("origin")
    return origin is None or origin.split("://")[-1] == connection.headers.get("host")


def address_of(connection: HTTPConnection) -> str:
    """The network address that limits are counted by."""
    return network_of(connection.client.host) if connection.client else "unknown"

"""Calling the Zalo Bot Platform: one POST a method. Its addresses hold the token, so no address leaves this module."""

from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from bot.channels.limits import zalo_bot as limits

IDLE = 408
"""Also the everyday answer of a poll that brought nothing."""

REFUSED = 401
"""The token is no more."""


class ZaloBotError(Exception):
    """The platform said no; ``code`` is its own ``error_code``, or the HTTP status where it gives none."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after


class ZaloBotUnreached(Exception):
    """No answer, or one that can't be read; the text is the kind of the failure and nothing of the address."""


class ZaloBotClient:
    """Speaks HTTP with the platform under one token."""

    def __init__(self, token: str, api_base: str) -> None:
        self._token = token
        self._base = api_base.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, params: dict[str, Any], seconds: float) -> Any:
        """Perform a method and return its ``result``. Raises ``ZaloBotError`` or ``ZaloBotUnreached``."""
        limit = aiohttp.ClientTimeout(total=seconds)
        url = f"{self._base}/bot{self._token}/{method}"
        try:
            async with self._open().post(url, json=params, timeout=limit, allow_redirects=False) as answer:
                status, content = answer.status, await answer.read()
                pause = answer.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError) as error:
            # the error's own words may hold the address, and with it the token
            raise ZaloBotUnreached(type(error).__name__) from None
        envelope = _loads(content)
        if envelope.get("ok") is True:
            return envelope.get("result")
        code = envelope.get("error_code")
        description = str(envelope.get("description") or "no description").replace(self._token, "[token]")
        retry_after = int(pause) if pause.isdecimal() else None
        raise ZaloBotError(code if isinstance(code, int) else status, description, retry_after)

    async def fetch(self, url: str, seconds: float) -> bytes:
        """Fetch a file that somebody sent. Raises aiohttp's errors, ``InvalidURL`` for what is no file of Zalo's."""
        if not self._is_fetchable(url):
            raise aiohttp.InvalidURL("not a public https address")
        limit = aiohttp.ClientTimeout(total=seconds)
        async with self._open().get(url, timeout=limit, allow_redirects=False) as answer:
            if answer.status != 200:
                raise aiohttp.ClientConnectionError(f"status {answer.status}")
            content = await answer.content.read(limits.FILE_BYTES + 1)
            while len(content) <= limits.FILE_BYTES and not answer.content.at_eof():
                content += await answer.content.read(limits.FILE_BYTES)
        if len(content) > limits.FILE_BYTES:
            raise aiohttp.ClientPayloadError("too large")
        return content

    def _is_fetchable(self, url: str) -> bool:
        """A name on the internet over TLS, or the very server that we call: never an address inside our network."""
        at, ours = urlsplit(url), urlsplit(self._base)
        if (at.scheme, at.netloc) == (ours.scheme, ours.netloc):
            return True
        host = at.hostname or ""
        return at.scheme == "https" and "." in host and not host.replace(".", "").isdecimal() and ":" not in host

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(json_serialize=lambda value: orjson.dumps(value).decode())
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def _loads(content: bytes) -> dict[str, Any]:
    """The answer's envelope; empty for what is none, which is reported by the HTTP status."""
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}

"""Zalo's OAuth v4: the consent's address, and asking for tokens."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout

from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_errors import ZaloAway

SECONDS = 30.0
"""A refresh is asked for once; its answer is worth waiting for."""


@dataclass(frozen=True)
class Grant:
    """A new pair of tokens, and for how long the access token is good."""

    access: str
    refresh: str
    lives: timedelta


class Refused(Exception):
    """Zalo gives no tokens; the text is its error code and name, never a token."""


def new_verifier() -> str:
    """PKCE's secret half: 43 characters."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """PKCE's open half, as Zalo's own PKCEUtil makes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class OAuth:
    """Asks Zalo's token address in the name of one app."""

    def __init__(self, base: str, app_id: str, app_secret: str) -> None:
        self._base = base.rstrip("/")
        self._app_id = app_id
        self._secret = app_secret

    def consent_address(self, redirect: str, verifier: str, state: str) -> str:
        """Where an administrator of the Official Account agrees."""
        query = {"app_id": self._app_id, "redirect_uri": redirect, "code_challenge": challenge_of(verifier)}
        return f"{self._base}/v4/oa/permission?{urlencode(query | {'state': state})}"

    async def exchange(self, code: str, verifier: str) -> Grant:
        """Tokens for the code that the consent gave. Raises ``Refused`` and ``ZaloAway``."""
        return await self._ask({"grant_type": "authorization_code", "code": code, "code_verifier": verifier})

    async def refresh(self, token: str) -> Grant:
        """The next pair; ``token`` is used up as soon as Zalo reads this. Raises ``Refused`` and ``ZaloAway``."""
        return await self._ask({"grant_type": "refresh_token", "refresh_token": token})

    async def _ask(self, form: dict[str, str]) -> Grant:
        status, content = await self._post(form | {"app_id": self._app_id})
        try:
            answer = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise ZaloAway(f"HTTP {status} without JSON") from error
        if status >= 500 or not isinstance(answer, dict):
            raise ZaloAway(f"HTTP {status}")
        return _grant(answer)

    async def _post(self, form: dict[str, str]) -> tuple[int, bytes]:
        url, headers = f"{self._base}/v4/oa/access_token", {"secret_key": self._secret}
        try:
            # a line of its own: a kept one that the other side has just closed would leave us in doubt
            async with (
                ClientSession(timeout=ClientTimeout(total=SECONDS)) as session,
                session.post(url, data=form, headers=headers) as answer,
            ):
                return answer.status, await answer.read()
        except ClientConnectorError as error:
            raise ZaloAway("no connection", sent=False) from error
        except (ClientError, TimeoutError) as error:
            raise ZaloAway(type(error).__name__) from error


def _grant(answer: dict[str, Any]) -> Grant:
    access, refresh = answer.get("access_token"), answer.get("refresh_token")
    if not (isinstance(access, str) and isinstance(refresh, str) and access and refresh):
        raise Refused(f"{answer.get('error', '?')} {answer.get('error_name', '')}".strip())
    seconds = int(answer.get("expires_in") or limits.ACCESS_LIVES.total_seconds())
    return Grant(access, refresh, timedelta(seconds=seconds))

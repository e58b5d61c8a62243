"""Calls to Zalo's Official Account API: one header, errors inside the body, one refresh when the token is refused."""

import hashlib
import hmac
import logging
from typing import Any

import orjson
from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, FormData

from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_errors import Verdict, ZaloAway, ZaloError
from bot.channels.zalo_oa_tokens import NoToken, TokenKeeper
from db.zalo_tokens import Pair

log = logging.getLogger(__name__)

Json = dict[str, Any]
NO_TOKEN = -216
"""What it is like when we have no token: the same as when Zalo refuses it."""


class ZaloClient:
    """Speaks HTTP with Zalo in the name of one Official Account."""

    def __init__(self, keeper: TokenKeeper, api_base: str, business_base: str, proof_secret: str | None) -> None:
        self.keeper = keeper
        self._api = api_base.rstrip("/")
        self._business = business_base.rstrip("/")
        self._proof_secret = proof_secret
        self._session: ClientSession | None = None

    async def consult(self, user_id: str, message: Json) -> Json:
        """A consultation message within the window; returns Zalo's ``data``. Raises ``ZaloError``, ``ZaloAway``."""
        body = {"recipient": {"user_id": user_id}, "message": message}
        return await self._call("POST", f"{self._api}/v3.0/oa/message/cs", json=body)

    async def template_by_uid(self, user_id: str, template_id: str, values: Json) -> Json:
        """An approved template to somebody whom the Official Account knows."""
        body = {"user_id": user_id, "template_id": template_id, "template_data": values}
        return await self._call("POST", f"{self._api}/v3.0/oa/message/template", json=body, template=True)

    async def template_by_phone(self, phone: str, template_id: str, values: Json, tracking_id: str) -> Json:
        """An approved template to a phone number (84…); the tracking id makes it known again."""
        body = {"phone": phone, "template_id": template_id, "template_data": values, "tracking_id": tracking_id}
        return await self._call("POST", f"{self._business}/message/template", json=body, template=True)

    async def templates(self, offset: int, limit: int) -> list[Json]:
        """Some of the templates that are registered for the account, with their states."""
        query = {"offset": str(offset), "limit": str(limit)}
        data: Any = await self._call("GET", f"{self._business}/template/all", params=query, template=True)
        return [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []

    async def template_info(self, template_id: str) -> Json:
        """What Zalo tells of a template: its state and prices among it."""
        query = {"template_id": template_id}
        return await self._call("GET", f"{self._business}/template/info/v2", params=query, template=True)

    async def upload(self, kind: str, name: str, content: bytes) -> Json:
        """Upload an ``image``, ``gif`` or ``file``; returns its ``attachment_id`` or ``token``."""
        return await self._call("POST", f"{self._api}/v2.0/oa/upload/{kind}", upload=(name, content))

    async def account(self) -> Json:
        """The Official Account's own facts: its plan, until when, how many followers."""
        return await self._call("GET", f"{self._api}/v2.0/oa/getoa")

    async def allowance(self) -> list[Json]:
        """What the plan still gives for messages outside of the free window: a list of assets."""
        body = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
        data: Any = await self._call("POST", f"{self._api}/v3.0/oa/quota/message", json=body)
        return data if isinstance(data, list) else []

    async def _call(self, verb: str, url: str, *, template: bool = False, **what: Any) -> Json:
        try:
            pair = await self.keeper.current()
        except NoToken as error:
            raise ZaloError(NO_TOKEN, ours=True) from error
        try:
            return await self._once(pair, verb, url, template=template, **what)
        except ZaloError as error:
            if error.verdict is not Verdict.TOKEN:
                raise
        try:
            pair = await self.keeper.renew(pair)
        except NoToken as error:
            raise ZaloError(NO_TOKEN, ours=True) from error
        return await self._once(pair, verb, url, template=template, **what)

    async def _once(
        self,
        pair: Pair,
        verb: str,
        url: str,
        *,
        template: bool,
        json: Json | None = None,
        params: dict[str, str] | None = None,
        upload: tuple[str, bytes] | None = None,
    ) -> Json:
        headers = self._headers(pair)
        data: bytes | FormData | None = None
        if json is not None:
            headers["Content-Type"], data = "application/json", orjson.dumps(json)
        elif upload is not None:
            data = _form(*upload)
        status, content = await self._send(verb, url, headers, data, params)
        return _data(status, content, template=template)

    def _headers(self, pair: Pair) -> dict[str, str]:
        headers = {"access_token": pair.access}
        if self._proof_secret is not None:
            key = self._proof_secret.encode()
            headers["appsecret_proof"] = hmac.new(key, pair.access.encode(), hashlib.sha256).hexdigest()
        return headers

    async def _send(
        self, verb: str, url: str, headers: dict[str, str], data: Any, params: dict[str, str] | None
    ) -> tuple[int, bytes]:
        try:
            async with self.session().request(verb, url, headers=headers, data=data, params=params) as answer:
                return answer.status, await answer.read()
        except (ClientError, TimeoutError) as error:
            # the error's own words may hold the address, and with it somebody's number
            raise ZaloAway(type(error).__name__, sent=not isinstance(error, ClientConnectorError)) from error

    def session(self) -> ClientSession:
        """The connections that calls share."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(timeout=ClientTimeout(total=limits.CALL_SECONDS))
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def _form(name: str, content: bytes) -> FormData:
    form = FormData()
    form.add_field("file", content, filename=name)
    return form


def _data(status: int, content: bytes, *, template: bool) -> Json:
    """What the answer holds; errors come with HTTP 200, so that only the body tells. Raises ``ZaloError``."""
    try:
        answer = orjson.loads(content)
        code = int(answer["error"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise ZaloAway(f"HTTP {status} without an answer") from error
    if code:
        raise ZaloError(code, template=template)
    data: Json = answer.get("data", {})
    return data

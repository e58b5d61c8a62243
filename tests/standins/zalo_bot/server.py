"""The platform's HTTP face: strict methods, one event a poll, or a webhook with its secret."""

import asyncio
import time
import unicodedata
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import httpx
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.standins.telegram.bell import Bell
from tests.standins.telegram.loopback import NO_TLS, LoopbackServer
from tests.standins.zalo_bot.person import Json, ZaloPerson


class Refusal(Exception):
    """What a call is answered with instead of its result; ``violation``: a correct bot never makes it."""

    def __init__(self, code: int, description: str, *, violation: bool = True) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.violation = violation


class ZaloBotStandIn:
    """``async with ZaloBotStandIn() as zalo`` serves one bot at ``zalo.base_url`` until the block ends."""

    def __init__(self, token: str, *, flat: bool = False) -> None:
        self.token = token
        self.flat = flat
        self.base_url = ""
        self.people: dict[str, ZaloPerson] = {}
        self.met: set[str] = set()
        """Who has written first: nobody else can be written to."""
        self.violations: list[str] = []
        self.calls: list[tuple[str, Json]] = []
        self.answers: list[int] = []
        """What the webhook was answered with."""
        self.faults: deque[Refusal | Callable[[], None]] = deque()
        """Each of the next sends meets one of these."""
        self.webhook: Json = {}
        self.copies = 1
        self.handed: list[Json] = []
        """What polls were answered with: nobody gets it again."""
        self.waiting: deque[Json] = deque()
        self._bell = Bell()
        self._closing = False
        self._polling = 0
        self._hosted: dict[str, bytes] = {}
        self._numbers = 0
        self._last_ms = 0
        self._http = LoopbackServer(
            Starlette(
                routes=[
                    Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"]),
                    Route("/files/{name:path}", self._file),
                ]
            )
        )
        self._client = httpx.AsyncClient(verify=NO_TLS, timeout=30)

    async def __aenter__(self) -> Self:
        self.base_url = f"http://127.0.0.1:{await self._http.open()}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()
        self._closing = True
        self._bell.ring()  # nobody waits for the end of an idle poll
        await self._http.close()

    def person(
        self, user_id: str = "6ede9afa66b88fe6d6a9", name: str = "Rết", *, protected: bool = False
    ) -> ZaloPerson:
        """The person with this id, made at the first mention."""
        return self.people.setdefault(user_id, ZaloPerson(self, user_id, name, protected=protected))

    def next_message_id(self) -> str:
        self._numbers += 1
        return f"2d758cb5e222177a{self._numbers:04x}"

    def milliseconds(self) -> int:
        """The platform's own clock, which never shows the same millisecond twice."""
        self._last_ms = max(self._last_ms + 1, int(time.time() * 1000))
        return self._last_ms

    def host(self, content: bytes, name: str) -> str:
        """Keep a file that somebody sent; returns its address."""
        self._hosted[path := f"{len(self._hosted)}/{name}"] = content
        return f"{self.base_url}/files/{path}"

    async def bring(self, body: Json) -> None:
        """Take an event to the bot: to its webhook, or to the next poll."""
        event = body if self.flat else {"ok": True, "result": body}
        if not self.webhook:
            self.waiting.append(body)
            self._bell.ring()
            return
        headers = {"X-Bot-Api-Secret-Token": self.webhook["secret_token"]}
        for _ in range(self.copies):
            answer = await self._client.post(self.webhook["url"], content=orjson.dumps(event), headers=headers)
            self.answers.append(answer.status_code)

    async def _answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        try:
            if request.path_params["token"] != self.token:
                raise Refusal(401, "Unauthorized")
            params = await _params(request)
            result = await self._perform(method, params)
        except Refusal as refusal:
            if refusal.violation:
                self.violations.append(f"{method}: {refusal.code} {refusal.description}")
            body = {"ok": False, "description": refusal.description, "error_code": refusal.code}
            return Response(orjson.dumps(body), refusal.code, media_type="application/json")
        return Response(orjson.dumps({"ok": True, "result": result}), media_type="application/json")

    async def _perform(self, method: str, params: Json) -> Any:
        self.calls.append((method, params))
        match method:
            case "getMe":
                return {"id": "1459", "account_name": "bot.viec", "account_type": "BASIC", "can_join_groups": False}
            case "getUpdates":
                return await self._poll(float(params.get("timeout", 30)))
            case "setWebhook":
                return self._set_webhook(params)
            case "deleteWebhook":
                self.webhook = {}
                return {"url": "", "updated_at": self.milliseconds()}
            case "getWebhookInfo":
                if not self.webhook:
                    raise Refusal(404, "Not Found", violation=False)
                return {"url": self.webhook["url"], "updated_at": self.milliseconds()}
        return self._send(method, params)

    async def _poll(self, seconds: float) -> Json:
        if self.webhook:
            raise Refusal(400, "a webhook is set: polling and webhook exclude each other")
        if self._polling:
            raise Refusal(400, "two polls at once")
        self._polling += 1
        try:
            if not await self._bell.until(lambda: bool(self.waiting) or self._closing, seconds) or not self.waiting:
                raise Refusal(408, "Request timeout", violation=False)
            self.handed.append(self.waiting.popleft())
            return self.handed[-1]
        finally:
            self._polling -= 1

    def _set_webhook(self, params: Json) -> Json:
        _only(params, {"url", "secret_token"}, {"url", "secret_token"})
        if not params["url"].startswith("https://"):
            raise Refusal(400, "url must be public https")
        if not 8 <= len(params["secret_token"]) <= 256:
            raise Refusal(400, "secret_token must have 8 to 256 characters")
        self.webhook = dict(params)
        return {"url": params["url"], "updated_at": self.milliseconds()}

    def _send(self, method: str, params: Json) -> Any:
        allowed = SENDS.get(method)
        if allowed is None:
            raise Refusal(404, f"no method {method}")
        _only(params, *allowed)
        person = self.people.get(params["chat_id"])
        if person is None or person.id not in self.met:
            raise Refusal(404, "nobody can be written to who has not written first")
        self._meet_fault()
        _check_texts(params)
        if method == "sendChatAction":
            if params["action"] != "typing":
                raise Refusal(400, "only typing")
            person.actions.append(params["action"])
            return None
        if method == "sendVoice" and not params["voice_url"].endswith(".aac"):
            raise Refusal(400, "voice_url must end with .aac")
        person.inbox.append({"method": method} | params)
        return {"message_id": self.next_message_id(), "date": self.milliseconds()}

    def _meet_fault(self) -> None:
        if self.faults:
            fault = self.faults.popleft()
            if isinstance(fault, Refusal):
                raise fault
            fault()

    async def _file(self, request: Request) -> Response:
        content = self._hosted.get(request.path_params["name"])
        return Response(status_code=404) if content is None else Response(content)

    async def asked(self, method: str, seconds: float = 10) -> None:
        """Wait until the bot has called a method."""
        async with asyncio.timeout(seconds):
            while all(name != method for name, _ in self.calls):
                await asyncio.sleep(0.01)


SENDS: dict[str, tuple[set[str], set[str]]] = {
    "sendMessage": ({"chat_id", "text", "parse_mode", "text_styles"}, {"chat_id", "text"}),
    "sendPhoto": ({"chat_id", "photo", "caption"}, {"chat_id", "photo"}),
    "sendSticker": ({"chat_id", "sticker"}, {"chat_id", "sticker"}),
    "sendVoice": ({"chat_id", "voice_url"}, {"chat_id", "voice_url"}),
    "sendChatAction": ({"chat_id", "action"}, {"chat_id", "action"}),
}
"""What each method may have, and what it must have."""


async def _params(request: Request) -> Json:
    if request.method == "GET":
        return dict(request.query_params)
    try:
        params = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise Refusal(400, "the body is no JSON") from None
    if not isinstance(params, dict):
        raise Refusal(400, "the body is no object")
    return params


def _only(params: Json, allowed: set[str], needed: set[str]) -> None:
    if strange := params.keys() - allowed:
        raise Refusal(400, f"unknown parameters {sorted(strange)}")
    if missing := needed - params.keys():
        raise Refusal(400, f"missing parameters {sorted(missing)}")
    if not all(isinstance(params[name], str) for name in needed):
        raise Refusal(400, "parameters are strings")


def _check_texts(params: Json) -> None:
    for name in {"text", "caption"} & params.keys():
        words = params[name]
        if not 1 <= len(words) <= 2000:
            raise Refusal(400, f"{name} must have 1 to 2000 characters, not {len(words)}")
        if unicodedata.normalize("NFC", words) != words:
            raise Refusal(400, f"{name} is not NFC")

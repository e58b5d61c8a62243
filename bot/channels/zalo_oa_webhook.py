"""The door that Zalo posts to: checked, kept in a transaction of its own, answered; handled after that."""

import hashlib
import hmac
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_events import key_of, moment_of, read_event, read_receipt
from bot.metrics import ZALO_EVENTS
from db.engine import is_away
from db.zalo_inbox import keep_event
from db.zalo_receipts import note_receipts

log = logging.getLogger(__name__)

HEADER = "x-zevent-signature"


def signature(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """The plain hash (no HMAC) over app, raw bytes, the body's own timestamp, and the Official Account's secret key."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


class Webhook:
    """Answers 200 to whatever is no fault of the network: a 403 keeps Zalo's console from saving the address."""

    def __init__(self, engine: AsyncEngine, app_id: str, secret: str, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._app_id = app_id
        self._secret = secret
        self._clock = clock

    async def ping(self, _: Request) -> Response:
        """The console looks whether the address is there."""
        return PlainTextResponse("ok")

    async def take(self, request: Request) -> Response:
        """Keep one event; 503 when it can't be kept, so that Zalo sends it again."""
        body = await request.body()
        raw = _object(body)
        outcome = self._refusal(body, raw, request.headers.get(HEADER, ""))
        if raw is not None and outcome is None:
            try:
                outcome = await self._keep(body, raw, repeated="num_retry" in request.headers)
            except Exception as error:
                if not is_away(error):
                    raise
                ZALO_EVENTS.labels("unavailable").inc()
                return PlainTextResponse("try again", status_code=503)
        ZALO_EVENTS.labels(outcome).inc()
        return PlainTextResponse("ok")

    def _refusal(self, body: bytes, raw: dict[str, Any] | None, given: str) -> str | None:
        """Why a body is not to be kept; None when it is Zalo's, of our app, and of now."""
        if raw is None:
            return "unreadable"
        if not self._is_signed(body, raw, given):
            return "forged"
        try:
            age = self._clock() - moment_of(raw)
        except ValueError:
            return "unreadable"
        if age > limits.EVENT_AGE or -age > limits.EVENT_AHEAD:
            log.warning("Zalo's webhook: an event of another time was refused; is the clock right?")
            return "old"
        return None

    def _is_signed(self, body: bytes, raw: dict[str, Any], given: str) -> bool:
        timestamp = str(raw.get("timestamp", ""))
        mac = given.removeprefix("mac=").encode()
        mine = hmac.compare_digest(mac, signature(self._app_id, body, timestamp, self._secret).encode())
        if not mine and given:
            oa = str(raw.get("recipient", {}).get("id", "")) if isinstance(raw.get("recipient"), dict) else ""
            if oa and hmac.compare_digest(mac, signature(oa, body, timestamp, self._secret).encode()):
                log.warning("Zalo's webhook: signed with the account's id instead of the app's; not accepted")
        return mine and hmac.compare_digest(str(raw.get("app_id", "")).encode(), self._app_id.encode())

    async def _keep(self, body: bytes, raw: dict[str, Any], *, repeated: bool) -> str:
        """Keep what is of use to us, and say what was done with it."""
        try:
            receipt, event = read_receipt(raw), read_event(raw)
        except ValueError:
            return "unreadable"
        if receipt is not None:
            await note_receipts(self._engine, receipt.messages, receipt.at, self._clock(), seen=receipt.seen)
        if event is None:
            return "ignored" if receipt is None else "receipt"
        if await keep_event(self._engine, key_of(raw), body):
            return "retry kept" if repeated else "kept"
        return "duplicate"


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return raw if isinstance(raw, dict) else None

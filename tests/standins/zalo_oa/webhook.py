"""Posting events: signed, two seconds to answer, repeated with ``num_retry``."""

import asyncio
import json
from typing import Any

import httpx

from tests.standins.telegram.loopback import NO_TLS
from tests.standins.zalo_oa.world import World

Json = dict[str, Any]
SECONDS = 2.0
PAUSES = (30, 300, 900, 1800, 3600)
"""Zalo's own pauses before its five repetitions; the stand-in does not wait them out."""


class Hook:
    """Where events go, and which could not be delivered."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._client = httpx.AsyncClient(verify=NO_TLS, timeout=60)
        self.url = ""
        self.disabled = False
        self.slow = 0
        self.pause = 0.05
        self.repeat_all = False
        """Deliver everything twice, as a network may."""

    def pack(self, event: Json) -> tuple[bytes, dict[str, str]]:
        """The bytes of an event, and its headers."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        return body, {"X-ZEvent-Signature": self._world.sign(body, event["timestamp"])}

    async def post(self, event: Json) -> None:
        """Deliver one event, with repetitions; after the last failure the webhook is off."""
        body, headers = self.pack(event)
        for attempt in range(len(PAUSES) + 1):
            retry = {"num_retry": str(attempt)} if attempt else {}
            if await self._try(body, headers | retry):
                if self.repeat_all:
                    await self._try(body, headers | {"num_retry": "1"})
                return
            await asyncio.sleep(self.pause)
        self.disabled = True

    async def _try(self, body: bytes, headers: dict[str, str]) -> bool:
        begun = asyncio.get_running_loop().time()
        try:
            answer = await self._client.post(self.url, content=body, headers=headers)
        except httpx.HTTPError:
            return False
        self.slow += asyncio.get_running_loop().time() - begun > SECONDS
        return answer.status_code == 200

    async def close(self) -> None:
        await self._client.aclose()

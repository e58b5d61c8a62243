"""The stand-in as tests use it: Zalo's servers on loopback, with people who write to the account."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from tests.standins.telegram.loopback import LoopbackServer
from tests.standins.zalo_oa.http import application
from tests.standins.zalo_oa.person import ZaloPerson
from tests.standins.zalo_oa.webhook import Hook
from tests.standins.zalo_oa.world import World


class ZaloStandIn:
    """``async with ZaloStandIn() as zalo`` serves one account at ``zalo.base_url`` until the block ends."""

    def __init__(self, now: Callable[[], datetime] | None = None, port: int = 0) -> None:
        self.world = World(now or (lambda: datetime.now(UTC)))
        self.hook = Hook(self.world)
        self._http = LoopbackServer(application(self.world), port)
        self.base_url = ""

    async def __aenter__(self) -> Self:
        self.base_url = f"http://127.0.0.1:{await self._http.open()}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.hook.close()
        await self._http.close()
        if self.world.broken:
            raise ExceptionGroup("the stand-in itself broke", self.world.broken)

    def person(self, number: int = 1) -> ZaloPerson:
        """The person with this number; their id is larger than 2^53, as Zalo's are."""
        return ZaloPerson(self.world, self.hook, self.world.chat(str(2_468_458_835_291_970_000 + number)))

    def consent(self, challenge: str) -> str:
        """An administrator agrees; the code that the browser brings back."""
        code = secrets.token_urlsafe(40)
        self.world.tokens.codes[code] = challenge
        return code

    @property
    def violations(self) -> list[str]:
        """What a client did wrong."""
        return self.world.violations

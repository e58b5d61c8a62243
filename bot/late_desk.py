"""The desk is made when somebody first opens it: no worker waits at the start for what only staff use."""

import asyncio
from collections.abc import Callable

from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Receive, Scope, Send

DESK = "/desk"


class WithLateDesk:
    """The desk under ``/desk``, everything else to the other pages."""

    def __init__(self, pages: ASGIApp, make_desk: Callable[[], ASGIApp]) -> None:
        self._pages = pages
        self._make_desk = make_desk
        self._desk: ASGIApp | None = None
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["path"] != DESK and not scope["path"].startswith(f"{DESK}/"):
            await self._pages(scope, receive, send)
            return
        desk = await self._get_desk()
        # the desk looks its own addresses up by name: in its own router, not in the one that led here
        await desk({name: value for name, value in scope.items() if name != "router"}, receive, send)

    async def _get_desk(self) -> ASGIApp:
        async with self._making:
            if self._desk is None:
                self._desk = await run_sync(self._make_desk)
        return self._desk

"""An ASGI application served on loopback inside the caller's event loop."""

import asyncio
import ssl
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Loopback speaks plain HTTP; an empty context spares each httpx client the reading of CA certificates."""


class _Protocol(HttpToolsProtocol):
    """uvicorn's own, which also lets the application cut the line."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.access_log = False
        self.scope["state"]["transport"] = self.transport


class LoopbackServer:
    """uvicorn inside the caller's event loop, without its signals and its waiting."""

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self._config = uvicorn.Config(app, lifespan="off", log_config=None, proxy_headers=False, timeout_keep_alive=75)
        self._state = ServerState()
        self._port = port
        self._server: asyncio.Server | None = None

    async def open(self) -> int:
        """Listens on loopback; returns the port."""
        self._config.load()
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Protocol(self._config, self._state, {}), "127.0.0.1", self._port
        )
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Cuts every connection and waits for the calls still running."""
        assert self._server is not None
        self._server.close()
        for connection in list(self._state.connections):
            connection.transport.abort()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
        await self._server.wait_closed()

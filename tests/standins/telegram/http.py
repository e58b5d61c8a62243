"""The HTTP face of the Bot API: routes and the shape of answers."""

import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.standins.telegram.calls import read_call
from tests.standins.telegram.errors import ApiError
from tests.standins.telegram.methods import Outcome, method_named, perform, record
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import World

_UNAUTHORIZED = ApiError(401, "Unauthorized", violation=True)


class _BotMethod:
    """``/bot<token>/<method>``."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            outcome = await self._outcome(request)
        except Exception as error:
            self.world.broken.append(error)
            raise
        if isinstance(outcome, Response):
            await outcome(scope, receive, send)
        elif outcome.fault.connection == "keep":
            await _response(outcome)(scope, receive, send)
        else:
            await self._cut(request, outcome, receive)

    async def _outcome(self, request: Request) -> Outcome | Response:
        name = request.path_params["method"]
        try:
            if request.path_params["token"] != self.world.token:
                raise _UNAUTHORIZED
            call = await read_call(method_named(name), request)
        except ApiError as error:
            return _json(error.code, record(self.world, name, error))
        room = self.world.chats.rooms.get(_chat_id(call.params.get("chat_id")))
        if room is None:
            return await perform(self.world, call)
        room.calls_running += 1
        try:
            return await perform(self.world, call)
        finally:
            room.calls_running -= 1
            room.bell.ring()

    async def _cut(self, request: Request, outcome: Outcome, receive: Receive) -> None:
        if outcome.fault.connection == "drop":
            request.state.transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def _chat_id(value: Any) -> int:
    return int(value) if str(value).lstrip("-").isdigit() else 0


def _json(status: int, body: Json) -> Response:
    return Response(json.dumps(body, ensure_ascii=False).encode(), status, media_type="application/json")


def _response(outcome: Outcome) -> Response:
    if outcome.fault.as_html:
        page = f"<html><head><title>{outcome.status} {outcome.body['description']}</title></head></html>"
        return Response(page, outcome.status, media_type="text/html")
    return _json(outcome.status, outcome.body)


def application(world: World) -> Starlette:
    async def file(request: Request) -> Response:
        stored = world.files.by_path.get(request.path_params["path"])
        if request.path_params["token"] != world.token or stored is None:
            return _json(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        return Response(stored.content, media_type="application/octet-stream")

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", _BotMethod(world), methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", file),
        ]
    )

"""A small server that keeps docs/chat-protocol.md, and can be told to fail in the ways networks do."""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

PAGE = Path(__file__).parents[2] / "bot" / "channels" / "page"
STRINGS: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("page_strings.json").read_text("utf-8"))
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PATIENCE = 15.0

Frame = dict[str, Any]


def filled_page(lang: str) -> str:
    """index.html as the real server fills it in."""
    words = {code: {key: both[code] for key, both in STRINGS.items()} for code in ("vi", "km")}
    data = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    page = (PAGE / "index.html").read_text("utf-8")
    return page.replace("__STRINGS__", data).replace("__LANG__", lang).replace("__TITLE__", STRINGS["title"][lang])


class MockChat:
    """What the page sent, and a test's switches.

    `down` refuses lines, `deaf` stores and cuts the line, `stranger` knows no cookie until the
    page is fetched again, `answer` is said once in place of `taken`.
    """

    def __init__(self) -> None:
        self.lang = "vi"
        self.down = False
        self.deaf = False
        self.stranger = False
        self.upload_status = 200
        self.answer: Frame | None = None
        self.received: list[Frame] = []
        self.stored: dict[str, Frame] = {}
        self.uploads: list[Frame] = []
        self.requested: list[str] = []
        self.messages: list[Frame] = []
        self.lines: set[WebSocket] = set()
        self.changed = threading.Condition()
        self.url = ""
        self.loop: asyncio.AbstractEventLoop

    # What a test does

    def push(self, text: str, **more: Any) -> int:
        """Says something to the worker; returns the message's id."""
        number = len(self.messages) + 1
        message = {
            "type": "message",
            "id": number,
            "text": text,
            "choices": [],
            "ask": None,
            "media": [],
            **more,
        }
        self.messages.append(message)
        self.tell(message)
        return number

    def tell(self, frame: Frame) -> None:
        """Sends one frame on every open line."""
        for line in list(self.lines):
            asyncio.run_coroutine_threadsafe(line.send_json(frame), self.loop).result(PATIENCE)

    def cut(self) -> None:
        """Cuts every open line."""
        for line in list(self.lines):
            asyncio.run_coroutine_threadsafe(line.close(1012), self.loop).result(PATIENCE)

    def wait(self, condition: Callable[[Self], object]) -> None:
        """Returns when the condition holds; it is asked again whenever something arrives."""
        with self.changed:
            if not self.changed.wait_for(lambda: bool(condition(self)), PATIENCE):
                raise AssertionError(f"waited in vain; received {self.received}")

    def said(self) -> list[str]:
        """The texts stored so far, in the order in which they were stored."""
        return [frame["text"] for frame in self.stored.values() if frame["type"] == "text"]

    # What the page sees

    async def index(self, _request: Request) -> Response:
        self.stranger = False
        response = HTMLResponse(filled_page(self.lang), headers={"Content-Security-Policy": POLICY})
        response.set_cookie("who", "secret", httponly=True, samesite="lax")
        return response

    async def worker(self, _request: Request) -> Response:
        code = (PAGE / "sw.js").read_text("utf-8").replace("__VERSION__", "test")
        return Response(code, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def manifest(self, _request: Request) -> Response:
        return FileResponse(PAGE / "manifest.webmanifest", media_type="application/manifest+json")

    async def upload(self, request: Request) -> Response:
        async with request.form() as form:
            file = form["file"]
            if not isinstance(file, UploadFile):
                return JSONResponse({}, 400)
            size = len(await file.read())
            with self.changed:
                self.uploads.append({"id": form["id"], "kind": form["kind"], "seen": form["seen"], "size": size})
                self.changed.notify_all()
            return JSONResponse({"taken": form["id"]}, self.upload_status, {"Retry-After": "1"})

    async def line(self, line: WebSocket) -> None:
        if self.down:
            await line.close()
            return
        await line.accept()
        if self.stranger:
            await line.close(4401)
            return
        try:
            await self.converse(line)
        except WebSocketDisconnect:
            self.lines.discard(line)
            self.record({"type": "gone"})
        finally:
            self.lines.discard(line)

    async def converse(self, line: WebSocket) -> None:
        hello = await line.receive_json()
        await line.send_json({"type": "welcome", "lang": self.lang})
        for message in self.messages:
            if message["id"] > hello["after"]:
                await line.send_json(message)
        self.lines.add(line)
        self.record(hello)
        while True:
            await self.hear(line, await line.receive_json())

    async def hear(self, line: WebSocket, frame: Frame) -> None:
        if frame["type"] in ("text", "tap"):
            await self.take(line, frame)
        elif frame["type"] == "ping":
            await line.send_json({"type": "pong"})
        self.record(frame)

    async def take(self, line: WebSocket, frame: Frame) -> None:
        answer, self.answer = self.answer, None
        if answer is None:
            self.stored.setdefault(frame["id"], frame)
        if self.deaf:
            await line.close(1012)
            return
        await line.send_json({**(answer or {"type": "taken"}), "id": frame["id"]})

    def record(self, frame: Frame) -> None:
        with self.changed:
            self.received.append(frame)
            self.changed.notify_all()

    def app(self) -> ASGIApp:
        site = Starlette(
            routes=[
                Route("/", self.index),
                Route("/sw.js", self.worker),
                Route("/manifest.webmanifest", self.manifest),
                Route("/chat/upload", self.upload, methods=["POST"]),
                WebSocketRoute("/chat/ws", self.line),
                Mount("/chat/static", StaticFiles(directory=PAGE)),
            ]
        )

        async def noting(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                with self.changed:
                    self.requested.append(scope["path"])
                    self.changed.notify_all()
            await site(scope, receive, send)

        return noting


@contextlib.contextmanager
def serving(chat: MockChat) -> Iterator[MockChat]:
    """Runs the mock on a free loopback port, in a thread of its own."""
    door = socket.create_server(("127.0.0.1", 0))
    chat.url = f"http://127.0.0.1:{door.getsockname()[1]}/"
    server = uvicorn.Server(uvicorn.Config(chat.app(), log_level="warning", lifespan="off", ws="websockets-sansio"))
    started = threading.Event()

    async def serve() -> None:
        chat.loop = asyncio.get_running_loop()
        started.set()
        await server.serve(sockets=[door])

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    started.wait(PATIENCE)
    try:
        yield chat
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        door.close()

"""Refusing a request's body that is too large while it arrives, whoever sends it and whatever would read it."""

import re

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.limits import telegram, web, zalo_oa
from desk import uploads

LIMITS = {
    "/telegram/webhook": telegram.UPDATE_BYTES,
    "/chat/upload": web.UPLOAD_BYTES + 100_000,
    uploads.LICENCE_LIST: uploads.LICENCE_LIST_BYTES + 100_000,
    uploads.PEOPLE: uploads.PEOPLE_BYTES + 100_000,
    uploads.HAMLET_LIST: 2 * uploads.HAMLET_LIST_BYTES,
    "/zalo/oa/webhook": zalo_oa.EVENT_BYTES,
}
"""Bytes by path; an upload's form comes on top of its file."""
OTHERS = 100_000
"""For every other path: the desk's forms, and what expects no body at all."""


NOTICE_FILE = re.compile(r"/desk/notice/\d+/file/add")


def limit_of(path: str) -> int:
    """The bytes that a request to this path may bring."""
    if NOTICE_FILE.fullmatch(path):
        return uploads.NOTICE_FILE_BYTES + 100_000
    return LIMITS.get(path, OTHERS)


class BodyLimits:
    """Counts what arrives of a body and answers 413 at the first byte too many; nothing after it is passed on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(limit_of(scope["path"]), scope, receive, send)
        if _declared(scope) > body.limit:
            await body.refuse()
            return
        try:
            await self._app(scope, body.receive, body.send)
        except Exception:
            if not body.refused:
                raise  # after a refusal it is only the reader's surprise


class _Body:
    """One request's body on its way in."""

    def __init__(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        self.limit = limit
        self.refused = False
        self._scope, self._receive, self._send = scope, receive, send
        self._taken = 0
        self._answered = False

    async def receive(self) -> Message:
        """The next part; raises ``HTTPException`` when it is too much."""
        if self.refused:
            raise HTTPException(413)
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        if self._taken > self.limit:
            await self.refuse()
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on, unless the refusal has been it."""
        if not self.refused:
            self._answered = True
            await self._send(message)

    async def refuse(self) -> None:
        """Answer 413, if there is still an answer to give."""
        self.refused = True
        if not self._answered:
            await PlainTextResponse("too large", status_code=413)(self._scope, self._receive, self._send)


def _declared(scope: Scope) -> int:
    given = dict(scope["headers"]).get(b"content-length", b"0")
    return int(given) if given.isdigit() and len(given) < 19 else 0

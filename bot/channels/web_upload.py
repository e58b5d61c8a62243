"""Photos and voice notes from the web chat: sealed on disk first, then handed to the conversation as a message."""

import asyncio
import re
from typing import Literal

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import select
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.limits import web as limits
from bot.channels.web import file_update
from bot.channels.web_frames import EVERYTHING, Uuid
from bot.channels.web_identity import address_of, is_same_origin, token_hash
from bot.channels.web_shared import Shared
from bot.intake import Unavailable
from db import web_chat
from db.files import KEPT
from db.registrations import Attachment

_MIME = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")


class Form(BaseModel):
    """What comes with a file."""

    id: Uuid
    kind: Literal["voice", "photo"]
    seen: int = Field(default=EVERYTHING, ge=0, le=EVERYTHING)


async def upload(chat: Shared, request: Request, token: str | None) -> Response:
    """Take one file: 200 when it is kept or was turned down in words, 4xx when it can't be, 503 to try again."""
    if not token or not is_same_origin(request):
        return Response(status_code=401)
    chat_id = await web_chat.chat_of_token(chat.engine, token_hash(token))
    if chat_id is None:
        return Response(status_code=401)
    address = address_of(request)
    if pause := max(chat.people.wait(chat_id), chat.addresses.wait(address), _full(chat, chat_id, address, 0)):
        return _later(pause)
    if int(request.headers.get("content-length", limits.UPLOAD_BYTES * 2)) > limits.UPLOAD_BYTES + 10_000:
        return Response(status_code=413)
    try:
        form, content, mime = await _read(request)
    except (MultiPartException, HTTPException, ValidationError, ValueError):
        return Response(status_code=400)
    if pause := _full(chat, chat_id, address, len(content)):
        return _later(pause)
    chat.uploads.count(chat_id, len(content))
    chat.address_uploads.count(address, len(content))
    answer = await _hand_over(chat, chat_id, form, content, mime)
    if await web_chat.chat_of_token(chat.engine, token_hash(token)) != chat_id:
        await web_chat.drop_stray(chat.engine, chat_id)
    return answer


def _full(chat: Shared, chat_id: int, address: str, size: int) -> float:
    """Seconds until there is room in the day's bounds."""
    return max(chat.uploads.wait(chat_id, size), chat.address_uploads.wait(address, size))


def _later(pause: float) -> Response:
    return Response(status_code=429, headers={"Retry-After": str(int(pause) + 1)})


async def _read(request: Request) -> tuple[Form, bytes, str]:
    async with request.form(max_files=1, max_fields=10) as fields:
        file = fields.get("file")
        if not isinstance(file, UploadFile):
            raise ValueError("there is no file")
        form = Form.model_validate({name: fields.get(name) for name in ("id", "kind", "seen") if name in fields})
        content = await file.read(limits.UPLOAD_BYTES + 1)
        if not 0 < len(content) <= limits.UPLOAD_BYTES:
            raise ValueError("the file is empty or too large")
        mime = (file.content_type or "").partition(";")[0].strip().lower()
        return form, content, mime if _MIME.fullmatch(mime) else "application/octet-stream"


async def _hand_over(chat: Shared, chat_id: int, form: Form, content: bytes, mime: str) -> Response:
    name = await asyncio.to_thread(chat.files.keep, content)
    update = file_update(chat.bot, chat_id, form.id, form.kind, f"{KEPT}{name}", mime, len(content), chat.clock())
    try:
        await chat.intake.take(chat.bot, update, seen=form.seen)
    except Unavailable:
        chat.files.drop(name)
        return Response(status_code=503)
    if not await _is_wanted(chat, f"{KEPT}{name}"):
        chat.files.drop(name)  # no agreement, or the same file sent twice: nothing of it stays
    return JSONResponse({"taken": form.id})


async def _is_wanted(chat: Shared, file_id: str) -> bool:
    async with chat.engine.connect() as connection:
        query = select(Attachment.id).where(Attachment.file_id == file_id)
        return await connection.scalar(query) is not None

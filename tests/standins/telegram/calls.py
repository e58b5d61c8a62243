"""A call of the bot as it arrives: GET, JSON, form or multipart, read into names and values."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import Request

from tests.standins.telegram.errors import broken


@dataclass(frozen=True, slots=True)
class Upload:
    """A file carried in a multipart body."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One method with its parameters; `textual` ones arrived as strings, as forms have nothing else."""

    method: str
    params: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)
    textual: bool = False


async def read_call(method: str, request: Request) -> Call:
    query = _pairs(request.url.query)
    if request.method == "GET":
        return Call(method, query, textual=True)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _multipart(method, query, request)
    body = await request.body()
    if kind == "application/json":
        return Call(method, query | _object(body))
    if kind == "application/x-www-form-urlencoded":
        return Call(method, query | _pairs(body.decode()), textual=True)
    if body:
        raise broken(f"unsupported content type {kind!r}")
    return Call(method, query, textual=True)


def _pairs(text: str) -> dict[str, Any]:
    if not text:
        return {}
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise broken("a parameter is given twice")
    return found


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise broken("can't parse request body as JSON") from error
    if not isinstance(value, dict):
        raise broken("the JSON body must be an object")
    return value


async def _multipart(method: str, query: dict[str, Any], request: Request) -> Call:
    params, uploads = dict(query), {}
    async with request.form(max_part_size=4 * 1024 * 1024) as form:
        for name, value in form.multi_items():
            if name in params or name in uploads:
                raise broken("a parameter is given twice")
            if isinstance(value, UploadFile):
                content = await value.read()
                uploads[name] = Upload(value.filename or name, value.content_type or "", content)
            else:
                params[name] = value
    return Call(method, params, uploads, textual=True)

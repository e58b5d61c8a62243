"""The HTTP face: paths, headers and envelopes as the facts sheet has them; errors come with HTTP 200."""

import base64
import hashlib
import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.standins.zalo_oa.checks import message_error, mistake
from tests.standins.zalo_oa.world import APP_ID, APP_SECRET, Chat, Sent, World

Json = dict[str, Any]
ACCOUNT = {
    "oaid": "388613280878808645",
    "name": "Văn phòng",
    "oa_type": 4,
    "package_name": "Tăng trưởng",
    "package_valid_through_date": "31/12/2026",
}
MESSAGES = {0: "Success", -216: "Access token is invalid", -220: "Access token expired"}


def answer(data: Any = None, error: int = 0) -> Response:
    body: Json = {"error": error, "message": MESSAGES.get(error, "Failed")}
    return JSONResponse(body if error else {"data": data, **body})


class Api:
    """Every path of the service."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def answer(self, request: Request) -> Response:
        """Do what a call asks, unless the test has planned a fault for its path."""
        fault = self._fault(request.url.path)
        try:
            if fault is not None and fault.get("before"):
                return await self._break(request, fault)
            done = await self._do(request)
        except Exception as error:
            self.world.broken.append(error)
            raise
        return done if fault is None else await self._break(request, fault)

    def _fault(self, path: str) -> Json | None:
        for fault in self.world.faults:
            if path.endswith(fault["path"]):
                if fault.get("skip", 0):
                    fault["skip"] -= 1
                    return None
                self.world.faults.remove(fault)
                return fault
        return None

    async def _break(self, request: Request, fault: Json) -> Response:
        if "gate" in fault:
            fault["bell"].set()
            await fault["gate"].wait()
        if fault.get("drop"):
            request.state.transport.abort()
            return Response(status_code=500)
        if "status" in fault:
            return Response("<html>", fault["status"], media_type="text/html")
        return answer(error=fault["error"])

    async def _do(self, request: Request) -> Response:
        path = request.url.path
        if path == "/v4/oa/access_token":
            return await self._tokens(request)
        if "authorization" in request.headers:
            mistake(self.world, "an Authorization header", -216)
        if code := self.world.token_error(request.headers.get("access_token", "")):
            template = path.startswith(("/message/template", "/template/"))
            return answer(error=-124 if template and code == -216 else code)
        if not path.endswith("message/template") and self.world.is_over_rate():
            return answer(error=-32)
        return await self._authorized(request, path)

    async def _authorized(self, request: Request, path: str) -> Response:
        match path:
            case "/v3.0/oa/message/cs":
                return await self._consult(request)
            case "/v3.0/oa/message/template" | "/message/template":
                return await self._template(request, by_uid=path.startswith("/v3.0"))
            case "/v2.0/oa/getoa":
                return answer(ACCOUNT | {"num_follower": len(self.world.people)})
            case "/v3.0/oa/quota/message":
                return answer([{"quota_type": "sub_quota", "remain": self.world.sub_quota, "total": "500"}])
            case "/template/info/v2":
                return self._template_info(request)
            case "/template/all":
                return self._template_list(request)
        if path.startswith("/v2.0/oa/upload/"):
            return await self._upload(request, path.rsplit("/", 1)[1])
        mistake(self.world, f"no such path: {path}", -201)
        return Response(status_code=404)

    async def _tokens(self, request: Request) -> Response:
        form = await request.form()
        tokens = self.world.tokens
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            return JSONResponse({"error": -14002, "error_name": "Invalid app id", "error_description": ""})
        if form.get("grant_type") == "authorization_code":
            verifier = str(form.get("code_verifier"))
            digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
            if len(verifier) != 43 or tokens.codes.pop(str(form.get("code")), None) != digest:
                return JSONResponse({"error": -14004, "error_name": "Invalid code", "error_description": ""})
            return JSONResponse(self.world.new_pair())
        refresh = str(form.get("refresh_token"))
        if refresh not in tokens.refresh or refresh in tokens.used:
            return JSONResponse({"error": -14014, "error_name": "Invalid refresh token", "error_description": ""})
        tokens.used.add(refresh)
        tokens.refreshes += 1
        return JSONResponse(self.world.new_pair())

    async def _consult(self, request: Request) -> Response:
        body = await _json(request)
        if body.keys() != {"recipient", "message"} or not isinstance(body["recipient"].get("user_id"), str):
            return answer(error=mistake(self.world, "a body without recipient and message", -201))
        chat = self.world.people.get(body["recipient"]["user_id"])
        if chat is None:
            return answer(error=mistake(self.world, "a user whom nobody knows", -201))
        error = message_error(self.world, body["message"]) or self.world.window_error(chat)
        return answer(error=error) if error else self._sent(chat, body["message"])

    def _sent(self, chat: Chat, message: Json) -> Response:
        world, quota = self.world, self.world.quota(chat)
        payload = message.get("attachment", {}).get("payload", {})
        sent = Sent(world.new_id(), message.get("text", ""), payload.get("buttons", []), message, paid=quota is None)
        world.charged += quota is None
        chat.messages.append(sent)
        chat.unread.append(sent)
        data = {"message_id": sent.msg_id, "user_id": chat.user_id, "sent_time": world.millis()}
        return answer(data | ({"quota": quota} if quota else {}))

    async def _template(self, request: Request, *, by_uid: bool) -> Response:
        body = await _json(request)
        wanted = {"user_id", "template_id", "template_data"} if by_uid else {
            "phone", "template_id", "template_data", "tracking_id"}  # fmt: skip
        if body.keys() != wanted:
            return answer(error=mistake(self.world, f"a template call with {sorted(body)}", -132))
        if not by_uid and not 1 <= len(body["tracking_id"]) <= 48:
            return answer(error=mistake(self.world, "tracking_id", -132))
        template = self.world.templates.get(body["template_id"])
        if template is None:
            return answer(error=mistake(self.world, "no such template", -109))
        if template["status"] != "ENABLE":
            return answer(error=-131)
        if body["template_data"].keys() != set(template["parameters"]):
            return answer(error=mistake(self.world, "template_data", -1122))
        if not by_uid and body["phone"] not in template.get("phones", [body["phone"]]):
            return answer(error=-118)
        self.world.by_template.append(body)
        return answer({"message_id" if by_uid else "msg_id": self.world.new_id(), "sent_time": self.world.millis()})

    def _template_info(self, request: Request) -> Response:
        template = self.world.templates.get(request.query_params.get("template_id", ""))
        return answer(error=-109) if template is None else answer(template)

    def _template_list(self, request: Request) -> Response:
        query = request.query_params
        if not query.keys() <= {"offset", "limit", "status"} or not 1 <= int(query["limit"]) <= 100:
            return answer(error=mistake(self.world, f"template/all with {dict(query)}", -132))
        begin = int(query["offset"])
        ids = list(self.world.templates)[begin : begin + int(query["limit"])]
        rows = [{"templateId": int(one), "templateName": f"Mẫu {one}", "createdTime": 1, "templateQuality": "UNDEFINED",
                 "status": self.world.templates[one]["status"]} for one in ids]  # fmt: skip
        return answer(rows)

    async def _upload(self, request: Request, kind: str) -> Response:
        async with request.form() as form:
            file: Any = form.get("file")
            if file is None or kind not in ("image", "gif", "file"):
                return answer(error=mistake(self.world, f"upload of {kind}", -201))
            content = await file.read()
        if len(content) > (5_000_000 if kind != "image" else 1_000_000):
            return answer(error=mistake(self.world, f"{kind} of {len(content)} bytes", -210))
        asset = self.world.new_id()
        self.world.uploads[asset] = self.world.now()
        return answer({"token" if kind == "file" else "attachment_id": asset})


async def _json(request: Request) -> Json:
    if request.headers.get("content-type") != "application/json":
        return {}
    found = json.loads(await request.body())
    return found if isinstance(found, dict) else {}


def application(world: World) -> Starlette:
    async def media(request: Request) -> Response:
        return Response(request.path_params["name"].encode(), media_type="application/octet-stream")

    return Starlette(
        routes=[
            Route("/media/{name}", media),
            Route("/{path:path}", Api(world).answer, methods=["GET", "POST"]),
        ]
    )

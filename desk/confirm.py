"""Showing again who one is, before something that matters: a session that was left open can't do it."""

import re
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from sqlalchemy import update
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_admin import route
from starlette_admin.helpers import safe_redirect_url

from db.second_factor import factor_of
from db.staff import Staff, StaffSession
from db.staff_accounts import check_password
from desk.desk import Desk
from desk.page import DeskUser, Page, form_secrets, form_text, say, user_at, viewer_at
from desk.record import note
from desk.second_chat import safe_chats, send_code
from desk.second_proof import LONGEST, WAYS, prove
from desk.theme import address
from desk.throttle import PER_LOGIN, Throttle

PATH = "/confirm"
LASTS = timedelta(minutes=30)
"""For how long a proof holds."""
OF_SECOND = re.compile(r"POST /second/.+")
"""The second step itself: for everybody."""
THAT_MATTER = re.compile(
    r"POST (/staff/.+|/(registrations|cases)/export|/(files|fair)/\d+/take|/notice/\d+/answers/take"
    r"|/broadcast/\d+/calls/take|/(lists|audit)/take|/registration/\d+/erase|/me/code)"
)
"""What carries many people's data away, deletes somebody, or changes who may log in: for who has a second step."""

_ANSWERS = re.compile(r"(/second|/staff)/[a-z].*")
"""Pages that only a form leads to."""


class MustProve:
    """Leads to the proof before such a form is taken, when the last one is too old; then it is sent again."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or lead elsewhere."""
        user = scope.get("state", {}).get("admin_user")
        root = scope.get("root_path", "")
        deed = f"{scope.get('method')} {scope['path'].removeprefix(root)}"
        if isinstance(user, DeskUser) and self._is_due(user, deed):
            query = urlencode({"next": _page_before(scope, root)})
            await RedirectResponse(f"{root}{PATH}?{query}", status_code=303)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_due(self, user: DeskUser, deed: str) -> bool:
        proved = user.login.proved_at
        matters = OF_SECOND.fullmatch(deed) or (user.login.has_second and THAT_MATTER.fullmatch(deed))
        return bool(matters) and (proved is None or self._desk.clock() - proved > LASTS)


def _page_before(scope: Scope, root: str) -> str:
    """The desk's page that the form stood on; where that was the answer to a form itself, the page before it."""
    came = urlsplit(Headers(scope=scope).get("referer", ""))
    if not came.path.startswith(f"{root}/"):
        return f"{root}/second"
    if answered := _ANSWERS.fullmatch(came.path.removeprefix(root)):
        return f"{root}{answered[1]}"
    return f"{came.path}?{came.query}" if came.query else came.path


class ConfirmPage(Page):
    """Asks for a code, or for the password of who has no second step."""

    path = PATH

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._tries = Throttle(PER_LOGIN)

    @route("", name="confirm")
    async def index(self, request: Request) -> Response:
        """Ask."""
        return await self._ask(request)

    @route("", methods=["POST"], name="confirm-take")
    async def take(self, request: Request) -> Response:
        """Take the proof and lead back to where it was wanted."""
        user, now = user_at(request), self.desk.clock()
        wrong = await (self._code(request) if user.login.has_second else self._password(request))
        if wrong:
            return await self._ask(request, wrong)
        async with self.desk.session() as session:
            mine = StaffSession.token_hash == user.login.token_hash
            await session.execute(update(StaffSession).where(mine).values(proved_at=now))
            note(session, user.viewer, now, "confirm", "staff", user.viewer.id)
        say(request, "confirm.done")
        home = address(request, "/")
        return RedirectResponse(safe_redirect_url(request.query_params.get("next") or home, request, home), 303)

    @route("/send", methods=["POST"], name="confirm-send")
    async def send(self, request: Request) -> Response:
        """Send a code to one's own chats."""
        user, now = user_at(request), self.desk.clock()
        async with self.desk.session() as session:
            staff = await session.get_one(Staff, user.viewer.id)
            factor = await factor_of(session, staff.id, lock=True)
            wrong: str | None = "second.no_chat"
            if factor is not None and factor.chat_since is not None:
                known = user.login.token_hash, self.desk.channels, now
                wrong = await send_code(session, self.desk.seal, staff, factor, *known)
            note(session, user.viewer, now, "second_send", "staff", staff.id, sent=wrong is None)
        return await self._ask(request, wrong, sent=wrong is None)

    async def _code(self, request: Request) -> str | None:
        user = user_at(request)
        (words,) = await form_text(request, "code", longest=LONGEST)
        async with self.desk.session() as session:
            staff = await session.get_one(Staff, user.viewer.id)
            known = user.login.token_hash, words, self.desk.clock()
            answer = await prove(session, self.desk.seal, staff, *known)
        return None if answer in WAYS else answer

    async def _password(self, request: Request) -> str | None:
        login, now = viewer_at(request).login, self.desk.clock()
        (password,) = await form_secrets(request, "password", longest=200)
        if self._tries.is_shut(login, now):
            return "login.too_often"
        self._tries.failed(login, now)
        if await check_password(self.desk.engine, login, password) is None:
            return "password.old_wrong"
        self._tries.forget(login)
        return None

    async def _ask(self, request: Request, wrong: str | None = None, *, sent: bool = False) -> Response:
        user = user_at(request)
        async with self.desk.session() as session:
            factor = await factor_of(session, user.viewer.id)
            chats = await safe_chats(session, user.viewer.id, self.desk.channels)
        by_chat = bool(chats) and factor is not None and factor.chat_since is not None
        context = {"wrong": wrong, "sent": sent, "by_chat": by_chat, "has_second": user.login.has_second}
        context["has_app"] = factor is not None and factor.app_since is not None
        response = self.render(request, "confirm.html", **context)
        response.status_code = 422 if wrong else 200
        return response

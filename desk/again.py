"""A form that is sent after the session has ended: one logs in on the spot, and what was typed goes on."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from starlette.datastructures import FormData
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp
from starlette_admin.exceptions import LoginFailed
from starlette_admin.security.csrf import CSRFMiddleware

from desk.confirm import PATH as CONFIRM
from desk.login import DeskLogin
from desk.login_step import PATH as CODE_PATH
from desk.login_step import SEND as SEND_PATH
from desk.password import PATH as PASSWORD
from desk.theme import address
from desk.words import word

LOGIN, SECRET, CODE, SEND = _OURS = "again_login", "again_password", "again_code", "again_send"
_TYPED = "application/x-www-form-urlencoded"
_NOT_OURS = ("/login", "/logout", CODE_PATH, SEND_PATH)
_NOT_KEPT = (PASSWORD, CONFIRM)
"""Passwords are not written back into a page."""

Render = Callable[[Request, str, dict[str, object]], Response]


class LogInAgain(BaseHTTPMiddleware):
    """Stands behind the check of where a form comes from, and before the one of who sends it."""

    def __init__(self, app: ASGIApp, login: DeskLogin, render: Render) -> None:
        super().__init__(app)
        self._login = login
        self._render = render

    async def dispatch(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        """Pass the request on; a form of nobody comes back with a log-in beside what was typed."""
        own = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        if request.method != "POST" or own in _NOT_OURS:
            return await call_next(request)
        typed = request.headers.get("content-type", "").startswith(_TYPED)
        if typed:
            await request.body()  # kept, so that it can be read here and further in
        response = await call_next(request)
        if not getattr(request.state, "is_anonymous", False):
            return response
        if not typed or own in _NOT_KEPT:
            return RedirectResponse(f"{address(request, '/login')}?next={quote(_page_before(request))}", 303)
        return await self._ask(request)

    async def _ask(self, request: Request) -> Response:
        """Log in with what came along, in one step or two, and have the form sent again; else ask for it."""
        form = await request.form(max_files=0, max_fields=500)
        typed = {key: str(form.get(key, "")) for key in _OURS}
        if typed[CODE] or typed[SEND]:
            return await self._second(request, form, typed)
        wrong, entered = "", None
        if typed[LOGIN]:
            try:
                entered = await self._login.login(typed[LOGIN], typed[SECRET], False, request)
            except LoginFailed as failed:
                wrong = failed.msg
        step = getattr(request.state, "step_token", "")
        if entered is None or step:
            ways = await self._login.second.ways(request, step) if step else None
            page = self._page(request, form, wrong=wrong, name=typed[LOGIN], ways=ways)
        else:
            page = RedirectResponse(_here(request), 307)
        if entered is not None:
            page.headers["set-cookie"] = entered.headers["set-cookie"]
        return page

    async def _second(self, request: Request, form: FormData, typed: dict[str, str]) -> Response:
        """Go on with a log-in whose password was right."""
        second = self._login.second
        if typed[SEND]:
            wrong = await second.deliver(request)
            told = {"wrong": word(wrong) if wrong else "", "sent": wrong is None}
        else:
            tried = await second.attempt(request, typed[CODE])
            if tried.token is not None:
                return self._login.hand_over(request, RedirectResponse(_here(request), 307), tried.token)
            told = {"wrong": word(tried.wrong) if tried.wrong else ""}
        return self._page(request, form, ways=await second.ways(request), **told)

    def _page(self, request: Request, form: FormData, **told: object) -> Response:
        """What was typed, written back, with what is still to be typed beside it."""
        ours = (*_OURS, CSRFMiddleware.field_name)
        fields = [(key, value) for key, value in form.multi_items() if isinstance(value, str) and key not in ours]
        response = self._render(request, "again.html", {"fields": fields, "here": _here(request), **told})
        response.status_code = 401
        return response


def _here(request: Request) -> str:
    """The address that the form was sent to."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _page_before(request: Request) -> str:
    """The desk's page that the form stood on."""
    came_from = urlsplit(request.headers.get("referer", ""))
    inside = came_from.netloc == request.url.netloc and came_from.path.startswith(address(request, "/"))
    if not inside:
        return address(request, "/")
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")

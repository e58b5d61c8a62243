"""One's own password: changed at the first log-in, and whenever one likes."""

from typing import Any

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_admin import route

from db.staff_accounts import PASSWORD_LENGTH, check_password, end_sessions, hash_password, open_session, still_fits
from desk.cookie import with_cookie
from desk.desk import Desk
from desk.page import DeskUser, Page, form_secrets, say, user_at, viewer_at
from desk.record import note
from desk.theme import address
from desk.throttle import PER_LOGIN, Throttle

PATH = "/password"
_LONGEST = 200


_TO_SET_UP = ("/me", "/second", "/confirm", PATH, "/logout")
"""What opens, with all below, to who has put the second step off for too long; a chat is linked at one's own page."""


class MustChange:
    """Leads who has a one-time password, or no second step by the day it was wanted, to where that is put right."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or lead elsewhere."""
        user = scope.get("state", {}).get("admin_user")
        root = scope.get("root_path", "")
        own = scope["path"].removeprefix(root)
        elsewhere = _wanted_first(user, own) if isinstance(user, DeskUser) else None
        if elsewhere is not None:
            await RedirectResponse(URL(f"{root}{elsewhere}"), status_code=303)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _wanted_first(user: DeskUser, own: str) -> str | None:
    """The page that comes before any other, unless this one may be opened."""
    if user.viewer.must_change:
        return PATH if own not in (PATH, "/logout") else None
    opens = any(own == path or own.startswith(f"{path}/") for path in _TO_SET_UP)
    return "/second" if user.is_late and not opens else None


class PasswordPage(Page):
    """The form for a new password."""

    path = PATH

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._tries = Throttle(PER_LOGIN)

    @route("", name="password")
    async def index(self, request: Request) -> Response:
        """Show the form."""
        return self._form(request)

    @route("", methods=["POST"], name="password-change")
    async def change(self, request: Request) -> Response:
        """Take the new password; every other session of the account ends."""
        viewer, now = viewer_at(request), self.desk.clock()
        old, new, again = await form_secrets(request, "old", "new", "again", longest=_LONGEST)
        if wrong := _fault(viewer.login, old, new, again):
            return self._form(request, wrong, 422)
        if self._tries.is_shut(viewer.login, now):
            return self._form(request, "login.too_often", 429)
        self._tries.failed(viewer.login, now)
        checked = await check_password(self.desk.engine, viewer.login, old)
        if checked is None:
            return self._form(request, "password.old_wrong", 422)
        self._tries.forget(viewer.login)
        hashed = await hash_password(new)
        async with self.desk.session() as session:
            staff = await still_fits(session, checked)
            if staff is None:
                return self._form(request, "password.old_wrong", 422)
            staff.password, staff.must_change = hashed, False
            await end_sessions(session, staff.id)
            # the old password is the first step only: it proves no more than the session had proved
            login = user_at(request).login
            token = await open_session(session, staff, now, proved_at=login.proved_at if login.has_second else now)
            note(session, viewer, now, "password", "staff", staff.id)
        say(request, "password.changed")
        return with_cookie(self.desk, request, RedirectResponse(address(request, "/"), status_code=303), token)

    def _form(self, request: Request, wrong: str | None = None, status: int = 200) -> Response:
        context: dict[str, Any] = {"wrong": wrong, "shortest": PASSWORD_LENGTH}
        response = self.render(request, "password.html", **context)
        response.status_code = status
        return response


def _fault(login: str, old: str, new: str, again: str) -> str | None:
    """The word for what is wrong with the new password, or None."""
    if len(new) < PASSWORD_LENGTH:
        return "password.short"
    if new != again:
        return "password.differ"
    if new == old or login in new.lower():
        return "password.weak"
    return None

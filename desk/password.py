"""One's own password: changed at the first log-in, and whenever one likes."""

from typing import Any

from sqlalchemy import delete
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_admin import route

from db.staff import StaffSession
from db.staff_accounts import PASSWORD_LENGTH, check_password, hash_password, open_session, still_fits
from desk.desk import Desk
from desk.login import with_cookie
from desk.page import DeskUser, Page, form_secrets, say, viewer_at
from desk.record import note
from desk.theme import address
from desk.throttle import PER_LOGIN, Throttle

PATH = "/password"
_LONGEST = 200


class MustChange:
    """Leads a person with a one-time password to the page where they choose their own; nothing else opens."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or lead elsewhere."""
        user = scope.get("state", {}).get("admin_user")
        root = scope.get("root_path", "")
        own = scope["path"].removeprefix(root)
        if isinstance(user, DeskUser) and user.viewer.must_change and own not in (PATH, "/logout"):
            await RedirectResponse(URL(f"{root}{PATH}"), status_code=303)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


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
            await session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
            token = await open_session(session, staff, now)
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

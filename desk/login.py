"""Logging in and out: own accounts, sessions in the database, a cookie that scripts can't read."""

import logging
from asyncio import sleep

from sqlalchemy import delete
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.auth import AdminUser, AuthProvider
from starlette_admin.exceptions import LoginFailed
from starlette_admin.helpers import safe_redirect_url
from starlette_admin.i18n import set_locale

from db.staff import StaffSession
from db.staff_accounts import SESSION_LENGTH, check_password, close_session, open_session, staff_of_token, still_fits
from desk.access import viewer_of
from desk.desk import Desk
from desk.network import network_of
from desk.page import DeskUser, viewer_at
from desk.record import note
from desk.theme import address
from desk.throttle import DELAY, MANY, PER_ADDRESS, PER_LOGIN, Throttle
from desk.words import word

COOKIE = "vieclam_desk"
_LONGEST = 200

# starlette-admin writes every login name into the log at INFO.
logging.getLogger("starlette_admin.auth").setLevel(logging.ERROR)


class DeskLogin(AuthProvider):
    """Checks passwords against ``staff`` and keeps sessions in ``staff_session``."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._pairs = Throttle(PER_LOGIN)
        self._logins = Throttle(MANY)
        self._addresses = Throttle(PER_ADDRESS)

    async def authenticate(self, request: Request) -> AdminUser | None:
        """Who the cookie belongs to, or None."""
        token = request.cookies.get(COOKIE)
        own = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        if not token or own.startswith("/static/"):
            return None
        async with self._desk.session() as session:
            staff = await staff_of_token(session, token, self._desk.clock())
            if staff is None:
                return None
            set_locale(staff.lang)
            return DeskUser(await viewer_of(session, staff))

    async def login(self, username: str, password: str, remember_me: bool, request: Request) -> Response:
        """Open a session, or say why not; the answer never tells whether the login exists."""
        name, now = username.replace("\0", "").strip().lower()[:_LONGEST], self._desk.clock()
        host = network_of(request.client.host) if request.client else ""
        await self._slow_down(name, host)
        checked = await check_password(self._desk.engine, name, password.replace("\0", "")[:_LONGEST])
        if checked is None:
            raise LoginFailed(word("login.wrong"))
        async with self._desk.session() as session:
            staff = await still_fits(session, checked)
            if staff is None:
                raise LoginFailed(word("login.wrong"))
            self._pairs.forget(f"{name} {host}")
            self._logins.forget(name)
            self._addresses.forgive(host)
            over = StaffSession.staff_id == staff.id, StaffSession.expires_at <= now
            await session.execute(delete(StaffSession).where(*over))
            token = await open_session(session, staff, now)
            note(session, await viewer_of(session, staff), now, "login", "staff", staff.id)
        home = address(request, "/")
        wanted = safe_redirect_url(request.query_params.get("next") or home, request, home)
        return with_cookie(self._desk, request, RedirectResponse(wanted, status_code=303), token)

    async def _slow_down(self, name: str, host: str) -> None:
        """Raise when this address has failed too often; wait when a login is being guessed from many addresses.

        A login is never shut to every address: else a stranger could keep its owner out.
        """
        now, pair = self._desk.clock(), f"{name} {host}"
        if self._pairs.is_shut(pair, now) or self._addresses.is_shut(host, now):
            raise LoginFailed(word("login.too_often"))
        guessed = self._logins.is_shut(name, now)
        # Counted beforehand, so that a burst of attempts can't slip through while the first is being checked.
        self._pairs.failed(pair, now)
        self._logins.failed(name, now)
        self._addresses.failed(host, now)
        if guessed:
            await sleep(DELAY)

    async def logout(self, request: Request) -> Response:
        """End the session in the table and drop the cookie."""
        async with self._desk.session() as session:
            await close_session(session, request.cookies.get(COOKIE, ""))
            viewer = viewer_at(request)
            note(session, viewer, self._desk.clock(), "logout", "staff", viewer.id)
        response = RedirectResponse(address(request, "/login"), status_code=303)
        response.delete_cookie(COOKIE, path=request.scope["root_path"] or "/")
        return response


def with_cookie(desk: Desk, request: Request, response: Response, token: str) -> Response:
    """Hand the session's token to the browser."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LENGTH.total_seconds()),
        path=request.scope["root_path"] or "/",
        httponly=True,
        samesite="lax",
        secure=desk.secure,
    )
    return response

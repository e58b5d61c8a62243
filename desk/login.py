"""Logging in and out: own accounts, sessions in the database, a cookie that scripts can't read."""

import logging
from asyncio import sleep

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates
from starlette_admin.auth import AdminUser, AuthProvider
from starlette_admin.exceptions import LoginFailed
from starlette_admin.i18n import set_locale

from db.second_factor import ask_by
from db.staff_accounts import LogIn, check_password, close_session, login_of_token, open_step, still_fits
from desk.access import Viewer, viewer_of
from desk.cookie import STEP, token_at, with_cookie, without_cookie
from desk.desk import Desk
from desk.entering import enter, needs_code
from desk.login_step import ROUTES, SecondStep, to_step, wanted
from desk.network import network_of
from desk.page import DeskUser, viewer_at
from desk.record import note
from desk.theme import address
from desk.throttle import DELAY, MANY, PER_ADDRESS, PER_LOGIN, Throttle
from desk.words import word

_LONGEST = 200

# starlette-admin writes every login name into the log at INFO.
logging.getLogger("starlette_admin.auth").setLevel(logging.ERROR)


class DeskLogin(AuthProvider):
    """Checks passwords against ``staff`` and keeps sessions in ``staff_session``."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(allow_routes=ROUTES)
        self._desk = desk
        self._pairs = Throttle(PER_LOGIN)
        self._logins = Throttle(MANY)
        self._addresses = Throttle(PER_ADDRESS)
        self.second = SecondStep(desk, self._addresses)

    async def authenticate(self, request: Request) -> AdminUser | None:
        """Who the cookie belongs to, or None."""
        token = token_at(self._desk, request)
        own = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        if not token or own.startswith("/static/"):
            return None
        async with self._desk.session() as session:
            login = await login_of_token(session, token, self._desk.clock())
            if login is None:
                return None
            set_locale(login.staff.lang)
            return self._user(await viewer_of(session, login.staff), login)

    def _user(self, viewer: Viewer, login: LogIn) -> DeskUser:
        """The log-in, with the day by which its second step must be set up."""
        desk, now = self._desk, self._desk.clock()
        if login.has_second or viewer.role not in desk.second_roles:
            return DeskUser(viewer, login)
        until = ask_by(login.staff, now, desk.second_grace)
        return DeskUser(viewer, login, f"{desk.local(until):%d/%m/%Y}", is_late=now >= until)

    async def login(self, username: str, password: str, remember_me: bool, request: Request) -> Response:
        """Open a session or lead to the second step, or say why not; it never tells whether the login exists."""
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
            if needs_second := await needs_code(session, staff):
                request.state.step_token = token = await open_step(session, staff, now)
            else:
                token = await enter(self._desk, session, staff, now)
        if needs_second:
            return with_cookie(self._desk, request, to_step(request), token, STEP)
        return with_cookie(self._desk, request, RedirectResponse(wanted(request), status_code=303), token)

    def get_routes(self, templates: Jinja2Templates) -> list[Route]:
        """Logging in, its second step, and out."""
        return [*super().get_routes(templates), *self.second.routes(templates)]

    def hand_over(self, request: Request, response: Response, token: str) -> Response:
        """The session's cookie with an answer."""
        return with_cookie(self._desk, request, response, token)

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
            await close_session(session, token_at(self._desk, request))
            viewer = viewer_at(request)
            note(session, viewer, self._desk.clock(), "logout", "staff", viewer.id)
        return without_cookie(self._desk, request, RedirectResponse(address(request, "/login"), status_code=303))

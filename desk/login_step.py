"""The second step of a log-in: a code, after the password was right and before anything opens."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates
from starlette_admin.helpers import safe_redirect_url
from starlette_admin.i18n import set_locale

from db.second_factor import factor_of
from db.staff_accounts import STEP_TRIES, step_of_token
from desk.cookie import STEP, token_at, with_cookie, without_cookie
from desk.desk import Desk
from desk.entering import enter
from desk.network import network_of
from desk.page import form_text, say
from desk.record import note
from desk.second_chat import safe_chats, send_code
from desk.second_proof import LONGEST, WAYS, prove
from desk.theme import address
from desk.throttle import Throttle
from desk.words import word

PATH, SEND = "/login/code", "/login/send"
ROUTES = ["login-code", "login-send"]
"""Open to who has no session yet: they look for the step's own cookie."""


class SecondStep:
    """Asks for a code, has one sent, and opens the session."""

    def __init__(self, desk: Desk, addresses: Throttle) -> None:
        self._desk = desk
        self._addresses = addresses
        """Shared with the passwords: who guesses codes has guessed enough."""

    def routes(self, templates: Jinja2Templates) -> list[Route]:
        """The routes beside the log-in's own."""
        self._templates = templates
        return [
            Route(PATH, self.show, methods=["GET"], name="login-code"),
            Route(PATH, self.take, methods=["POST"], name="login-code"),
            Route(SEND, self.send, methods=["POST"], name="login-send"),
        ]

    async def show(self, request: Request) -> Response:
        """Ask for the code."""
        return await self._ask(request)

    async def take(self, request: Request) -> Response:
        """Open the session for a right code; after too many wrong ones the password is asked for again."""
        (words,) = await form_text(request, "code", longest=LONGEST)
        tried = await self.attempt(request, words)
        if tried.token is None:
            return await self._ask(request, word(tried.wrong), tried.status) if tried.wrong else _again(request)
        response = RedirectResponse(wanted(request), status_code=303)
        without_cookie(self._desk, request, response, STEP)
        return with_cookie(self._desk, request, response, tried.token)

    async def send(self, request: Request) -> Response:
        """Send a code to the account's own chats, where it has chosen that."""
        wrong = await self.deliver(request)
        return await self._ask(request, word(wrong) if wrong else None, 429 if wrong else 200, sent=not wrong)

    async def attempt(self, request: Request, words: str) -> "Tried":
        """Try a code for the log-in that waits in this browser."""
        desk, now = self._desk, self._desk.clock()
        host = network_of(request.client.host) if request.client else ""
        if self._addresses.is_shut(host, now):
            return Tried(wrong="login.too_often", status=429)
        self._addresses.failed(host, now)
        async with desk.session() as session:
            found = await step_of_token(session, token_at(desk, request, STEP), now)
            if found is None:
                return Tried()
            step, staff = found
            answer = await prove(session, desk.seal, staff, step.token_hash, words, now)
            if answer not in WAYS:
                step.tries += 1
                return Tried(wrong=answer if step.tries < STEP_TRIES else None)
            await session.delete(step)
            token = await enter(desk, session, staff, now, answer)
        self._addresses.forgive(host)
        set_locale(staff.lang)
        if answer == "recovery":
            say(request, "second.one_used", "warning")
        return Tried(token)

    async def deliver(self, request: Request) -> str | None:
        """Send a code for the log-in that waits in this browser; returns the word for why not, or None."""
        desk, now = self._desk, self._desk.clock()
        async with desk.session() as session:
            found = await step_of_token(session, token_at(desk, request, STEP), now)
            if found is None:
                return "second.no_chat"
            step, staff = found
            factor = await factor_of(session, staff.id, lock=True)
            wrong: str | None = "second.no_chat"
            if factor is not None and factor.chat_since is not None:
                known = step.token_hash, desk.channels, now
                wrong = await send_code(session, desk.seal, staff, factor, *known)
            note(session, staff, now, "second_send", "staff", staff.id, sent=wrong is None)
        return wrong

    async def ways(self, request: Request, token: str = "") -> dict[str, bool] | None:
        """What the log-in that waits can be gone on with, in its owner's language; None when none waits."""
        async with self._desk.session() as session:
            token = token or token_at(self._desk, request, STEP)
            found = await step_of_token(session, token, self._desk.clock())
            if found is None:
                return None
            _, staff = found
            set_locale(staff.lang)
            factor = await factor_of(session, staff.id)
            has_app = factor is not None and factor.app_since is not None
            chats = await safe_chats(session, staff.id, self._desk.channels)
            by_chat = bool(chats) and factor is not None and factor.chat_since is not None
        return {"has_app": has_app, "by_chat": by_chat}

    async def _ask(
        self, request: Request, error: str | None = None, status: int = 200, *, sent: bool = False
    ) -> Response:
        ways = await self.ways(request)
        if ways is None:
            return _again(request)
        context = {"error": error, "sent": sent, **ways}
        return self._templates.TemplateResponse(
            request=request, name="login_code.html", context=context, status_code=status
        )


@dataclass(frozen=True)
class Tried:
    """What a code did: the token of a session, or the word for what was wrong; neither when none waits any more."""

    token: str | None = None
    wrong: str | None = None
    status: int = 400


def wanted(request: Request) -> str:
    """The page that was asked for before the log-in, if it is one of this site."""
    home = address(request, "/")
    return safe_redirect_url(request.query_params.get("next") or home, request, home)


def to_step(request: Request) -> Response:
    """Lead from a right password to the code."""
    return RedirectResponse(_with_next(request, PATH), status_code=303)


def _again(request: Request) -> Response:
    """The password has to be typed anew."""
    return RedirectResponse(_with_next(request, "/login"), status_code=303)


def _with_next(request: Request, path: str) -> str:
    return f"{address(request, path)}?{urlencode({'next': wanted(request)})}"
